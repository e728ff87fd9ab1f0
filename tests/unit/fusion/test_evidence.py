"""Evidence under a budget covers the whole length, gives its reasons, and starts with contradictions."""

from __future__ import annotations

from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.domain.tokens import estimate_tokens
from braid.text.stems import content_stems
from evaluation.fusion_truth.materials import (
    admission,
    keyframe,
    passage,
    passages,
    transcript,
    utterance,
    vision,
)
from lambdas.fusion.fuse import FusionInput, fuse


def fused(material: FusionInput, budget: int) -> Timeline:
    return fuse(material, Thresholds(), budget)


def long_talk(minutes: int, *, crowded_minutes: int) -> FusionInput:
    """Much is said in the first minutes and little afterwards."""
    items = []
    for minute in range(minutes):
        for second in range(0, 60, 5 if minute < crowded_minutes else 30):
            start_ms = (60 * minute + second) * 1000
            text = f"topic{minute} detail{minute}x{second} explained with several telling words each{second}"
            items.append(utterance(len(items), text, start_ms, start_ms + 4000))
    return FusionInput(admission(duration_ms=minutes * 60_000), transcript=transcript(*items))


def test_a_crowded_beginning_does_not_crowd_out_the_end() -> None:
    timeline = fused(long_talk(100, crowded_minutes=20), 2000)
    tenths = {(piece.span.start_ms or 0) // 600_000 for piece in timeline.evidence}
    assert tenths == set(range(10))
    assert timeline.quality["evidence"]["covered_tenths"] == 10


def test_the_budget_holds_for_the_chosen_text() -> None:
    timeline = fused(long_talk(60, crowded_minutes=60), 1500)
    assert sum(estimate_tokens(piece.text) for piece in timeline.evidence) <= 1500
    assert 5 < len(timeline.evidence) < len(timeline.observations)


def test_everything_is_chosen_where_it_fits() -> None:
    timeline = fused(long_talk(2, crowded_minutes=0), 8000)
    assert len(timeline.evidence) == len(timeline.observations)
    assert all(piece.reason for piece in timeline.evidence)


def test_evidence_is_in_the_asset_s_order() -> None:
    timeline = fused(long_talk(30, crowded_minutes=30), 1500)
    starts = [piece.span.start_ms or 0 for piece in timeline.evidence]
    assert starts == sorted(starts)


def test_both_sides_of_a_contradiction_come_first() -> None:
    talk = long_talk(60, crowded_minutes=60)
    assert talk.transcript is not None
    material = FusionInput(
        talk.admission,
        transcript=transcript(
            *talk.transcript.utterances,
            utterance(999, "the plan costs fifty nine dollars", 1_800_000, 1_804_000),
        ),
        vision=vision(keyframe(1, Span(1_795_000, 1_805_000), lines=["Plan costs $49"])),
    )
    timeline = fused(material, 1000)
    reasons = {piece.evidence_id: piece.reason for piece in timeline.evidence}
    assert reasons["u0999"].startswith("contradiction:")
    assert reasons["k0001-text1"].startswith("contradiction:")


def test_new_words_come_before_repeated_ones() -> None:
    same = [passage(n, "The same sentence about solar panels and batteries.", page=1) for n in range(20)]
    other = passage(50, "Wind turbines need steady coastal winds.", page=1)
    timeline = fused(FusionInput(admission(), passages=passages(*same, other)), 150)
    said = [content_stems(piece.text, "en") for piece in timeline.evidence]
    assert any("turbin" in terms for terms in said)


def test_an_overlong_passage_is_cut_behind_a_sentence() -> None:
    text = "This sentence is repeated for length. " * 60
    timeline = fused(FusionInput(admission(), passages=passages(passage(1, text, page=1))), 8000)
    (piece,) = timeline.evidence
    assert len(piece.text) <= 1000
    assert piece.text.endswith("length. …")
    assert timeline.observations[0].text == text
