"""Rekognition looks at one still: labels, properties, text, faces, moderation categories.

The service counts confidence to 100, here it is 0 to 1. Boxes are ratios of the picture; what reaches
beyond its edges (half a face) is cut off there. Stills go in as bytes, at most 5 MB of JPEG or PNG.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.aws.boxes import read_box
from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import UnsupportedError
from braid.domain.evidence.vision import Color, DetectedText, Face, ImageProperties, Label, ModerationCategory
from braid.domain.money.accounting import Meter

__all__ = [
    "MAX_WORDS",
    "MIN_SIDE_PX",
    "MODERATION_CATEGORIES",
    "LabelsAndProperties",
    "Rekognition",
    "read_faces",
    "read_labels",
    "read_moderation",
    "read_texts",
    "unjudged_categories",
]

# Guidelines and quotas of Rekognition: DetectText finds at most 100 words in a picture; a picture has at
# least 80 pixels on either side.
MAX_WORDS = 100
MIN_SIDE_PX = 80
_MAX_LABELS = 100
_MAX_DOMINANT_COLORS = 5

# The first level of the moderation taxonomy, version 7:
# https://docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html
MODERATION_CATEGORIES = (
    "Explicit",
    "Non-Explicit Nudity of Intimate parts and Kissing",
    "Swimwear or Underwear",
    "Violence",
    "Visually Disturbing",
    "Drugs & Tobacco",
    "Alcohol",
    "Rude Gestures",
    "Gambling",
    "Hate Symbols",
)
# A moderation model that doesn't judge all of them ends its version with those it does;
# Rekognition's own ("7.0") judge all.
_JUDGED_ONLY = re.compile(r"; judged only: (?P<categories>.+)$")

# The still is ours (decoded and encoded again), so what the service can't do with it is no bug of the caller.
_OWN_CODES = {"ImageTooLargeException": UnsupportedError, "InvalidImageFormatException": UnsupportedError}


@dataclass(frozen=True)
class LabelsAndProperties:
    """What one DetectLabels call says: it can measure the picture on the way."""

    labels: tuple[Label, ...]
    properties: ImageProperties


class Rekognition:
    """One method per operation; each takes a still's bytes and counts one image on ``meter``.

    Raises the classes of ``braid.domain.errors``; ``InvalidServiceOutputError`` for an unreadable answer.
    """

    def __init__(self, meter: Meter, *, rekognition: Any = None) -> None:
        self._meter = meter
        self._client = rekognition or client("rekognition")

    def detect_labels(
        self, image: bytes, *, min_confidence: float = 0.55, labels: bool = True, properties: bool = True
    ) -> LabelsAndProperties:
        """Labels with parents and boxes; brightness, sharpness, contrast and dominant colours; or only one.

        Each is charged by itself. The confidences here and below are the service's own defaults, stated so
        that a change of theirs doesn't change our results.
        """
        asked: dict[str, Any] = {"Features": []}
        if labels:
            asked["Features"].append("GENERAL_LABELS")
            asked |= {"MaxLabels": _MAX_LABELS, "MinConfidence": _percent(min_confidence)}
        if properties:
            asked["Features"].append("IMAGE_PROPERTIES")
            asked["Settings"] = {"ImageProperties": {"MaxDominantColors": _MAX_DOMINANT_COLORS}}
        answer = self._answer("DetectLabels", image, **asked)
        if labels:
            self._meter.count("rekognition", "DetectLabels", "image", 1)
        if properties:
            self._meter.count("rekognition", "DetectLabels:IMAGE_PROPERTIES", "image", 1)
        return read_labels(answer)

    def detect_text(
        self, image: bytes, *, min_confidence: float = 0.0
    ) -> tuple[tuple[DetectedText, ...], int]:
        """The lines of text in reading order, and how many words they hold (``MAX_WORDS`` at most).

        Words below ``min_confidence`` are no part of a line; with zero the service's own limit holds (0.8).
        """
        words = {"WordFilter": {"MinConfidence": _percent(min_confidence)}}
        asked = {"Filters": words} if min_confidence else {}
        return read_texts(self._counted("DetectText", image, **asked))

    def detect_faces(self, image: bytes, *, min_confidence: float = 0.0) -> tuple[Face, ...]:
        """Where faces are."""
        found = read_faces(self._counted("DetectFaces", image, Attributes=["DEFAULT"]))
        return tuple(face for face in found if face.confidence >= min_confidence)

    def detect_moderation(
        self, image: bytes, *, min_confidence: float = 0.5
    ) -> tuple[tuple[ModerationCategory, ...], tuple[str, ...]]:
        """Moderation categories of every level, and those of the first level that weren't judged."""
        answer = self._counted("DetectModerationLabels", image, MinConfidence=_percent(min_confidence))
        return read_moderation(answer), unjudged_categories(answer)

    def _counted(self, operation: str, image: bytes, **parameters: Any) -> dict[str, Any]:
        answer = self._answer(operation, image, **parameters)
        self._meter.count("rekognition", operation, "image", 1)
        return answer

    def _answer(self, operation: str, image: bytes, **parameters: Any) -> dict[str, Any]:
        method = {
            "DetectLabels": self._client.detect_labels,
            "DetectText": self._client.detect_text,
            "DetectFaces": self._client.detect_faces,
            "DetectModerationLabels": self._client.detect_moderation_labels,
        }[operation]
        with service_errors(f"rekognition:{operation}", _OWN_CODES):
            answer: dict[str, Any] = method(Image={"Bytes": image}, **parameters)
        return answer


def _percent(ratio: float) -> float:
    return round(ratio * 100, 4)


def read_labels(response: Mapping[str, Any]) -> LabelsAndProperties:
    """Reads an answer of DetectLabels."""
    answer = ServiceAnswer.whole("rekognition:DetectLabels", response, "Labels", "ImageProperties")
    found = answer.objects("Labels")
    # A label's parents are all that it is a kind of, by alphabet; each is a label of the answer too, and of
    # two the nearer one has the other among its own.
    parents_of = {
        label.text("Name"): [parent.text("Name") for parent in label.objects("Parents")] for label in found
    }
    labels = tuple(
        Label(
            name=label.text("Name"),
            confidence=label.ratio("Confidence", of=100),
            parents=tuple(
                sorted(
                    parents_of[label.text("Name")],
                    key=lambda parent: len(parents_of.get(parent, ())),
                    reverse=True,
                )
            ),
            boxes=tuple(read_box(instance) for instance in label.objects("Instances")),
        )
        for label in found
    )
    return LabelsAndProperties(labels, _properties(answer))


def _properties(answer: ServiceAnswer) -> ImageProperties:
    if "ImageProperties" not in answer:
        return ImageProperties()
    properties = answer.object("ImageProperties")
    quality = {}
    if "Quality" in properties:
        measured = properties.object("Quality")
        quality = {
            name.lower(): measured.number(name)
            for name in ("Brightness", "Sharpness", "Contrast")
            if name in measured
        }
    foreground: tuple[Color, ...] = ()
    if "Foreground" in properties:
        foreground = _colors(properties.object("Foreground"))
    return ImageProperties(**quality, colors=_colors(properties), foreground_colors=foreground)


def _colors(looked_at: ServiceAnswer) -> tuple[Color, ...]:
    return tuple(
        Color(
            name=color.text("SimplifiedColor"),
            hex_code=color.text("HexCode").lower(),
            share=color.ratio("PixelPercent", of=100),
        )
        for color in looked_at.objects("DominantColors")
    )


def read_texts(response: Mapping[str, Any]) -> tuple[tuple[DetectedText, ...], int]:
    """Reads an answer of DetectText: its lines, and the number of its words."""
    answer = ServiceAnswer.whole("rekognition:DetectText", response, "TextDetections")
    lines, word_count = [], 0
    for detection in answer.objects("TextDetections"):
        if detection.one_of("Type", ("LINE", "WORD")) == "WORD":
            word_count += 1
            continue
        lines.append(
            DetectedText(
                text=detection.text("DetectedText"),
                confidence=detection.ratio("Confidence", of=100),
                box=read_box(detection.object("Geometry")),
            )
        )
    return tuple(lines), word_count


def read_faces(response: Mapping[str, Any]) -> tuple[Face, ...]:
    """Reads an answer of DetectFaces."""
    answer = ServiceAnswer.whole("rekognition:DetectFaces", response, "FaceDetails")
    return tuple(
        Face(confidence=face.ratio("Confidence", of=100), box=read_box(face))
        for face in answer.objects("FaceDetails")
    )


def read_moderation(response: Mapping[str, Any]) -> tuple[ModerationCategory, ...]:
    """Reads an answer of DetectModerationLabels; a category's parents are those that the answer names."""
    answer = ServiceAnswer.whole("rekognition:DetectModerationLabels", response, "ModerationLabels")
    found = answer.objects("ModerationLabels")
    # A category of the first level has an empty parent.
    parent_of = {
        label.text("Name"): label.text("ParentName") if "ParentName" in label else "" for label in found
    }
    return tuple(
        ModerationCategory(
            name=label.text("Name"),
            confidence=label.ratio("Confidence", of=100),
            parents=_path(label.text("Name"), parent_of),
        )
        for label in found
    )


def unjudged_categories(response: Mapping[str, Any]) -> tuple[str, ...]:
    """The categories of the first level that an answer of DetectModerationLabels says nothing about.

    None for Rekognition's own models. A model that knows fewer states those it judges in its version:
    ``<name>; judged only: Explicit, Violence``.
    """
    answer = ServiceAnswer.whole("rekognition:DetectModerationLabels", response, "ModerationLabels")
    version = answer.text("ModerationModelVersion") if "ModerationModelVersion" in answer else ""
    stated = _JUDGED_ONLY.search(version)
    if stated is None:
        return ()
    judged = stated["categories"].split(", ")
    return tuple(category for category in MODERATION_CATEGORIES if category not in judged)


def _path(name: str, parent_of: Mapping[str, str]) -> tuple[str, ...]:
    path: list[str] = []
    parent = parent_of[name]
    while parent and parent != name and parent not in path:
        path.insert(0, parent)
        parent = parent_of.get(parent, "")
    return tuple(path)
