"""Timelines and keyframes to index."""

from __future__ import annotations

from typing import Any

from braid.domain.asset.asset import Modality
from braid.domain.claim_check import Claim
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import KeyframeAnalysis, Label, ModerationCategory, Vision
from braid.domain.span import WHOLE, Span

__all__ = ["EXPLICIT", "keyframe", "label", "said", "timeline", "vision", "written"]


def said(number: int, text: str) -> Observation:
    span = Span(number * 1000, number * 1000 + 900)
    return Observation(
        f"u{number:04d}", Modality.SPEECH, "utterance", span, text, 0.9, f"transcribe:u{number:04d}"
    )


def written(number: int, text: str, page: int | None = 1) -> Observation:
    span = Span(page=page) if page else WHOLE
    return Observation(f"p{number:04d}", Modality.TEXT, "passage", span, text, 1.0, f"reading:p{number:04d}")


def label(
    keyframe_id: str, number: int, name: str, span: Span = WHOLE, confidence: float = 0.9
) -> Observation:
    source = f"rekognition:DetectLabels:{keyframe_id}"
    name_ = f"{keyframe_id}-label{number}"
    return Observation(name_, Modality.VISION, "label", span, name, confidence, source)


def timeline(*observations: Observation) -> Timeline:
    return Timeline(None, (), observations, (), (), {})


def keyframe(
    keyframe_id: str, *labels: str, asset_id: str = "a", span: Span = WHOLE, **more: Any
) -> KeyframeAnalysis:
    key = f"assets/{asset_id}/1/keyframes/{keyframe_id}.jpg"
    image = Claim(f"s3://results/{key}", "image/jpeg", 1, "0" * 64)
    named = tuple(Label(name, 0.9) for name in labels)
    return KeyframeAnalysis(keyframe_id, image, span, labels=named, **more)


def vision(*keyframes: KeyframeAnalysis) -> Vision:
    return Vision(keyframes)


EXPLICIT = (ModerationCategory("Explicit", 0.99),)
