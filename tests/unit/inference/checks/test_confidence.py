"""What a contradiction takes of an answer's confidence, and which statements name it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.answer.answer import Answer, AnswerClaim, Contradiction
from braid.domain.answer.contradicted import marked, rests_on, states_both
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.runtime.library import model_registry, profile
from lambdas.inference.checks.confidence import answer_confidence
from lambdas.inference.infer import infer
from tests.unit.inference.timelines import GOOD, MODEL_IDS, ScriptedModel, answered, shoe

PRICE = Contradiction("the picture says '$49' where the text says '$59'", 0.99, ("k1", "p1"), ("$49", "$59"))


def claim(text: str, *evidence_ids: str) -> AnswerClaim:
    return AnswerClaim(text, evidence_ids, "/summary/0")


@pytest.mark.parametrize(
    ("said", "both", "rests"),
    [
        (claim("The price is open.", "k1", "p1"), True, True),
        (claim("It costs $59.", "k1", "p1"), False, True),
        (claim("It costs $59. $49. A light shoe.", "p1"), True, True),
        (claim("It costs 59 dollars, 49 in the picture.", "p1"), True, True),
        (claim("It costs $59.", "p1"), False, True),
        (claim("A light shoe.", "p1"), False, False),
        (claim("Route 590 and 49 stops.", "p1"), False, True),
        (claim("$49 and $59.", "p2"), False, False),
    ],
)
def test_a_claim_states_both_sides_by_what_it_cites_or_by_what_it_says(
    said: AnswerClaim, both: bool, rests: bool
) -> None:
    assert states_both(said, PRICE) is both
    assert rests_on(said, PRICE) is rests


@pytest.mark.parametrize("values", [("20 minutes", "20 hours"), ("not dry", "dry"), ()])
def test_words_alone_tell_nothing_where_one_value_holds_the_other(values: tuple[str, ...]) -> None:
    said = claim("It isn't dry, not dry after 20 hours or minutes.", "k1")
    assert not states_both(said, replace(PRICE, values=values))


def test_words_are_values_too() -> None:
    color = Contradiction(
        "text says 'blue mug' where the picture shows red", 0.8, ("k1", "p1"), ("blue mug", "red")
    )
    assert states_both(claim("A BLUE mug in red.", "p1"), color)
    assert not states_both(claim("A blue mug, well covered.", "p1"), color)


def test_citing_both_sides_names_the_contradiction_whatever_is_said() -> None:
    (one_sided,) = marked((claim("It costs $59.", "k1", "p1"),), (PRICE,))
    assert one_sided.contradictions == (PRICE.reason,)


def test_a_statement_of_both_sides_names_the_contradiction_once() -> None:
    (open_claim, other) = marked(
        (claim("$49 or $59.", "k1", "p1"), claim("A light shoe.", "p1")),
        (PRICE, replace(PRICE, strength=0.5)),
    )
    assert open_claim.contradictions == (PRICE.reason,)
    assert other.contradictions == ()


_TWICE = (
    PRICE,
    replace(PRICE, evidence_ids=("k2", "p1")),
    replace(PRICE, reason="another", evidence_ids=("k9", "p9")),
)


@pytest.mark.parametrize(
    ("claims", "are_marked"),
    [
        ([("It costs $59.", "p1"), ("A price of $49.", "k1")], [True, True]),
        ([("A price of $49.", "k2"), ("A light shoe.", "p1"), ("It costs $59.", "p1")], [True, False, True]),
        ([("It costs $59.", "p1"), ("It still costs $59.", "p1")], [False, False]),
        ([("$49 or $59.", "k1 p1"), ("It costs $59.", "p1"), ("A light shoe.", "k1")], [True, True, False]),
        ([("It costs $59.", "p1"), ("A price of $49.", "k9")], [False, False]),
    ],
)
def test_statements_of_one_side_each_name_the_contradiction_each(
    claims: list[tuple[str, str]], are_marked: list[bool]
) -> None:
    found = marked((claim(text, *cited.split()) for text, cited in claims), _TWICE)
    assert [item.contradictions == (PRICE.reason,) for item in found] == are_marked
    assert all(
        is_marked or not item.contradictions for item, is_marked in zip(found, are_marked, strict=True)
    )


def test_an_answer_carries_the_marks_of_its_claims() -> None:
    answer = infer(profile("general"), shoe(), ScriptedModel(answered(GOOD)), MODEL_IDS, model_registry())
    assert isinstance(answer, Answer)
    by_path = {item.path: item.contradictions for item in answer.claims}
    (named,) = answer.contradictions
    assert by_path == {"/summary/0": (), "/summary/1": (named.reason,), "/topics/0": ()}
    assert named.values == ("$49", "$59")


def test_separate_statements_of_one_side_each_carry_the_mark() -> None:
    apart = {
        **GOOD,
        "summary": [
            {"text": "The Trail Runner is a light shoe.", "evidence_ids": ["p0001"]},
            {"text": "It costs $59.", "evidence_ids": ["p0001"]},
            {"text": "Trail Runner, $49.", "evidence_ids": ["k0001-text1"]},
        ],
    }
    answer = infer(profile("general"), shoe(), ScriptedModel(answered(apart)), MODEL_IDS, model_registry())
    assert isinstance(answer, Answer)
    (named,) = answer.contradictions
    marks = {item.path: item.contradictions for item in answer.claims}
    assert marks == {
        "/summary/0": (), "/summary/1": (named.reason,), "/summary/2": (named.reason,), "/topics/0": (),
    }  # fmt: skip


def _strength(timeline: Timeline) -> float:
    return max(
        agreement.strength
        for segment in timeline.segments
        for agreement in segment.agreements
        if agreement.kind is AgreementKind.CONTRADICTORY
    )


@given(others=st.integers(0, 30))
def test_no_number_of_safe_claims_hides_that_one_states_both_sides(others: int) -> None:
    timeline = shoe()
    evidence = {piece.evidence_id: piece for piece in timeline.evidence}
    safe = [AnswerClaim("Trail Runner", ("p0001",), f"/topics/{number}") for number in range(others)]
    both = AnswerClaim("It costs $59. $49.", ("p0001", "k0001-text1"), "/summary/0")
    hidden = AnswerClaim("It costs $59.", ("p0001",), "/summary/0")
    strength = _strength(timeline)

    stated = answer_confidence([*safe, both], evidence, timeline)

    assert stated <= round(1 - 0.4 * strength, 3)
    assert answer_confidence([*safe, hidden], evidence, timeline) < stated
