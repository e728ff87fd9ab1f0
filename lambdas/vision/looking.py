"""Asks Rekognition about every keyframe: several at once, at a bounded rate, resuming where a try stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from domain.accounting import Meter, MissingOperation
from domain.vision import Keyframe, KeyframeList, Vision
from lambdas.aws.documents import DocumentStore
from lambdas.aws.rekognition import MAX_WORDS, MIN_SIDE_PX, Rekognition
from lambdas.runtime.retries import Availability, Retries
from lambdas.vision.findings import FrameFindings, assemble
from lambdas.vision.rate_limit import RateLimit

__all__ = ["look_at_keyframes"]

# Four questions a frame: as many calls at once as a rate of some ten a second keeps busy.
_FRAMES_AT_ONCE = 3

# What is asked: the operation, the finding that shows that it has been answered, and how to ask.
_Ask = Callable[[Rekognition, bytes], Mapping[str, Any]]


def _ask_labels(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
    found = rekognition.detect_labels(image)
    return {"labels": found.labels, "properties": found.properties}


def _ask_text(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
    texts, word_count = rekognition.detect_text(image)
    return {"texts": texts, "word_count": word_count}


def _ask_faces(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
    return {"faces": rekognition.detect_faces(image)}


def _ask_moderation(rekognition: Rekognition, image: bytes) -> Mapping[str, Any]:
    return {"moderation": rekognition.detect_moderation(image)}


_QUESTIONS: Mapping[str, tuple[str, _Ask]] = {
    "DetectLabels": ("labels", _ask_labels),
    "DetectText": ("texts", _ask_text),
    "DetectFaces": ("faces", _ask_faces),
    "DetectModerationLabels": ("moderation", _ask_moderation),
}


def look_at_keyframes(
    keyframes: KeyframeList,
    *,
    store: DocumentStore,
    retries: Retries,
    requests_per_second: float,
    rekognition: Any = None,
) -> Vision:
    """Everything that Rekognition says about the keyframes; operations that can't deliver are listed missing.

    Each keyframe's findings are stored as soon as they are there, also when this call raises: the next try
    asks only for what is open. ``rekognition`` is a boto3 client other than the process's own.
    Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    looker = _Looker(store, Availability(retries), requests_per_second, rekognition)
    frames = [
        keyframe
        for keyframe in keyframes.keyframes
        if min(keyframe.width_px, keyframe.height_px) >= MIN_SIDE_PX
    ]
    findings: dict[str, FrameFindings] = {}
    # The first keyframe goes alone: an operation that isn't to be had is found out once, not once a thread.
    for frame in frames[:1]:
        findings[frame.keyframe_id] = looker.look(frame)
    with ThreadPoolExecutor(_FRAMES_AT_ONCE) as pool:
        running = {frame.keyframe_id: pool.submit(looker.look, frame) for frame in frames[1:]}
        try:
            findings.update({keyframe_id: future.result() for keyframe_id, future in running.items()})
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return assemble(keyframes, findings, looker.missing, max_words=MAX_WORDS)


class _Looker:
    """Looks at single keyframes; safe to share between threads."""

    def __init__(
        self, store: DocumentStore, availability: Availability, requests_per_second: float, client: Any
    ) -> None:
        self._store = store
        self._availability = availability
        self._limits = {operation: RateLimit(requests_per_second) for operation in _QUESTIONS}
        self._client = client

    @property
    def missing(self) -> tuple[MissingOperation, ...]:
        """Operations that could not deliver."""
        return self._availability.missing

    def look(self, keyframe: Keyframe) -> FrameFindings:
        key = self._store.work_key(f"vision/{keyframe.keyframe_id}.json")
        earlier = self._store.find_document(FrameFindings, key)
        found = earlier or FrameFindings(keyframe.keyframe_id)
        open_questions = [name for name, (part, _) in _QUESTIONS.items() if getattr(found, part) is None]
        if not open_questions:
            return found
        image = self._store.get_bytes(keyframe.image.key)
        with ThreadPoolExecutor(len(open_questions)) as pool:
            asked = [pool.submit(self._ask, operation, image) for operation in open_questions]
        for answered in asked:
            if answered.exception() is None:
                found = _add(found, answered)
        if found != (earlier or FrameFindings(keyframe.keyframe_id)):
            self._store.put_document(key, found)
        for answered in asked:
            answered.result()
        return found

    def _ask(self, operation: str, image: bytes) -> Mapping[str, Any]:
        """The findings of one operation and what it cost; nothing where it is (now) listed as missing."""
        name = f"rekognition:{operation}"
        if self._availability.is_missing(name):
            return {}
        meter = Meter()
        found: Mapping[str, Any] = {}
        self._limits[operation].wait()
        with self._availability.wanted(name):
            found = _QUESTIONS[operation][1](Rekognition(meter, rekognition=self._client), image)
        return {**found, "usage": meter.usage()}


def _add(found: FrameFindings, answered: Future[Mapping[str, Any]]) -> FrameFindings:
    parts = dict(answered.result())
    usage = found.usage + tuple(parts.pop("usage", ()))
    return replace(found, **parts, usage=usage)
