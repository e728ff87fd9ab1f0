"""Real answers of Rekognition, of the operations that are called: they parse whole."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.aws.rekognition import (
    MODERATION_CATEGORIES,
    Rekognition,
    read_faces,
    read_labels,
    read_moderation,
    read_texts,
    unjudged_categories,
)
from braid.domain.errors import (
    AccessDeniedError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.evidence.vision import Box, Color
from braid.domain.money.accounting import Meter
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

_READERS = {
    "DetectLabels": read_labels,
    "DetectText": read_texts,
    "DetectFaces": read_faces,
    "DetectModerationLabels": read_moderation,
}


def _examples(shared_data: Path) -> dict[str, dict[str, Any]]:
    folder = shared_data / "aws-rekognition" / "botocore-examples"
    return {path.stem: json.loads(path.read_text())["output"] for path in sorted(folder.glob("*.json"))}


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


@pytest.mark.parametrize(("operation", "reader"), _READERS.items())
def test_an_answer_without_its_findings_is_refused(operation: str, reader: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidServiceOutputError, match=f"rekognition:{operation}: the answer has no "):
        reader({"StatusCode": 200})


def _as_the_service_sends(value: Any) -> Any:
    """Numbers as numbers: whoever recorded the videos' answers wrote them as text."""
    if isinstance(value, dict):
        return {key: _as_the_service_sends(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_the_service_sends(item) for item in value]
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _moments(shared_data: Path, name: str, items: str, item: str) -> list[list[dict[str, Any]]]:
    """What was seen at each moment of the video. An answer about a still holds the same shapes."""
    path = shared_data / "aws-rekognition" / "content-localization-on-aws" / name
    data = path.read_bytes()
    pages = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    moments: dict[int, list[dict[str, Any]]] = {}
    for page in pages if isinstance(pages, list) else [pages]:
        for found in page[items]:
            moments.setdefault(found["Timestamp"], []).append(found[item])
    return [_as_the_service_sends(moment) for moment in moments.values()]


def test_every_label_of_a_real_video_parses_whole(shared_data: Path) -> None:
    moments = _moments(shared_data, "labelDetection.json.gz", "Labels", "Label")
    assert len(moments) > 100
    boxes = 0
    for moment in moments:
        found = read_labels({"Labels": moment, "LabelModelVersion": "3.0"}).labels
        assert [label.name for label in found] == [label["Name"] for label in moment]
        assert all(0.5 <= label.confidence <= 1 for label in found)
        assert [len(label.boxes) for label in found] == [len(label["Instances"]) for label in moment]
        boxes += sum(len(label.boxes) for label in found)
        parents_of = {label.name: label.parents for label in found}
        for label, received in zip(found, moment, strict=True):
            assert set(label.parents) == {parent["Name"] for parent in received["Parents"]}
            for index, parent in enumerate(label.parents):
                nearer = set(label.parents[:index])
                assert not nearer & set(parents_of[parent]), "a parent's own parents stand behind it"
    assert boxes > 1000


def test_every_line_of_text_of_a_real_video_parses(shared_data: Path) -> None:
    moments = _moments(shared_data, "textDetection.json", "TextDetections", "TextDetection")
    assert moments
    for moment in moments:
        lines, word_count = read_texts({"TextDetections": moment, "TextModelVersion": "3.0"})
        kinds = [detection["Type"] for detection in moment]
        assert (len(lines), word_count) == (kinds.count("LINE"), kinds.count("WORD"))


def test_every_face_of_a_real_video_parses_to_a_place_and_nothing_else(shared_data: Path) -> None:
    moments = _moments(shared_data, "faceDetection.json", "Faces", "Face")
    assert moments
    for moment in moments:
        found = read_faces({"FaceDetails": moment})
        assert len(found) == len(moment)
        assert all(0 < face.box.width <= 1 and face.confidence > 0.5 for face in found)


def test_answers_of_older_and_newer_models_say_the_same() -> None:
    old = {"Name": "Car", "Confidence": 98.0, "Instances": [], "Parents": [{"Name": "Vehicle"}]}
    new = {**old, "Aliases": [{"Name": "Automobile"}], "Categories": [{"Name": "Vehicles and Automotive"}]}
    bare = {"Name": "Car", "Confidence": 98.0}
    assert (
        read_labels({"Labels": [old], "LabelModelVersion": "2.0"}).labels
        == read_labels({"Labels": [new], "LabelModelVersion": "3.0"}).labels
    )
    assert read_labels({"Labels": [bare], "OrientationCorrection": "ROTATE_0"}).labels[0].parents == ()


def test_parents_stand_nearest_first_though_the_service_sorts_by_name() -> None:
    def label(name: str, *parents: str) -> dict[str, Any]:
        return {"Name": name, "Confidence": 90.0, "Parents": [{"Name": parent} for parent in parents]}

    found = read_labels(
        {
            "Labels": [
                label("Kit Fox", "Animal", "Canine", "Fox", "Mammal", "Wildlife"),
                label("Fox", "Animal", "Mammal", "Wildlife"),
                label("Canine", "Animal", "Mammal"),
                label("Mammal", "Animal"),
                label("Wildlife", "Animal"),
                label("Animal"),
            ]
        }
    ).labels
    assert found[0].parents == ("Fox", "Canine", "Mammal", "Wildlife", "Animal")


def test_properties_are_of_the_picture_colours_also_of_its_foreground() -> None:
    def look(brightness: float, color: str) -> dict[str, Any]:
        dominant = {
            "Red": 10, "Green": 20, "Blue": 30, "HexCode": "#0A141E", "CSSColor": "black",
            "SimplifiedColor": color, "PixelPercent": 61.5,
        }  # fmt: skip
        return {"Quality": {"Brightness": brightness, "Sharpness": 80.5}, "DominantColors": [dominant]}

    whole = {**look(55.25, "black"), "Foreground": look(10.0, "red"), "Background": look(90.0, "white")}
    whole["Quality"]["Contrast"] = 70.0
    found = read_labels({"ImageProperties": whole})
    assert found.labels == ()
    properties = found.properties
    assert (properties.brightness, properties.sharpness, properties.contrast) == (55.25, 80.5, 70.0)
    assert properties.colors == (Color("black", "#0a141e", 0.615),)
    assert properties.foreground_colors == (Color("red", "#0a141e", 0.615),)
    assert [color.name for color in properties.subject_colors] == ["red"]


def test_without_a_foreground_all_colours_count_each_name_once() -> None:
    def dominant(name: str, percent: float) -> dict[str, Any]:
        return {"HexCode": "#0A141E", "SimplifiedColor": name, "PixelPercent": percent}

    colors = [dominant("blue", 30.0), dominant("White", 45.0), dominant("Blue", 24.0), dominant("pink", 1.0)]
    properties = read_labels({"ImageProperties": {"DominantColors": colors}}).properties
    found = [(color.name, round(color.share, 3)) for color in properties.subject_colors]
    assert found == [("blue", 0.54), ("White", 0.45)]


def _moderation_label(name: str, parent: str, level: int) -> dict[str, Any]:
    return {"Name": name, "ParentName": parent, "TaxonomyLevel": level, "Confidence": 91.5}


@pytest.mark.parametrize(
    "answer",
    [
        {"ModerationLabels": [], "ModerationModelVersion": "7.0"},
        {"ModerationLabels": [], "ModerationModelVersion": "6.1"},
        {"ModerationLabels": []},
    ],
)
def test_rekognitions_own_models_judge_every_category(answer: dict[str, Any]) -> None:
    assert unjudged_categories(answer) == ()


def test_a_version_that_names_what_is_judged_leaves_the_rest_unjudged() -> None:
    answer = {"ModerationLabels": [], "ModerationModelVersion": "a model; judged only: Explicit, Violence"}
    unjudged = unjudged_categories(answer)
    assert set(unjudged) == set(MODERATION_CATEGORIES) - {"Explicit", "Violence"}


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


@given(st.data())
def test_a_path_is_as_long_as_its_level_in_any_order_of_categories(data: st.DataObject) -> None:
    tree: dict[str, str] = {}
    levels: dict[str, int] = {}
    for number in range(data.draw(st.integers(1, 12))):
        parent = data.draw(st.sampled_from(["", *(name for name, level in levels.items() if level < 3)]))
        tree[f"c{number}"] = parent
        levels[f"c{number}"] = levels.get(parent, 0) + 1
    order = data.draw(st.permutations(list(tree)))
    answer = {
        "ModerationLabels": [_moderation_label(name, tree[name], levels[name]) for name in order],
        "ModerationModelVersion": "7.0",
        "ContentTypes": [{"Name": "Illustrated", "Confidence": 88.0}],
    }
    found = read_moderation(answer)
    assert [category.name for category in found] == order
    for category in found:
        path = (*category.parents, category.name)
        assert len(path) == levels[category.name]
        assert all(tree[child] == parent for parent, child in pairwise(path))
        assert tree[path[0]] == ""


def test_a_category_without_its_grandparent_keeps_the_named_parent() -> None:
    (corpses,) = read_moderation(
        {"ModerationLabels": [_moderation_label("Corpses", "Death and Emaciation", 3)]}
    )
    assert corpses.parents == ("Death and Emaciation",)


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
        ("InvalidParameterException", RefusedByServiceError),
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
