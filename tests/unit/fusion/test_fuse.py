"""The timeline as a whole: segments, agreements, warnings for odd input, and the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import replace

from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.evidence.transcript import Utterance
from braid.domain.evidence.vision import Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import WHOLE, Span
from braid.domain.wire import decode, encode
from evaluation.fusion_truth.materials import (
    admission,
    keyframe,
    member,
    passage,
    passages,
    picture_and_text,
    transcript,
    utterance,
    vision,
)
from lambdas.fusion.fuse import FusionInput, fuse


def fused(material: FusionInput, budget: int = 8000) -> Timeline:
    return fuse(material, Thresholds(), budget)


def test_segments_follow_shots_and_pauses() -> None:
    timeline = fused(
        FusionInput(
            admission(duration_ms=30_000),
            transcript=transcript(
                utterance(1, "hello there", 0, 4_000), utterance(2, "again", 16_000, 20_000)
            ),
            vision=vision(
                keyframe(1, Span(0, 10_000), lines=["One"]), keyframe(2, Span(10_000, 30_000), lines=["Two"])
            ),
        )
    )
    assert [segment.span for segment in timeline.segments] == [
        Span(0, 10_000),
        Span(10_000, 16_000),
        Span(16_000, 30_000),
    ]
    assert timeline.segments[2].observations == ("k0002-text1", "u0002")


def test_a_long_talk_without_pictures_is_divided_where_somebody_speaks() -> None:
    talk = transcript(*(utterance(n, f"sentence {n}", n * 5_000, n * 5_000 + 4_900) for n in range(40)))
    timeline = fused(FusionInput(admission(duration_ms=200_000), transcript=talk))
    begins = [segment.span.start_ms for segment in timeline.segments]
    assert begins == [0, 60_000, 120_000, 180_000]


def test_slides_repeating_the_talk_are_redundant_and_others_complementary() -> None:
    timeline = fused(
        FusionInput(
            admission(duration_ms=20_000),
            transcript=transcript(
                utterance(1, "solar panels turn sunlight into electricity", 500, 9_000),
                utterance(2, "batteries keep the energy for the night", 10_500, 19_000),
            ),
            vision=vision(
                keyframe(1, Span(0, 10_000), lines=["Solar panels", "Sunlight into electricity"]),
                keyframe(2, Span(10_000, 20_000), lines=["Thank you", "Questions welcome"]),
            ),
        )
    )
    kinds = [[agreement.kind for agreement in segment.agreements] for segment in timeline.segments]
    assert kinds == [[AgreementKind.REDUNDANT], [AgreementKind.COMPLEMENTARY]]
    redundant = timeline.segments[0]
    assert redundant.agreements[0].observation_ids == ("u0001", "k0001-text1")
    assert redundant.confidence is not None
    assert redundant.confidence > 0.97
    assert "confirmed by" in (redundant.provenance or "")


def test_a_label_confirms_what_is_said() -> None:
    timeline = fused(
        FusionInput(
            admission(duration_ms=10_000),
            transcript=transcript(utterance(1, "this is my dog on the beach", 0, 9_000)),
            vision=vision(keyframe(1, Span(0, 10_000), labels=["Dog", "Beach"])),
        )
    )
    (agreement,) = timeline.segments[0].agreements
    assert agreement.kind is AgreementKind.REDUNDANT
    assert agreement.observation_ids == ("u0001", "k0001-label1", "k0001-label2")
    assert "speech and picture share" in agreement.reason


def test_pages_are_compared_with_their_own_text_alone() -> None:
    timeline = fused(
        FusionInput(
            admission(),
            vision=vision(
                keyframe(1, Span(page=1), lines=["Annual report", "Revenue grew"]),
                keyframe(2, Span(page=2), lines=["Outlook", "New markets"]),
            ),
            passages=passages(
                passage(1, "Annual report: revenue grew.", page=1),
                passage(2, "Outlook: new markets.", page=2),
            ),
        )
    )
    assert [segment.span for segment in timeline.segments] == [Span(page=1), Span(page=2)]
    assert [[a.kind for a in segment.agreements] for segment in timeline.segments] == [
        [AgreementKind.REDUNDANT],
        [AgreementKind.REDUNDANT],
    ]


def test_a_description_is_held_against_a_recording_that_it_comes_with() -> None:
    timeline = fused(
        FusionInput(
            admission(
                member("talk.mp3", "audio", "speech"),  # type: ignore[arg-type]  # StrEnum members are strings
                member("notes.txt", "text", "text"),  # type: ignore[arg-type]  # as above
                duration_ms=10_000,
            ),
            transcript=transcript(utterance(1, "the new plan is forty nine dollars a month", 0, 9_000)),
            passages=passages(passage(1, "The new plan costs $59 a month.", member="notes.txt")),
        )
    )
    whole = timeline.segments[-1]
    assert whole.span == WHOLE
    assert [agreement.kind for agreement in whole.agreements] == [
        AgreementKind.CONTRADICTORY,
        AgreementKind.REDUNDANT,
    ]


def test_what_lasts_over_keyframes_is_one_observation() -> None:
    frames = [keyframe(n, Span(n * 1000, n * 1000 + 1000), labels=["Dog"], lines=["Logo"]) for n in range(5)]
    timeline = fused(FusionInput(admission(duration_ms=5_000), vision=vision(*frames)))
    spans = {observation.observation_id: observation.span for observation in timeline.observations}
    assert spans == {"k0000-text1": Span(0, 5000), "k0000-label1": Span(0, 5000)}
    sources = {observation.source for observation in timeline.observations}
    assert "rekognition:DetectText:k0000..k0004" in sources


def test_what_is_written_in_a_picture_names_who_read_it() -> None:
    crowded = replace(keyframe(1, lines=["Terms of sale"]), texts_source="textract:DetectDocumentText")
    timeline = fused(FusionInput(admission(duration_ms=9_000), vision=vision(crowded)))
    assert [item.source for item in timeline.observations] == ["textract:DetectDocumentText:k0001"]


def test_lines_below_each_other_are_one_statement() -> None:
    frame = keyframe(1, lines=["Solar panels", "turn sunlight", "into electricity"])
    timeline = fused(FusionInput(admission(), vision=vision(frame)))
    assert [o.text for o in timeline.observations] == ["Solar panels\nturn sunlight\ninto electricity"]


def test_odd_input_is_told() -> None:
    timeline = fused(
        FusionInput(
            admission(duration_ms=10_000),
            transcript=transcript(
                utterance(2, "second", 5_000, 8_000),
                utterance(1, "first", 0, 6_000),
                utterance(3, "far behind", 50_000, 60_000),
                Utterance("u0004", None, 9_000, 8_500, "backwards", 0.9, ()),
            ),
            vision=Vision((), warnings=("3 frames could not be decoded",)),
            passages=passages(),
        )
    )
    text = "\n".join(timeline.warnings)
    for told in (
        "vision is empty",
        "text is empty",
        "3 frames could not be decoded",
        "u0001",  # out of order
        "u0003",  # outside
        "u0004",  # backwards
        "overlap",
    ):
        assert told in text, told
    assert len(timeline.observations) == 4


def test_no_observation_gives_an_empty_timeline() -> None:
    timeline = fused(FusionInput(admission(duration_ms=1000), transcript=transcript()))
    assert timeline.segments == ()
    assert timeline.evidence == ()
    assert timeline.warnings == ("speech is empty: nobody was heard speaking",)


def test_the_timeline_reads_back() -> None:
    timeline = fused(picture_and_text(["Trail Runner", "$49"], "The Trail Runner costs $59."))
    assert decode(Timeline, json.loads(json.dumps(encode(timeline)))) == timeline
