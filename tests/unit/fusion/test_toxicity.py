"""Speech that was judged as toxic becomes evidence; what is unlikely stays in the transcript alone."""

from __future__ import annotations

from dataclasses import replace

from braid.domain.evidence.transcript import ToxicSpeech
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.materials import admission, transcript, utterance
from lambdas.fusion.fuse import FusionInput, fuse

_STRETCHES = (
    ToxicSpeech(0, 4000, "good morning", 0.02, {"profanity": 0.01, "insult": 0.02}),
    ToxicSpeech(
        4000,
        9000,
        "you * idiot",
        0.76,
        {"hate_speech": 0.04, "insult": 0.66, "profanity": 0.99, "sexual": 0.0},
    ),
    ToxicSpeech(9000, 9500, "hm", 0.55, {}),
)


def test_likely_toxicity_is_observed_where_it_is_said() -> None:
    said = replace(
        transcript(utterance(1, "good morning", 0, 4000), utterance(2, "you * idiot", 4000, 9000)),
        toxicity=_STRETCHES,
    )
    timeline = fuse(FusionInput(admission(duration_ms=10_000), transcript=said), Thresholds(), 8000)
    found = [item for item in timeline.observations if item.kind == "toxicity"]
    assert [(item.observation_id, item.span, item.text, item.confidence) for item in found] == [
        ("tox0002", Span(4000, 9000), "Toxic speech: profanity, insult", 0.99),
        ("tox0003", Span(9000, 9500), "Toxic speech", 0.55),
    ]
    assert {"tox0002", "tox0003"} <= {item.evidence_id for item in timeline.evidence}
