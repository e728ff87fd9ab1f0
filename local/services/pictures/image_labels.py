"""DetectLabels' answer from what the engines found, in Rekognition's own label names and categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local.engines.findings import Area, Colour, Face, ImageProperties, Look, Quality, SceneLabel
from local.services.pictures.geometry import aws_box

_DEFAULT_DOMINANT_COLOURS = 10  # the documented default of MaxDominantColors


def general_labels(
    faces: Sequence[Face],
    texts: Sequence[Area],
    codes: Sequence[Area],
    scene: Sequence[SceneLabel],
    settings: Mapping[str, Any],
    *,
    min_confidence: float,
    max_labels: int | None,
) -> list[dict[str, Any]]:
    """``Labels`` that pass the request's filters, the surest first.

    A face proves a person, whose outline nobody has seen: only the face gets instances with boxes. What the
    picture shows as a whole has no place either.
    """
    labels = [_scene_label(label) for label in scene]
    if faces:
        areas = [Area(face.confidence, face.box) for face in faces]
        labels.append(_label("Person", areas, "Person Description", aliases=["Human"], with_boxes=False))
        labels.append(_label("Face", areas, "Person Description", parents=["Head", "Person"]))
    if texts:
        labels.append(_label("Text", texts, "Text and Documents", with_boxes=False))
    if codes:
        labels.append(_label("QR Code", codes, "Text and Documents"))
    passing = [
        label for label in labels if label["Confidence"] >= min_confidence and _passes(label, settings)
    ]
    passing.sort(key=lambda label: float(label["Confidence"]), reverse=True)
    return passing if max_labels is None else passing[:max_labels]


def image_properties(found: ImageProperties, settings: Mapping[str, Any]) -> dict[str, Any]:
    """``ImageProperties`` with at most the requested number of dominant colours."""
    limit = settings.get("MaxDominantColors", _DEFAULT_DOMINANT_COLOURS)
    return {
        **_look(found.whole, limit),
        "Foreground": _look(found.foreground, limit),
        "Background": _look(found.background, limit),
    }


def _label(
    name: str,
    areas: Sequence[Area],
    category: str,
    *,
    parents: Sequence[str] = (),
    aliases: Sequence[str] = (),
    with_boxes: bool = True,
) -> dict[str, Any]:
    instances = [
        {"BoundingBox": aws_box(area.box), "Confidence": _percent(area.confidence)} for area in areas
    ]
    return {
        "Name": name,
        "Confidence": _percent(max(area.confidence for area in areas)),
        "Instances": instances if with_boxes else [],
        "Parents": [{"Name": parent} for parent in parents],
        "Aliases": [{"Name": alias} for alias in aliases],
        "Categories": [{"Name": category}],
    }


def _scene_label(label: SceneLabel) -> dict[str, Any]:
    return {
        "Name": label.name,
        "Confidence": _percent(label.confidence),
        "Instances": [],
        "Parents": [{"Name": parent} for parent in sorted(label.parents)],
        "Aliases": [{"Name": alias} for alias in label.aliases],
        "Categories": [{"Name": label.category}],
    }


def _passes(label: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    name = label["Name"]
    category = label["Categories"][0]["Name"]
    included = settings.get("LabelInclusionFilters") or []
    categories = settings.get("LabelCategoryInclusionFilters") or []
    if name in (settings.get("LabelExclusionFilters") or []):
        return False
    if category in (settings.get("LabelCategoryExclusionFilters") or []):
        return False
    return not (included or categories) or name in included or category in categories


def _look(look: Look, limit: int) -> dict[str, Any]:
    return {
        "Quality": _quality(look.quality),
        "DominantColors": [_colour(colour) for colour in look.colours[:limit]],
    }


def _quality(quality: Quality) -> dict[str, float]:
    return {
        "Brightness": quality.brightness,
        "Sharpness": quality.sharpness,
        "Contrast": quality.contrast,
    }


def _colour(colour: Colour) -> dict[str, Any]:
    return {
        "Red": colour.red,
        "Green": colour.green,
        "Blue": colour.blue,
        "HexCode": f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}",
        "CSSColor": colour.css_name,
        "SimplifiedColor": colour.simple_name,
        "PixelPercent": colour.pixel_percent,
    }


def _percent(ratio: float) -> float:
    return min(100.0, ratio * 100)
