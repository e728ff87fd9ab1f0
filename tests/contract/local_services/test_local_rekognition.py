"""The local Rekognition speaks Rekognition: shapes by botocore, limits and errors by its documentation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from braid.aws.rekognition import unjudged_categories
from local.engines.pool import EnginePool
from local.services.pictures import rekognition
from local.services.protocol import ServiceError
from tests.local.drawings import encoded, portrait, qr_code, slide
from tests.local.needed_weights import needs_weights
from tests.local.service_calls import Folder, ServiceClient

LINES = ["Solar panels on every roof", "Cost per year: 1,250 USD"]


@pytest.fixture(scope="module")
def folder() -> Folder:
    return Folder({("pictures", "slide.png"): encoded(slide(LINES))})


@pytest.fixture(scope="module")
def client(engines: EnginePool, folder: Folder) -> ServiceClient:
    return ServiceClient(rekognition.build_service(folder, engines))


def test_a_portrait_gives_person_and_face_and_nothing_unseen(client: ServiceClient) -> None:
    answer = client.call("DetectLabels", Image={"Bytes": encoded(portrait())})
    labels = {label["Name"]: label for label in answer["Labels"]}
    assert set(labels) == {"Person", "Face"}
    assert labels["Person"]["Aliases"] == [{"Name": "Human"}]
    assert labels["Person"]["Instances"] == []
    assert len(labels["Face"]["Instances"]) == 1
    assert "ImageProperties" not in answer


@needs_weights("labels")
def test_a_photograph_gets_labels_with_parents_categories_and_aliases(client: ServiceClient) -> None:
    photograph = Image.fromarray(skimage.data.chelsea())
    answer = client.call("DetectLabels", Image={"Bytes": encoded(photograph, "JPEG")}, MinConfidence=80)
    labels = {label["Name"]: label for label in answer["Labels"]}
    assert set(labels) == {"Animal", "Mammal", "Feline", "Cat"}
    assert [parent["Name"] for parent in labels["Cat"]["Parents"]] == ["Animal", "Feline", "Mammal"]
    assert labels["Cat"]["Categories"] == [{"Name": "Animals and Pets"}]
    assert labels["Cat"]["Instances"] == []
    assert "EfficientNet-Lite0" in answer["LabelModelVersion"]


def test_without_the_classifiers_weights_the_detectors_answer_alone(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAID_WEIGHTS", str(tmp_path))
    with EnginePool() as engines:
        client = ServiceClient(rekognition.build_service(folder, engines))
        answer = client.call("DetectLabels", Image={"Bytes": encoded(portrait())})
    assert {label["Name"] for label in answer["Labels"]} == {"Person", "Face"}
    assert "EfficientNet" not in answer["LabelModelVersion"]


def test_text_and_codes_are_labels(client: ServiceClient) -> None:
    picture = Image.new("RGB", (960, 840), "white")
    picture.paste(slide(LINES), (0, 0))
    picture.paste(qr_code("https://example.com/braid"), (600, 540))
    answer = client.call("DetectLabels", Image={"Bytes": encoded(picture)})
    assert {label["Name"] for label in answer["Labels"]} == {"Text", "QR Code"}
    assert {label["Categories"][0]["Name"] for label in answer["Labels"]} == {"Text and Documents"}


def test_labels_are_filtered_as_asked(client: ServiceClient) -> None:
    image = {"Bytes": encoded(portrait())}

    def names(**request: object) -> list[str]:
        return [label["Name"] for label in client.call("DetectLabels", Image=image, **request)["Labels"]]

    def settings(**filters: list[str]) -> dict[str, object]:
        return {"Features": ["GENERAL_LABELS"], "Settings": {"GeneralLabels": filters}}

    assert names(MaxLabels=1) == ["Person"]
    assert names(MinConfidence=99.9) == []
    assert names(**settings(LabelInclusionFilters=["Face"])) == ["Face"]
    assert names(**settings(LabelExclusionFilters=["Face"])) == ["Person"]
    assert names(**settings(LabelCategoryExclusionFilters=["Person Description"])) == []
    assert names(**settings(LabelCategoryInclusionFilters=["Text and Documents"])) == []


def test_image_properties_come_alone_or_with_labels(client: ServiceClient) -> None:
    image = {"Bytes": encoded(portrait())}
    alone = client.call(
        "DetectLabels",
        Image=image,
        Features=["IMAGE_PROPERTIES"],
        Settings={"ImageProperties": {"MaxDominantColors": 3}},
    )
    assert "Labels" not in alone
    assert len(alone["ImageProperties"]["DominantColors"]) == 3
    shares = [colour["PixelPercent"] for colour in alone["ImageProperties"]["DominantColors"]]
    assert shares == sorted(shares, reverse=True)
    both = client.call("DetectLabels", Image=image, Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"])
    assert both["Labels"]
    assert both["ImageProperties"]["Foreground"]["Quality"]["Sharpness"] > 0


def test_text_comes_as_lines_and_words_that_point_to_them(client: ServiceClient) -> None:
    answer = client.call("DetectText", Image={"S3Object": {"Bucket": "pictures", "Name": "slide.png"}})
    detections = answer["TextDetections"]
    lines = [found for found in detections if found["Type"] == "LINE"]
    words = [found for found in detections if found["Type"] == "WORD"]
    assert [line["DetectedText"] for line in lines] == LINES
    assert [found["Id"] for found in detections] == list(range(len(detections)))
    for line in lines:
        own = [word["DetectedText"] for word in words if word["ParentId"] == line["Id"]]
        assert own == line["DetectedText"].split()
        assert "ParentId" not in line
    box = lines[0]["Geometry"]["BoundingBox"]
    assert box["Left"] == pytest.approx(1 / 12, abs=0.02)


@needs_weights("explicit")
def test_no_answer_claims_to_be_amazons_model(client: ServiceClient) -> None:
    image = {"Bytes": encoded(slide(LINES))}
    for operation in ("DetectText", "DetectLabels", "DetectModerationLabels"):
        answer = client.call(operation, Image=image)
        versions = [value for name, value in answer.items() if name.endswith("ModelVersion")]
        assert [version.partition(":")[0] for version in versions] == ["local"], operation
    assert client.call("DetectText", Image=image)["TextModelVersion"] == "local: RapidOCR, PaddleOCR"


def test_text_filters_keep_what_is_asked_for(client: ServiceClient) -> None:
    image = {"S3Object": {"Bucket": "pictures", "Name": "slide.png"}}

    def lines(**filters: object) -> list[str]:
        answer = client.call("DetectText", Image=image, Filters=filters)
        return [found["DetectedText"] for found in answer["TextDetections"] if found["Type"] == "LINE"]

    upper = {"Left": 0.0, "Top": 0.0, "Width": 1.0, "Height": 0.2}
    assert lines(RegionsOfInterest=[{"BoundingBox": upper}]) == LINES[:1]
    lower = [{"X": 0.0, "Y": 0.2}, {"X": 1.0, "Y": 0.2}, {"X": 1.0, "Y": 1.0}, {"X": 0.0, "Y": 1.0}]
    assert lines(RegionsOfInterest=[{"Polygon": lower}]) == LINES[1:]
    assert lines(WordFilter={"MinBoundingBoxWidth": 0.12})[0] == "panels"
    assert lines(WordFilter={"MinBoundingBoxHeight": 0.9}) == []


def test_at_most_a_hundred_words_are_detected(client: ServiceClient) -> None:
    dense = slide([f"one two six ten red {row}" for row in range(20)], size=(1200, 1300), font_px=28)
    answer = client.call("DetectText", Image={"Bytes": encoded(dense)})
    assert sum(found["Type"] == "WORD" for found in answer["TextDetections"]) == 100


def test_faces_have_boxes_and_quality_but_no_invented_attributes(client: ServiceClient) -> None:
    answer = client.call("DetectFaces", Image={"Bytes": encoded(portrait(), "JPEG")})
    (face,) = answer["FaceDetails"]
    assert set(face) == {"BoundingBox", "Confidence", "Quality"}


@pytest.mark.parametrize("attribute", ["ALL", "EMOTIONS", "AGE_RANGE"])
def test_attributes_that_no_engine_judges_are_refused(client: ServiceClient, attribute: str) -> None:
    with pytest.raises(ServiceError, match=f"no engine for the face attributes {attribute}"):
        client.call("DetectFaces", Image={"Bytes": encoded(slide(LINES))}, Attributes=[attribute])


@needs_weights("explicit")
def test_moderation_judges_the_explicit_alone_and_says_so(client: ServiceClient) -> None:
    image = {"Bytes": encoded(portrait())}
    answer = client.call("DetectModerationLabels", Image=image)
    assert answer["ModerationLabels"] == []
    assert "Explicit" not in unjudged_categories(answer)
    assert {"Violence", "Hate Symbols", "Drugs & Tobacco"} <= set(unjudged_categories(answer))
    (label,) = client.call("DetectModerationLabels", Image=image, MinConfidence=0)["ModerationLabels"]
    assert (label["Name"], label["ParentName"], label["TaxonomyLevel"]) == ("Explicit", "", 1)
    assert 0 <= label["Confidence"] <= 10


def test_moderation_without_weights_is_refused_for_good(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAID_WEIGHTS", str(tmp_path))
    with EnginePool() as engines:
        client = ServiceClient(rekognition.build_service(folder, engines))
        with pytest.raises(ServiceError, match="braid engines fetch explicit") as refusal:
            client.call("DetectModerationLabels", Image={"Bytes": encoded(slide(LINES))})
    assert refusal.value.code == "UnknownOperationException"


@pytest.mark.parametrize("operation", ["DetectLabels", "DetectText", "DetectFaces", "DetectModerationLabels"])
@pytest.mark.parametrize(
    ("image", "code"),
    [
        ({"Bytes": b"not a picture at all"}, "InvalidImageFormatException"),
        ({"Bytes": encoded(slide(LINES), "GIF")}, "InvalidImageFormatException"),
        ({"Bytes": b"\xff\xd8\xff" + bytes(100)}, "InvalidImageFormatException"),
        ({"Bytes": encoded(Image.new("RGB", (79, 200)))}, "InvalidParameterException"),
        ({"Bytes": encoded(Image.new("1", (10_001, 100)))}, "ImageTooLargeException"),
        ({}, "InvalidParameterException"),
        ({"Bytes": b"x", "S3Object": {"Bucket": "pictures", "Name": "b"}}, "InvalidParameterException"),
        ({"S3Object": {"Bucket": "pictures"}}, "InvalidParameterException"),
        ({"S3Object": {"Bucket": "pictures", "Name": "absent.png"}}, "InvalidS3ObjectException"),
        ({"S3Object": {"Bucket": "denied", "Name": "slide.png"}}, "AccessDeniedException"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_bad_images_are_named_as_rekognition_names_them(
    client: ServiceClient, operation: str, image: dict[str, object], code: str
) -> None:
    with pytest.raises(ServiceError) as refusal:
        client.call(operation, Image=image)
    assert refusal.value.code == code
    assert refusal.value.status == 400


def test_more_than_fifteen_megabytes_in_s3_are_too_large(client: ServiceClient, folder: Folder) -> None:
    folder.stored["pictures", "large.png"] = b"\x89PNG\r\n\x1a\n" + bytes(15 * 1024 * 1024)
    with pytest.raises(ServiceError) as refusal:
        client.call("DetectLabels", Image={"S3Object": {"Bucket": "pictures", "Name": "large.png"}})
    assert refusal.value.code == "ImageTooLargeException"


def test_settings_without_their_feature_are_refused(client: ServiceClient) -> None:
    with pytest.raises(ServiceError, match="Settings name a feature"):
        client.call(
            "DetectLabels",
            Image={"Bytes": encoded(slide(LINES))},
            Settings={"ImageProperties": {"MaxDominantColors": 3}},
        )


def test_a_truncated_picture_is_an_invalid_format_not_a_crash(client: ServiceClient) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    data = encoded(noise, "JPEG")
    with pytest.raises(ServiceError) as refusal:
        client.call("DetectText", Image={"Bytes": data[: len(data) // 2]})
    assert refusal.value.code == "InvalidImageFormatException"


def test_real_pictures_are_answered_or_refused_by_name(client: ServiceClient, shared_data: Path) -> None:
    pictures = [
        path
        for kind in ("media-image", "media-malformed", "media-image-ocr")
        for path in sorted((shared_data / kind).rglob("*"))
        if path.suffix in (".jpg", ".png") and path.stat().st_size <= 5_242_880
    ]
    assert len(pictures) > 15
    refusals = {}
    for path in pictures:
        try:
            client.call("DetectFaces", Image={"Bytes": path.read_bytes()})
            client.call("DetectLabels", Image={"Bytes": path.read_bytes()}, Features=["IMAGE_PROPERTIES"])
        except ServiceError as error:
            refusals[path.name] = error.code
    assert set(refusals.values()) <= {"InvalidImageFormatException", "InvalidParameterException"}, refusals
    assert refusals["truncated_jpeg.jpg"] == "InvalidImageFormatException"
    assert "sample-face.jpg" not in refusals
