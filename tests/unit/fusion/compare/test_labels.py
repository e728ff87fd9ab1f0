"""What a classifier names wrongly never becomes a contradiction: labels only say what they name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from braid.domain.evidence.timeline import AgreementKind
from braid.domain.evidence.vision import Label
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.materials import admission, keyframe, transcript, utterance, vision
from lambdas.fusion.fuse import FusionInput, fuse

SAID = "A cat sleeps on the couch. There is no dog here, and the red car outside costs 4,000 dollars."


@pytest.mark.parametrize(
    "names",
    [
        ("Dog", "Canine", "Animal"),
        ("Cat", "Feline", "Animal"),
        ("Blue Car",),
        ("Truck",),
        ("Go-Kart", "Vehicle"),
    ],
)
@pytest.mark.parametrize("confidence", [0.55, 0.99])
def test_labels_contradict_nothing(names: tuple[str, ...], confidence: float) -> None:
    shown = keyframe(1, Span(0, 10_000))
    shown = replace(shown, labels=tuple(Label(name, confidence) for name in names))
    timeline = fuse(
        FusionInput(
            admission(duration_ms=10_000),
            transcript=transcript(utterance(1, SAID, 0, 9_000)),
            vision=vision(shown),
        ),
        Thresholds(),
        8000,
    )
    kinds = [agreement.kind for segment in timeline.segments for agreement in segment.agreements]
    assert AgreementKind.CONTRADICTORY not in kinds
