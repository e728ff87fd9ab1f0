"""What is asked about keyframes, what is not asked twice, and what remains when an operation fails."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import ThrottledError
from domain.span import Span
from domain.vision import Keyframe, KeyframeList, Vision
from lambdas.aws.documents import DocumentStore
from lambdas.runtime.retries import Retries
from lambdas.vision.findings import summarize
from lambdas.vision.looking import look_at_keyframes
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by

_RETRYING = Retries(count=0, throttled_limit=6, unavailable_limit=3)
_BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}


class Rekognition:
    """Sees in each picture what its bytes say; refuses an operation, or some pictures, with a code."""

    def __init__(
        self, refusals: Mapping[str, str] | None = None, refused_images: tuple[bytes, ...] = ()
    ) -> None:
        self.calls: Counter[str] = Counter()
        self.refusals = dict(refusals or {})
        self._refused_images = refused_images
        self._lock = threading.Lock()
        self.client = answered_by(
            "rekognition",
            {
                "DetectLabels": self._asked(
                    "DetectLabels", lambda name: {"Labels": [{"Name": name, "Confidence": 90.0}]}
                ),
                "DetectText": self._asked("DetectText", self._text),
                "DetectFaces": self._asked(
                    "DetectFaces", lambda name: {"FaceDetails": [{"BoundingBox": _BOX, "Confidence": 99.0}]}
                ),
                "DetectModerationLabels": self._asked(
                    "DetectModerationLabels", lambda name: {"ModerationLabels": []}
                ),
            },
        )

    def _asked(
        self, operation: str, answer: Callable[[str], Mapping[str, Any]]
    ) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
        def called(members: dict[str, Any]) -> Mapping[str, Any]:
            image = members["Image"]["Bytes"]
            with self._lock:
                self.calls[operation] += 1
            if operation in self.refusals and (not self._refused_images or image in self._refused_images):
                raise ServiceError(self.refusals[operation], "no")
            return answer(image.decode())

        return called

    def _text(self, name: str) -> Mapping[str, Any]:
        def detection(kind: str, text: str) -> dict[str, Any]:
            return {"Type": kind, "DetectedText": text, "Confidence": 99.0, "Geometry": {"BoundingBox": _BOX}}

        words = [detection("WORD", "word")] * (100 if name == "crowded" else 1)
        return {"TextDetections": [detection("LINE", name), *words]}


def _store(*names: str) -> tuple[DocumentStore, MemoryS3, KeyframeList]:
    s3 = MemoryS3()
    store = DocumentStore("results", "talk", 1, s3=s3)
    keyframes = []
    for number, name in enumerate(names, start=1):
        keyframe_id = f"k{number:04d}"
        image = store.put_bytes(store.result_key(f"keyframes/{keyframe_id}.jpg"), name.encode(), "image/jpeg")
        span = Span(number * 1000, number * 1000 + 1000)
        keyframes.append(Keyframe(keyframe_id, image, 100, 100, span, at_ms=number * 1000, member="talk.mp4"))
    return store, s3, KeyframeList(tuple(keyframes), warnings=("the end is damaged",))


def _look(
    store: DocumentStore, keyframes: KeyframeList, rekognition: Rekognition, retries: Retries = _RETRYING
) -> Vision:
    return look_at_keyframes(
        keyframes, store=store, retries=retries, requests_per_second=10_000, rekognition=rekognition.client
    )


def test_every_keyframe_is_asked_every_question_once() -> None:
    store, _, keyframes = _store("door", "crowded", "tree")
    rekognition = Rekognition()
    vision = _look(store, keyframes, rekognition)
    assert set(rekognition.calls.values()) == {3}
    assert [frame.labels[0].name for frame in vision.keyframes] == ["door", "crowded", "tree"]
    assert [frame.texts[0].text for frame in vision.keyframes] == ["door", "crowded", "tree"]
    assert all(len(frame.faces) == 1 and frame.member == "talk.mp4" for frame in vision.keyframes)
    assert [frame.at_ms for frame in vision.keyframes] == [1000, 2000, 3000]
    assert vision.warnings == (
        "the end is damaged",
        "k0002: the picture holds more text than can be read at once; the first 100 words were read",
    )
    assert {(item.operation, item.quantity) for item in vision.usage} == {
        ("DetectLabels", 3), ("DetectLabels:IMAGE_PROPERTIES", 3), ("DetectText", 3),
        ("DetectFaces", 3), ("DetectModerationLabels", 3),
    }  # fmt: skip
    assert summarize(vision) == "3 keyframes: 3 labels, 3 lines of text, 3 faces, 0 moderation categories"


def test_an_operation_that_is_denied_is_asked_once_and_listed() -> None:
    store, _, keyframes = _store(*(f"picture {number}" for number in range(12)))
    rekognition = Rekognition({"DetectModerationLabels": "AccessDeniedException"})
    vision = _look(store, keyframes, rekognition)
    assert rekognition.calls["DetectModerationLabels"] == 1
    assert [item.operation for item in vision.missing] == ["rekognition:DetectModerationLabels"]
    assert "AccessDeniedException" in vision.missing[0].reason
    assert all(frame.labels and frame.faces for frame in vision.keyframes)
    assert "missing: rekognition:DetectModerationLabels" in summarize(vision)


def test_a_retry_asks_only_what_is_open_and_keeps_what_was_paid() -> None:
    store, _, keyframes = _store("door", "tree", "car")
    rekognition = Rekognition({"DetectText": "ThrottlingException"}, refused_images=(b"tree",))
    with pytest.raises(ThrottledError):
        _look(store, keyframes, rekognition)
    rekognition.refusals.clear()
    first_calls = rekognition.calls.copy()
    vision = _look(store, keyframes, rekognition, Retries(1, 6, 3))
    assert rekognition.calls["DetectText"] - first_calls["DetectText"] >= 1
    assert rekognition.calls["DetectLabels"] == 3, "no picture is labelled twice"
    assert [frame.texts[0].text for frame in vision.keyframes] == ["door", "tree", "car"]
    assert vision.missing == ()
    assert {item.operation: item.quantity for item in vision.usage}["DetectText"] == 3


def test_on_the_last_try_a_throttled_operation_is_listed_and_the_rest_counts() -> None:
    store, _, keyframes = _store("door", "tree")
    rekognition = Rekognition({"DetectText": "ThrottlingException"})
    vision = _look(store, keyframes, rekognition, Retries(6, 6, 3))
    assert [item.operation for item in vision.missing] == ["rekognition:DetectText"]
    assert [frame.labels[0].name for frame in vision.keyframes] == ["door", "tree"]
    assert all(frame.texts == () for frame in vision.keyframes)


def test_a_second_run_after_success_asks_nothing() -> None:
    store, _, keyframes = _store("door", "tree")
    first = _look(store, keyframes, Rekognition())
    rekognition = Rekognition()
    assert _look(store, keyframes, rekognition) == first
    assert not rekognition.calls


def test_a_picture_too_small_for_the_service_is_told_and_not_sent() -> None:
    store, _, keyframes = _store("door", "dot")
    door, dot = keyframes.keyframes
    rekognition = Rekognition()
    vision = _look(store, replace(keyframes, keyframes=(door, replace(dot, height_px=64))), rekognition)
    assert rekognition.calls["DetectLabels"] == 1
    assert [len(frame.labels) for frame in vision.keyframes] == [1, 0]
    assert vision.warnings[-1] == "k0002: a picture of 100 × 64 pixels is too small to be looked at"


def test_no_keyframes_ask_nothing() -> None:
    store, _, keyframes = _store()
    rekognition = Rekognition()
    assert _look(store, keyframes, rekognition).keyframes == ()
    assert not rekognition.calls
