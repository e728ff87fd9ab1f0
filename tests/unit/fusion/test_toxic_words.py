"""What Comprehend found toxic stands on the timeline where those words were said, shown or written."""

from __future__ import annotations

from dataclasses import replace

from braid.domain.asset.asset import Modality
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource, Toxicity
from braid.domain.evidence.service_findings import categories_of
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import WHOLE, Span
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

SPOKEN = FusionInput(
    admission(duration_ms=9000),
    transcript=transcript(
        utterance(1, "Good morning all", 0, 2000),
        utterance(2, "You are a fool", 3000, 5000),
        utterance(3, "and a coward", 5000, 7000),
    ),
)
TEXT = "Good morning all\nYou are a fool\nand a coward"
OFFSETS = {"u0001": 0, "u0002": 17, "u0003": 32}


def fused(material: FusionInput, *sources: LanguageSource) -> Timeline:
    return fuse(replace(material, language=LanguageAnalysis(sources)), Thresholds(), 8000)


def toxic(timeline: Timeline) -> list[tuple[str, Modality, Span, float]]:
    return [
        (item.text, item.modality, item.span, item.confidence)
        for item in timeline.observations
        if item.kind == "toxicity"
    ]


def test_a_stretch_spans_what_was_said_in_it_with_its_categories_in_order() -> None:
    found = (Toxicity("insult", 0.7, 17, 44), Toxicity("hate_speech", 0.9, 17, 44))
    timeline = fused(SPOKEN, LanguageSource("transcript", "en", TEXT, OFFSETS, toxicity=found))

    assert toxic(timeline) == [("Toxic words: hate speech, insult", Modality.SPEECH, Span(3000, 7000), 0.9)]
    (observation,) = [item for item in timeline.observations if item.kind == "toxicity"]
    assert observation.source == "comprehend:DetectToxicContent:transcript:1"
    assert categories_of(observation) == (("hate speech",), ("insult",))
    assert any(piece.kind == "toxicity" for piece in timeline.evidence), "it is evidence like all else"


def test_each_stretch_is_an_observation_of_its_own() -> None:
    found = (Toxicity("insult", 0.7, 17, 31), Toxicity("insult", 0.6, 32, 44))
    timeline = fused(SPOKEN, LanguageSource("transcript", "en", TEXT, OFFSETS, toxicity=found))
    assert [span for _, _, span, _ in toxic(timeline)] == [Span(3000, 5000), Span(5000, 7000)]


def test_lines_read_from_a_picture_are_found_by_their_keyframe() -> None:
    material = FusionInput(
        admission(duration_ms=9000),
        vision=vision(
            keyframe(1, Span(0, 4000), lines=["HELLO"]), keyframe(2, Span(4000, 9000), lines=["FOOL"])
        ),
    )
    source = LanguageSource(
        "detected_text",
        "en",
        "HELLO\nFOOL",
        {"k0001:1": 0, "k0002:1": 6},
        toxicity=(Toxicity("insult", 0.8, 6, 10),),
    )
    assert toxic(fused(material, source)) == [("Toxic words: insult", Modality.VISION, Span(4000, 9000), 0.8)]


def test_pages_and_whole_texts_keep_their_place() -> None:
    material = FusionInput(
        admission(), passages=passages(passage(1, "Hello there", page=3), passage(2, "Fool", page=4))
    )
    found = (Toxicity("insult", 0.8, 12, 16),)
    source = LanguageSource("passages", "en", "Hello there\nFool", {"p0001": 0, "p0002": 12}, toxicity=found)
    assert toxic(fused(material, source)) == [("Toxic words: insult", Modality.TEXT, Span(page=4), 0.8)]


def test_words_that_the_timeline_does_not_know_are_of_the_whole() -> None:
    source = LanguageSource("passages", "en", "Fool", {"p0099": 0}, toxicity=(Toxicity("insult", 0.8, 0, 4),))
    assert toxic(fused(SPOKEN, source)) == [("Toxic words: insult", Modality.TEXT, WHOLE, 0.8)]
