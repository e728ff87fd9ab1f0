"""One differing point gives one contradiction; what a recogniser got wrong gives none."""

from __future__ import annotations

import pytest

from braid.domain.evidence.timeline import Agreement, AgreementKind, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.materials import (
    admission,
    cue,
    keyframe,
    passages,
    picture_and_text,
    transcript,
    utterance,
    vision,
)
from lambdas.fusion.fuse import FusionInput, fuse


def fused(material: FusionInput) -> Timeline:
    return fuse(material, Thresholds(), 8000)


def contradictions(material: FusionInput) -> list[Agreement]:
    return [
        agreement
        for segment in fused(material).segments
        for agreement in segment.agreements
        if agreement.kind is AgreementKind.CONTRADICTORY
    ]


def talk(said: str, shown: list[str], confidence: float = 0.9) -> FusionInput:
    """One slide, and what is said over it."""
    return FusionInput(
        admission(duration_ms=10_000),
        transcript=transcript(utterance(1, said, 0, 9_000, confidence)),
        vision=vision(keyframe(1, Span(0, 10_000), lines=shown)),
    )


def test_a_bundle_that_differs_in_its_price_yields_exactly_that() -> None:
    (point,) = contradictions(
        picture_and_text(
            ["Trail Runner", "Light and fast", "$49"],
            "The Trail Runner is a light shoe for fast days. It costs $59, weighs 240 g, and has 3 sizes.",
            colors=[("Blue", 0.5), ("White", 0.4)],
        )
    )
    assert point.observation_ids == ("k0001-text1", "p0001")
    assert "'$49'" in point.reason
    assert "'$59'" in point.reason


def test_a_bundle_that_differs_in_its_color_yields_exactly_that() -> None:
    (point,) = contradictions(
        picture_and_text(
            ["Trail Runner", "$49"],
            "The Trail Runner is a red shoe. It costs forty-nine dollars.",
            colors=[("Blue", 0.5), ("White", 0.4)],
        )
    )
    assert "red shoe" in point.reason
    assert "blue" in point.reason


def test_a_denial_of_what_the_other_states_is_a_contradiction() -> None:
    (point,) = contradictions(
        picture_and_text(["Rain jacket", "Not waterproof"], "This rain jacket is warm and waterproof.")
    )
    assert "not waterproof" in point.reason


def test_speech_against_a_slide() -> None:
    (point,) = contradictions(
        talk("the price of the new plan is fifty nine dollars a month", ["New plan", "$49 a month"])
    )
    assert point.observation_ids == ("u0001", "k0001-text1")


@pytest.mark.parametrize(
    ("seen", "written"),
    [
        (["Trail Runner", "$49"], "The Trail Runner costs forty-nine dollars."),
        (["Trail Runner", "$49.99"], "The Trail Runner costs about 50 dollars."),
        (["Battery", "90 min"], "The battery lasts one and a half, that is 1.5 hours."),
        (["Trail Runner", "$549"], "The Trail Runner costs $49."),  # the sign was read as a digit
        (["Trail Runner", "$4999"], "The Trail Runner costs $49.99."),  # the point was lost
        (["Step 3", "Fasten the strap"], "Step 4: fasten the strap."),
        (["5 seats", "200 km range"], "It has 5 seats, 4 doors and a range of 200 km."),
        (["Not waterproof", "Rain jacket"], "The rain jacket is not waterproof."),
        (["Navy jacket"], "A blue jacket."),
        (["Black Friday sale"], "A white jacket."),
    ],
)
def test_what_only_looks_different_is_none(seen: list[str], written: str) -> None:
    assert contradictions(picture_and_text(seen, written)) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the new plan is forty dollars a month", ["New plan", "$49 a month"]),  # nine was not heard
        ("the new plan has fifty seats", ["New plan", "15 seats"]),  # -ty for -teen
        ("the new plan was fifty nine dollars and is now forty nine a month", ["New plan", "$49 a month"]),
        ("we had nine hundred guests last year", ["Revenue: $4 million"]),
        ("i don't know what it costs", ["What it costs"]),
    ],
)
def test_misheard_numbers_are_none(said: str, shown: list[str]) -> None:
    assert contradictions(talk(said, shown)) == []


def test_a_number_without_a_unit_is_compared_by_its_subject() -> None:
    (point,) = contradictions(
        talk("the ticket price is fourteen this year", ["Ticket price: $29", "Line 5 to the city"])
    )
    assert "'fourteen'" in point.reason
    assert "'$29'" in point.reason


@pytest.mark.parametrize(
    "said",
    [
        "the ticket price of the galaxy phone fourteen",  # a name
        "the ticket price is fourteen days old",
        "the ticket price is fourteen more it is twenty nine dollars",
        "the ticket is for section fourteen",
    ],
)
def test_a_number_of_something_else_lacks_no_unit(said: str) -> None:
    assert contradictions(talk(said, ["Ticket price: $29"])) == []


def test_a_misread_word_does_not_hide_a_contradiction() -> None:
    (point,) = contradictions(
        talk("everybody can check the varnish layer is removable", ["Varni5h layer is mot rcmovable"])
    )
    assert "not removable" in point.reason


def test_a_doubtful_reading_accuses_nobody() -> None:
    unsure = picture_and_text(["Trail Runner", "$49"], "The Trail Runner costs $59.", confidence=0.5)
    assert contradictions(unsure) == []


def test_a_value_that_the_other_side_names_later_is_none() -> None:
    material = FusionInput(
        admission(duration_ms=40_000),
        transcript=transcript(
            utterance(1, "the old plan was fifty nine dollars a month", 0, 8_000),
            utterance(2, "the new plan is forty nine dollars a month", 21_000, 29_000),
        ),
        vision=vision(keyframe(1, Span(0, 20_000), lines=["New plan", "$49 a month"])),
    )
    assert [point for point in contradictions(material) if "$49" in point.reason] == []


def test_a_color_of_the_scene_says_nothing_about_the_talk() -> None:
    material = FusionInput(
        admission(duration_ms=10_000),
        transcript=transcript(utterance(1, "she wore a red coat that day", 0, 9_000)),
        vision=vision(keyframe(1, Span(0, 10_000), colors=[("Blue", 0.8)])),
    )
    assert contradictions(material) == []


def test_captions_that_deny_what_is_said() -> None:
    material = FusionInput(
        admission(duration_ms=10_000),
        transcript=transcript(utterance(1, "the valve is safe to open under pressure", 0, 9_000)),
        passages=passages(cue(1, "The valve is not safe to open under pressure.", 0, 9_000)),
    )
    (point,) = contradictions(material)
    assert "not safe" in point.reason
