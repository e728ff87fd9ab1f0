"""What is asked about keyframes, what is not asked twice, and what remains when an operation fails."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.errors import ThrottledError
from braid.domain.evidence.vision import Keyframe, KeyframeList, Vision
from braid.domain.profile.sections.vision import MinConfidence, VisionPlan
from braid.domain.span import Span
from braid.runtime.retries import Retries
from braid.runtime.survey import SurveyPlan, survey
from braid.store.documents import DocumentStore
from lambdas.vision import looking
from lambdas.vision.findings import summarize
from lambdas.vision.looking import look_at_keyframes
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY, LAST_TRY

_PLAN = VisionPlan()
_BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}


class Rekognition:
    """Sees in each picture what its bytes say; refuses an operation, or some pictures, with a code."""

    def __init__(
        self,
        refusals: Mapping[str, str] | None = None,
        refused_images: tuple[bytes, ...] = (),
        moderation_version: str = "7.0",
        answers_last: str = "",
    ) -> None:
        self._answers_last = answers_last
        self.calls: Counter[str] = Counter()
        self.asked: dict[str, dict[str, Any]] = {}
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
                    "DetectModerationLabels",
                    lambda name: {"ModerationLabels": [], "ModerationModelVersion": moderation_version},
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
                self.asked[operation] = {name: value for name, value in members.items() if name != "Image"}
            if operation in self.refusals and (not self._refused_images or image in self._refused_images):
                raise ServiceError(self.refusals[operation], "no")
            if operation == self._answers_last:
                time.sleep(0.2)
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
    store: DocumentStore,
    keyframes: KeyframeList,
    rekognition: Rekognition,
    retries: Retries = FIRST_TRY,
    plan: VisionPlan = _PLAN,
    *,
    textract_refuses: bool = True,
) -> Vision:
    return look_at_keyframes(
        keyframes,
        plan=plan,
        store=store,
        retries=retries,
        requests_per_second=10_000,
        descriptions_per_second=10_000,
        model_ids={},
        rekognition=rekognition.client,
        textract=_textract(refuses=textract_refuses),
    )


def _textract(*, refuses: bool) -> Any:
    """Reads three lines off every picture, one of them hardly, or is denied."""

    def read(_members: dict[str, Any]) -> Mapping[str, Any]:
        if refuses:
            raise ServiceError("AccessDeniedException", "no")
        place = {"Geometry": {"BoundingBox": _BOX}}
        lines = [
            {"BlockType": "LINE", "Id": text, "Text": text, "Confidence": confidence, **place}
            for text, confidence in (("one", 99.0), ("two", 98.0), ("smudge", 1.0))
        ]
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"BlockType": "PAGE", "Id": "p"}, *lines]}

    return answered_by("textract", {"DetectDocumentText": read})


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
    assert summarize(vision, _PLAN) == (
        "3 keyframes: 3 labels, 3 lines of text, 3 faces, 0 moderation categories;"
        " missing: textract:DetectDocumentText"
    )


def test_a_picture_of_more_words_than_are_read_at_once_is_read_by_textract() -> None:
    store, _, keyframes = _store("door", "crowded")
    plan = replace(_PLAN, min_confidence=MinConfidence(texts=0.5))
    vision = _look(store, keyframes, Rekognition(), plan=plan, textract_refuses=False)
    assert [[text.text for text in frame.texts] for frame in vision.keyframes] == [["door"], ["one", "two"]]
    assert [frame.texts_source for frame in vision.keyframes] == [
        "rekognition:DetectText",
        "textract:DetectDocumentText",
    ]
    assert vision.warnings == ("the end is damaged",)
    assert ("DetectDocumentText", 1) in {(item.operation, item.quantity) for item in vision.usage}


def test_pages_of_documents_are_not_read_twice() -> None:
    store, _, keyframes = _store("crowded")
    pages = tuple(replace(frame, at_ms=None, page=1, span=Span(page=1)) for frame in keyframes.keyframes)
    vision = _look(store, replace(keyframes, keyframes=pages), Rekognition(), textract_refuses=False)
    assert [text.text for text in vision.keyframes[0].texts] == ["crowded"]


def test_categories_that_moderation_does_not_judge_are_listed_every_try() -> None:
    store, _, keyframes = _store("one", "two")
    rekognition = Rekognition(moderation_version="a model; judged only: Explicit")
    for _ in range(2):
        (partly,) = _look(store, keyframes, rekognition).missing
        assert partly.operation == "rekognition:DetectModerationLabels"
        assert partly.reason.startswith("the pictures weren't checked for Non-Explicit Nudity")
        assert "Violence" in partly.reason
        assert "Hate Symbols" in partly.reason
        assert "for Explicit" not in partly.reason
    assert rekognition.calls["DetectModerationLabels"] == 2


def test_an_operation_that_is_denied_is_asked_once_and_listed() -> None:
    store, _, keyframes = _store(*(f"picture {number}" for number in range(12)))
    rekognition = Rekognition({"DetectModerationLabels": "AccessDeniedException"})
    vision = _look(store, keyframes, rekognition)
    assert rekognition.calls["DetectModerationLabels"] == 1
    assert [item.operation for item in vision.missing] == ["rekognition:DetectModerationLabels"]
    assert vision.missing[0].reason.startswith("the pictures weren't checked for disturbing content: ")
    assert all(frame.labels and frame.faces for frame in vision.keyframes)
    assert "missing: rekognition:DetectModerationLabels" in summarize(vision, _PLAN)


def test_a_retry_asks_only_what_is_open_and_keeps_what_was_paid() -> None:
    store, _, keyframes = _store("door", "tree", "car")
    rekognition = Rekognition({"DetectText": "ThrottlingException"}, refused_images=(b"tree",))
    with pytest.raises(ThrottledError):
        _look(store, keyframes, rekognition)
    rekognition.refusals.clear()
    first_calls = rekognition.calls.copy()
    vision = _look(store, keyframes, rekognition, FIRST_TRY)
    assert rekognition.calls["DetectText"] - first_calls["DetectText"] >= 1
    assert rekognition.calls["DetectLabels"] == 3, "no picture is labelled twice"
    assert [frame.texts[0].text for frame in vision.keyframes] == ["door", "tree", "car"]
    assert vision.missing == ()
    assert {item.operation: item.quantity for item in vision.usage}["DetectText"] == 3


def test_on_the_last_try_a_throttled_operation_is_listed_as_missing() -> None:
    store, _, keyframes = _store("door", "tree")
    rekognition = Rekognition({"DetectText": "ThrottlingException"})
    vision = _look(store, keyframes, rekognition, LAST_TRY)
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


def test_costs_of_a_frame_have_one_order_whichever_answer_is_last() -> None:
    told = []
    for last in ("DetectFaces", "DetectText"):
        store, s3, keyframes = _store("street")
        _look(store, keyframes, Rekognition(answers_last=last))
        (found,) = [body for (_, key), body in s3.objects.items() if key.endswith("/vision/k0001.json")]
        told.append(found)

    assert told[0] == told[1]


def test_no_keyframes_ask_nothing() -> None:
    store, _, keyframes = _store()
    rekognition = Rekognition()
    assert _look(store, keyframes, rekognition).keyframes == ()
    assert not rekognition.calls


def test_only_what_the_profile_wants_is_asked_and_paid() -> None:
    store, _, keyframes = _store("door", "tree")
    rekognition = Rekognition()
    plan = VisionPlan(findings=("texts", "properties"))
    vision = _look(store, keyframes, rekognition, plan=plan)
    assert rekognition.calls == {"DetectLabels": 2, "DetectText": 2}
    assert rekognition.asked["DetectLabels"]["Features"] == ["IMAGE_PROPERTIES"]
    assert {(item.operation, item.quantity) for item in vision.usage} == {
        ("DetectLabels:IMAGE_PROPERTIES", 2),
        ("DetectText", 2),
    }
    assert vision.missing == ()
    assert summarize(vision, plan) == "2 keyframes: 2 lines of text"


def test_labels_alone_cost_no_properties() -> None:
    store, _, keyframes = _store("door")
    rekognition = Rekognition()
    vision = _look(store, keyframes, rekognition, plan=VisionPlan(findings=("labels",)))
    assert rekognition.asked["DetectLabels"]["Features"] == ["GENERAL_LABELS"]
    assert [item.operation for item in vision.usage] == ["DetectLabels"]


def test_confidences_of_the_profile_reach_the_service_or_are_held_here() -> None:
    store, _, keyframes = _store("door")
    rekognition = Rekognition()
    least = MinConfidence(labels=0.7, texts=0.9, faces=0.995, moderation=0.8)
    (frame,) = _look(store, keyframes, rekognition, plan=VisionPlan(min_confidence=least)).keyframes
    assert rekognition.asked["DetectLabels"]["MinConfidence"] == 70
    assert rekognition.asked["DetectText"] == {"Filters": {"WordFilter": {"MinConfidence": 90}}}
    assert rekognition.asked["DetectModerationLabels"] == {"MinConfidence": 80}
    assert frame.faces == (), "a face that the service is 0.99 sure of"


def test_every_operation_has_a_rate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[SurveyPlan] = []

    def noting(*given: Any, plan: SurveyPlan, **more: Any) -> Any:
        plans.append(plan)
        return survey(*given, plan=plan, **more)

    monkeypatch.setattr(looking, "survey", noting)
    store, _, keyframes = _store("door", "tree", "car")
    _look(store, keyframes, Rekognition())
    assert {plan.operation for plan in plans} >= {
        f"rekognition:{name}" for name in ("DetectText", "DetectFaces")
    }
    assert {plan.per_second for plan in plans} == {10_000}


@pytest.mark.parametrize(
    "code", ["InvalidParameterException", "NeverHeardOfException", "ImageTooLargeException"]
)
def test_a_refused_frame_costs_that_frame_alone_and_is_not_sent_again(code: str) -> None:
    store, _, keyframes = _store("door", "tree", "car")
    rekognition = Rekognition({"DetectFaces": code}, refused_images=(b"tree",))
    vision = _look(store, keyframes, rekognition)
    assert [len(frame.faces) for frame in vision.keyframes] == [1, 0, 1]
    assert [len(frame.labels) for frame in vision.keyframes] == [1, 1, 1]
    assert [(item.operation, item.reason) for item in vision.missing] == [
        ("rekognition:DetectFaces", "k0002: no")
    ]
    assert _look(store, keyframes, rekognition) == vision
    assert rekognition.calls["DetectFaces"] == 3


def test_a_service_that_refuses_every_frame_costs_its_operation_alone() -> None:
    store, _, keyframes = _store("door", "tree")
    vision = _look(store, keyframes, Rekognition({"DetectFaces": "InvalidParameterException"}))
    assert [item.operation for item in vision.missing] == ["rekognition:DetectFaces"]
    assert all(frame.labels for frame in vision.keyframes)


def test_forty_large_stills_are_not_held_at_once() -> None:
    store, _, keyframes = _store(*(f"{number:02d}" + "x" * 2_000_000 for number in range(40)))
    rekognition = Rekognition()
    tracemalloc.start()
    try:
        _look(store, keyframes, rekognition, plan=VisionPlan(findings=("faces",)))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rekognition.calls["DetectFaces"] == 40
    # Three frames at once: each still, and as base64 in a request's body.
    assert peak_bytes < 40_000_000
