"""Real answers of Rekognition: those of called operations parse whole, all others are refused by name."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from domain.accounting import Meter
from domain.errors import (
    AccessDeniedError,
    InvalidInputError,
    InvalidServiceOutputError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from domain.vision import Box
from lambdas.aws.rekognition import Rekognition, read_faces, read_labels, read_moderation, read_texts
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

_READERS = {
    "DetectLabels": read_labels,
    "DetectText": read_texts,
    "DetectFaces": read_faces,
    "DetectModerationLabels": read_moderation,
}
_VIDEO_FILES = {
    "face_search.json": "GetFaceSearch",
    "celebrityRecognition.json": "GetCelebrityRecognition",
    "technicalCueDetection.json": "GetSegmentDetection",
    "textDetection.json": "GetTextDetection",
    "labelDetection.json.gz": "GetLabelDetection",
    "shotDetection.json": "GetSegmentDetection",
    "faceDetection.json": "GetFaceDetection",
}


def _examples(shared_data: Path) -> dict[str, dict[str, Any]]:
    folder = shared_data / "aws-rekognition" / "botocore-examples"
    return {path.stem: json.loads(path.read_text())["output"] for path in sorted(folder.glob("*.json"))}


def _video(shared_data: Path, name: str) -> Any:
    path = shared_data / "aws-rekognition" / "content-localization-on-aws" / name
    data = path.read_bytes()
    answer = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return answer[0] if isinstance(answer, list) else answer


def test_example_of_detect_labels(shared_data: Path) -> None:
    answer = _examples(shared_data)["DetectLabels"]
    found = read_labels(answer)
    assert [label.name for label in found.labels] == [label["Name"] for label in answer["Labels"]]
    assert [label.confidence for label in found.labels] == pytest.approx(
        [label["Confidence"] / 100 for label in answer["Labels"]], abs=1e-6
    )


def test_example_of_detect_faces(shared_data: Path) -> None:
    answer = _examples(shared_data)["DetectFaces"]
    (face,) = read_faces(answer)
    box = answer["FaceDetails"][0]["BoundingBox"]
    assert face.confidence == 1.0
    assert face.box == Box(
        *(pytest.approx(box[edge], abs=1e-6) for edge in ("Left", "Top", "Width", "Height"))
    )


def test_examples_of_other_operations_are_refused_by_name(shared_data: Path) -> None:
    examples = _examples(shared_data)
    assert examples
    refused = 0
    for operation, answer in examples.items():
        for called, reader in _READERS.items():
            if called == operation:
                continue
            with pytest.raises(InvalidServiceOutputError) as refusal:
                reader(answer)
            named = operation in str(refusal.value)
            # A status code alone is what several operations answer with.
            assert named or answer.keys() <= {"StatusCode"}, (operation, called, str(refusal.value))
            refused += 1
    assert refused >= 3 * len(examples)


@pytest.mark.parametrize(("name", "operation"), _VIDEO_FILES.items())
def test_answers_about_videos_are_refused_by_name(shared_data: Path, name: str, operation: str) -> None:
    answer = _video(shared_data, name)
    for called, reader in _READERS.items():
        with pytest.raises(InvalidServiceOutputError, match=operation) as refusal:
            reader(answer)
        assert f"rekognition:{called}" in str(refusal.value)


def test_moderation_of_a_video_is_refused_although_its_outermost_member_has_the_same_name(
    shared_data: Path,
) -> None:
    with pytest.raises(InvalidServiceOutputError, match="ModerationLabel, which this version doesn't know"):
        read_moderation(_video(shared_data, "ContentModeration.json"))


def _moderation_label(name: str, parent: str, level: int) -> dict[str, Any]:
    return {"Name": name, "ParentName": parent, "TaxonomyLevel": level, "Confidence": 91.5}


def test_a_moderation_category_knows_its_path() -> None:
    found = read_moderation(
        {
            "ModerationLabels": [
                _moderation_label("Weapons", "Violence", 2),
                _moderation_label("Weapon Violence", "Weapons", 3),
                _moderation_label("Violence", "", 1),
            ]
        }
    )
    assert {category.name: category.parents for category in found} == {
        "Violence": (),
        "Weapons": ("Violence",),
        "Weapon Violence": ("Violence", "Weapons"),
    }
    assert {category.confidence for category in found} == {0.915}


def test_lines_are_kept_and_words_counted() -> None:
    def detection(kind: str, text: str, number: int) -> dict[str, Any]:
        box = {"Left": -0.01, "Top": 0.5, "Width": 0.2, "Height": 0.6}
        return {
            "Type": kind, "DetectedText": text, "Id": number, "Confidence": 99.0,
            "Geometry": {"BoundingBox": box, "Polygon": []},
        }  # fmt: skip

    lines, words = read_texts(
        {
            "TextDetections": [
                detection("LINE", "big sale", 0),
                detection("WORD", "big", 1),
                detection("WORD", "sale", 2),
            ]
        }
    )
    assert [line.text for line in lines] == ["big sale"]
    assert lines[0].box == Box(0.0, 0.5, 0.19, 0.5), "cut off at the picture's edges"
    assert words == 2


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", ThrottledError),
        ("ProvisionedThroughputExceededException", ThrottledError),
        ("AccessDeniedException", AccessDeniedError),
        ("InternalServerError", ServiceUnavailableError),
        ("InvalidImageFormatException", UnsupportedError),
        ("ImageTooLargeException", UnsupportedError),
        ("InvalidParameterException", InvalidInputError),
    ],
)
def test_error_codes(code: str, error: type[Exception]) -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no")

    client = answered_by("rekognition", dict.fromkeys(_READERS, refuse))
    meter = Meter()
    with pytest.raises(error, match=code):
        Rekognition(meter, rekognition=client).detect_text(b"picture")
    assert meter.usage() == (), "what wasn't answered isn't billed"


def test_each_call_is_counted_and_every_feature_of_detect_labels_by_itself() -> None:
    client = answered_by(
        "rekognition",
        {
            "DetectLabels": lambda members: {"Labels": []},
            "DetectText": lambda members: {"TextDetections": []},
            "DetectFaces": lambda members: {"FaceDetails": []},
            "DetectModerationLabels": lambda members: {"ModerationLabels": []},
        },
    )
    meter = Meter()
    rekognition = Rekognition(meter, rekognition=client)
    rekognition.detect_labels(b"picture")
    rekognition.detect_text(b"picture")
    rekognition.detect_faces(b"picture")
    rekognition.detect_moderation(b"picture")
    assert {(item.operation, item.unit, item.quantity) for item in meter.usage()} == {
        ("DetectLabels", "image", 1),
        ("DetectLabels:IMAGE_PROPERTIES", "image", 1),
        ("DetectText", "image", 1),
        ("DetectFaces", "image", 1),
        ("DetectModerationLabels", "image", 1),
    }
