"""Asks what a profile wants to know of keyframes: several at once, at bounded rates; a retry resumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from braid.aws.rekognition import MAX_WORDS, MIN_SIDE_PX, Rekognition
from braid.aws.textract import Textract
from braid.domain.evidence.vision import Keyframe, KeyframeList, Vision
from braid.domain.money.accounting import Meter, MissingOperation
from braid.domain.profile.sections.vision import VisionPlan
from braid.runtime.rate_limit import RateLimit
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.vision.describing import describe_keyframes
from lambdas.vision.findings import PAGE_READER, FrameFindings, assemble
from lambdas.vision.frame_by_frame import frame_by_frame

__all__ = ["look_at_keyframes"]

# Four questions a frame: as many calls at once as a rate of some ten a second keeps busy.
_FRAMES_AT_ONCE = 3


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
    looker = _Looker(plan, store, Availability(retries), requests_per_second, rekognition, textract)
    frames = [
        keyframe
        for keyframe in keyframes.keyframes
        if min(keyframe.width_px, keyframe.height_px) >= MIN_SIDE_PX
    ]
    findings = frame_by_frame(frames, looker.look, at_once=_FRAMES_AT_ONCE)
    descriptions = describe_keyframes(
        frames,
        plan=plan,
        model_ids=model_ids,
        store=store,
        retries=retries,
        descriptions_per_second=descriptions_per_second,
        bedrock=bedrock,
    )
    return assemble(keyframes, findings, looker.missing, descriptions, max_words=MAX_WORDS)


class _Looker:
    """Looks at single keyframes; safe to share between threads."""

    def __init__(
        self,
        plan: VisionPlan,
        store: DocumentStore,
        availability: Availability,
        requests_per_second: float,
        client: Any,
        textract: Any,
    ) -> None:
        self._min_text_confidence = plan.min_confidence.texts
        self._textract = textract
        self._questions = _questions(plan)
        self._store = store
        self._availability = availability
        self._limits = {question.operation: RateLimit(requests_per_second) for question in self._questions}
        self._client = client

    @property
    def missing(self) -> tuple[MissingOperation, ...]:
        """Operations that could not deliver."""
        return self._availability.missing

    def look(self, keyframe: Keyframe) -> FrameFindings:
        key = self._store.work_key(f"vision/{keyframe.keyframe_id}.json")
        earlier = self._store.find_document(FrameFindings, key)
        found = earlier or FrameFindings(keyframe.keyframe_id)
        open_questions = [q for q in self._questions if getattr(found, q.finding) is None]
        if not open_questions:
            return found
        image = self._store.get_payload(keyframe.image)
        with ThreadPoolExecutor(len(open_questions)) as pool:
            asked = [pool.submit(self._ask, question, image, keyframe) for question in open_questions]
        for answered in asked:
            if answered.exception() is None:
                found = _add(found, answered)
        if found != (earlier or FrameFindings(keyframe.keyframe_id)):
            self._store.put_document(key, found)
        for answered in asked:
            answered.result()
        return found

    def _ask(self, question: _Question, image: bytes, keyframe: Keyframe) -> Mapping[str, Any]:
        """The findings of one operation and what it cost; nothing where it is (now) listed as missing."""
        name = f"rekognition:{question.operation}"
        if self._availability.is_missing(name):
            return {}
        meter = Meter()
        found: Mapping[str, Any] = {}
        self._limits[question.operation].wait()
        with self._availability.wanted(name):
            found = question.ask(Rekognition(meter, rekognition=self._client), image)
        if keyframe.page is None and found.get("word_count", 0) >= MAX_WORDS:
            found = {**found, **self._all_text(image, meter)}
        return {**found, "usage": meter.usage()}

    def _all_text(self, image: bytes, meter: Meter) -> Mapping[str, Any]:
        """What Textract reads; nothing where it is (now) listed as missing."""
        if not self._availability.is_missing(PAGE_READER):
            with self._availability.wanted(PAGE_READER):
                lines = Textract(meter, textract=self._textract).detect_document_text(image)
                sure = tuple(line for line in lines if line.confidence >= self._min_text_confidence)
                return {"texts": sure, "is_all_text": True}
        return {}


def _add(found: FrameFindings, answered: Future[Mapping[str, Any]]) -> FrameFindings:
    parts = dict(answered.result())
    usage = found.usage + tuple(parts.pop("usage", ()))
    return replace(found, **parts, usage=usage)
