"""Asks what a profile wants to know of keyframes: several at once, at bounded rates; a retry resumes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from braid.aws.rekognition import MAX_WORDS, MIN_SIDE_PX, Rekognition
from braid.aws.textract import Textract
from braid.domain.claim_check import Claim
from braid.domain.evidence.vision import Keyframe, KeyframeList, Vision
from braid.domain.money.accounting import Meter, total
from braid.domain.profile.sections.vision import VisionPlan
from braid.runtime.retries import Availability, Retries
from braid.runtime.side_by_side import side_by_side
from braid.runtime.survey import Outcome, SurveyPlan, survey
from braid.store.documents import DocumentStore
from lambdas.vision.describing import describe_keyframes
from lambdas.vision.findings import PAGE_READER, FrameFindings, assemble

__all__ = ["look_at_keyframes"]

# Four questions a frame: as many calls at once as a rate of some ten a second keeps busy.
_FRAMES_AT_ONCE = 3
# The function has ten minutes, of which descriptions may take six.
_BEGIN_WITHIN_SECONDS = 180.0


@dataclass(frozen=True)
class _Question:
    """An operation, the finding that shows that it has been answered, and how to ask."""

    operation: str
    finding: str
    ask: Callable[[Rekognition, bytes], Mapping[str, Any]]


def _questions(plan: VisionPlan) -> tuple[_Question, ...]:
    """What ``plan`` wants to know, as few calls as give it."""
    wanted, least = frozenset(plan.findings), plan.min_confidence

    def labels(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
        found = rekognition.detect_labels(
            image,
            min_confidence=least.labels,
            labels="labels" in wanted,
            properties="properties" in wanted,
        )
        return {"labels": found.labels, "properties": found.properties}

    def texts(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
        found, word_count = rekognition.detect_text(image, min_confidence=least.texts)
        return {"texts": found, "word_count": word_count}

    def faces(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
        return {"faces": rekognition.detect_faces(image, min_confidence=least.faces)}

    def moderation(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
        found, unjudged = rekognition.detect_moderation(image, min_confidence=least.moderation)
        return {"moderation": found, "unjudged": unjudged}

    offered = (
        ({"labels", "properties"}, _Question("DetectLabels", "labels", labels)),
        ({"texts"}, _Question("DetectText", "texts", texts)),
        ({"faces"}, _Question("DetectFaces", "faces", faces)),
        ({"moderation"}, _Question("DetectModerationLabels", "moderation", moderation)),
    )
    return tuple(question for findings, question in offered if findings & wanted)


def look_at_keyframes(
    keyframes: KeyframeList,
    *,
    plan: VisionPlan,
    store: DocumentStore,
    retries: Retries,
    requests_per_second: float,
    descriptions_per_second: float,
    model_ids: Mapping[str, str],
    rekognition: Any = None,
    textract: Any = None,
    bedrock: Any = None,
) -> Vision:
    """Everything that Rekognition says about the keyframes, and what a model says where ``plan`` names one.

    Operations that can't deliver are listed missing. Each keyframe's findings are stored as soon as they are
    there, also when this call raises: the next try asks only for what is open. The rates hold for each
    operation by itself. A picture of as many words as Rekognition reads goes to Textract, which reads all of
    them; pages of documents don't, since their text is read as such.
    ``rekognition``, ``textract`` and ``bedrock`` are boto3 clients other than the process's own.
    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    availability = Availability(retries)
    frames = [
        keyframe
        for keyframe in keyframes.keyframes
        if min(keyframe.width_px, keyframe.height_px) >= MIN_SIDE_PX
    ]
    looker = _Looker(frames, plan, store, availability, requests_per_second, rekognition, textract)
    findings = looker.look()
    descriptions = describe_keyframes(
        frames,
        plan=plan,
        model_ids=model_ids,
        store=store,
        retries=retries,
        descriptions_per_second=descriptions_per_second,
        bedrock=bedrock,
    )
    return assemble(keyframes, findings, availability.missing, descriptions, max_words=MAX_WORDS)


class _Looker:
    """Asks all questions side by side, each about all frames at its own rate."""

    def __init__(
        self,
        frames: Sequence[Keyframe],
        plan: VisionPlan,
        store: DocumentStore,
        availability: Availability,
        requests_per_second: float,
        client: Any,
        textract: Any,
    ) -> None:
        self._frames = frames
        self._min_text_confidence = plan.min_confidence.texts
        self._questions = _questions(plan)
        self._store = store
        self._availability = availability
        self._per_second = requests_per_second
        self._client = client
        self._textract = textract
        self._lock = threading.Lock()
        # Questions go through the frames in step: what one of them reads the others need soon.
        self._image = lru_cache(maxsize=2 * _FRAMES_AT_ONCE)(self._read_image)
        self._found: dict[str, FrameFindings] = {}

    def look(self) -> dict[str, FrameFindings]:
        """All findings by keyframe id, also those of earlier tries."""
        ids = [frame.keyframe_id for frame in self._frames]
        earlier = side_by_side(ids, self._find, at_once=_FRAMES_AT_ONCE)
        self._found = {name: found or FrameFindings(name) for name, found in zip(ids, earlier, strict=True)}
        if self._questions:
            with ThreadPoolExecutor(len(self._questions)) as pool:
                asked = [pool.submit(self._ask_everywhere, question) for question in self._questions]
            for question in asked:
                question.result()
            self._read_crowded()
        return self._found

    def _ask_everywhere(self, question: _Question) -> None:
        def ask(frame: Keyframe, meter: Meter) -> Mapping[str, Any]:
            return question.ask(Rekognition(meter, rekognition=self._client), self._image(frame.image))

        self._survey(
            f"rekognition:{question.operation}",
            self._frames,
            ask,
            is_known=lambda found: getattr(found, question.finding) is not None,
        )

    def _read_crowded(self) -> None:
        """Reads with Textract what is more than DetectText reads; pages of documents are read as such."""

        def ask(frame: Keyframe, meter: Meter) -> Mapping[str, Any]:
            reader = Textract(meter, textract=self._textract)
            lines = reader.detect_document_text(self._image(frame.image))
            sure = tuple(line for line in lines if line.confidence >= self._min_text_confidence)
            return {"texts": sure, "is_all_text": True}

        crowded = [
            frame
            for frame in self._frames
            if frame.page is None and (self._found[frame.keyframe_id].word_count or 0) >= MAX_WORDS
        ]
        self._survey(PAGE_READER, crowded, ask, is_known=lambda found: found.is_all_text)

    def _survey(
        self,
        operation: str,
        frames: Sequence[Keyframe],
        ask: Callable[[Keyframe, Meter], Mapping[str, Any]],
        *,
        is_known: Callable[[FrameFindings], bool],
    ) -> None:
        earlier: dict[str, Outcome[Mapping[str, Any]]] = {}
        for name in (frame.keyframe_id for frame in frames):
            found = self._found[name]
            if is_known(found):
                earlier[name] = Outcome({})
            elif refusal := (found.refused or {}).get(operation):
                earlier[name] = Outcome(refusal=refusal)

        def keep(keyframe_id: str, outcome: Outcome[Mapping[str, Any]]) -> None:
            with self._lock:
                found = self._found[keyframe_id]
                if outcome.answer is None:
                    found = replace(found, refused={**(found.refused or {}), operation: outcome.refusal})
                usage = total(found.usage + outcome.usage)  # in an order that isn't that of threads
                found = replace(found, **(outcome.answer or {}), usage=usage)
                self._found[keyframe_id] = found
                self._store.put_document(self._key(keyframe_id), found)

        survey(
            [(frame.keyframe_id, frame) for frame in frames],
            ask,
            plan=SurveyPlan(
                operation,
                _FRAMES_AT_ONCE,
                self._per_second,
                begin_within_seconds=_BEGIN_WITHIN_SECONDS,
                pieces="keyframes",
                # What wasn't looked at isn't harmless: policies read what is missing. What Textract refuses,
                # Rekognition has read in part.
                lists_refusals=operation != PAGE_READER,
            ),
            availability=self._availability,
            earlier=earlier,
            keep=keep,
        )

    def _find(self, keyframe_id: str) -> FrameFindings | None:
        return self._store.find_document(FrameFindings, self._key(keyframe_id))

    def _read_image(self, image: Claim) -> bytes:
        return self._store.get_payload(image)

    def _key(self, keyframe_id: str) -> str:
        return self._store.work_key(f"vision/{keyframe_id}.json")
