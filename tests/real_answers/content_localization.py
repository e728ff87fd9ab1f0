"""A three-minute video as AWS's services answered about it: speech, labels, faces, text, shots, captions.

The answers are those of Rekognition's video API, which the product itself doesn't call: every time at which
it saw something becomes a keyframe that lasts until the next.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from braid.aws.transcribe.output import read_output
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Box, DetectedText, Face, KeyframeAnalysis, Label, Vision
from braid.domain.span import Span
from evaluation.fusion_truth.materials import IMAGE, admission, cue, passages
from lambdas.fusion.fuse import FusionInput
from lambdas.transcription.utterances import utterances

__all__ = ["read_material"]

_FOLDER = "content-localization-on-aws"


def read_material(data: Path) -> FusionInput:
    """The whole video; ``data`` is the folder of recorded answers."""
    rekognition = data / "aws-rekognition" / _FOLDER
    shots = json.loads((rekognition / "shotDetection.json").read_text())
    duration_ms = int(shots["VideoMetadata"][0]["DurationMillis"])
    return FusionInput(
        admission(duration_ms=duration_ms),
        _transcript(data / "aws-transcribe" / _FOLDER / "TranscribeVideo.json"),
        _vision(rekognition, duration_ms),
        _captions(data / "captions" / _FOLDER / "WebCaptions_en.json"),
    )


def _transcript(path: Path) -> Transcript:
    heard = read_output(json.loads(path.read_text()))
    return Transcript("en-US", utterances(heard.items, "en-US"))


def _captions(path: Path) -> Passages:
    cues = json.loads(path.read_text())["WebCaptions"]
    return passages(
        *(
            cue(number, item["caption"], _milliseconds(item["start"]), _milliseconds(item["end"]))
            for number, item in enumerate(cues)
        )
    )


def _milliseconds(seconds: str) -> int:
    return round(float(seconds) * 1000)


def _vision(folder: Path, duration_ms: int) -> Vision:
    labels: dict[int, dict[str, Label]] = defaultdict(dict)
    with gzip.open(folder / "labelDetection.json.gz", "rt") as file:
        for page in json.load(file):
            for item in page["Labels"]:
                label = item["Label"]
                parents = tuple(parent["Name"] for parent in label["Parents"])
                found = Label(label["Name"], float(label["Confidence"]) / 100, parents)
                labels[int(item["Timestamp"])][found.name] = found
    texts: dict[int, list[DetectedText]] = defaultdict(list)
    for item in json.loads((folder / "textDetection.json").read_text())["TextDetections"]:
        text = item["TextDetection"]
        if text["Type"] == "LINE":
            confidence = float(text["Confidence"]) / 100
            texts[int(item["Timestamp"])].append(
                DetectedText(text["DetectedText"], confidence, _box(text["Geometry"]))
            )
    faces: dict[int, list[Face]] = defaultdict(list)
    for item in json.loads((folder / "faceDetection.json").read_text())["Faces"]:
        face = item["Face"]
        faces[int(item["Timestamp"])].append(Face(float(face["Confidence"]) / 100, _box(face)))
    times = sorted({*labels, *texts, *faces})
    return Vision(
        tuple(
            KeyframeAnalysis(
                f"k{number:04d}",
                IMAGE,
                Span(at_ms, times[number] if number < len(times) else duration_ms),
                labels=tuple(labels[at_ms].values()),
                texts=tuple(texts[at_ms]),
                faces=tuple(faces[at_ms]),
            )
            for number, at_ms in enumerate(times, 1)
        )
    )


def _box(geometry: Mapping[str, Any]) -> Box:
    box = geometry["BoundingBox"]
    return Box(*(float(box[name]) for name in ("Left", "Top", "Width", "Height")))
