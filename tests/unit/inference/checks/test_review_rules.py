"""Which answers wait for a person: every rule alone, and none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.review import ReviewPlan
from braid.runtime.library import profile
from lambdas.inference.checks.review_rules import review_reasons
from tests.unit.inference.timelines import shoe

ANSWER = Answer("general", "h", "model", "m", (), {"decision": "review"}, (), 0.5, "It is so.")


def _profile(**rules: Any) -> Profile:
    return replace(profile("general"), review=ReviewPlan(**rules))


def _reasons(answer: Answer | None = ANSWER, *, intervened: bool = False, **rules: Any) -> tuple[str, ...]:
    return review_reasons(_profile(**rules), "shoe-1", shoe(), answer, intervened=intervened)


def test_without_rules_nobody_is_asked() -> None:
    assert _reasons(intervened=True) == ()


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"confidence_below": 0.6}, "confidence 0.50 is below 0.6"),
        ({"contradiction_above": 0.5}, "a contradiction of strength "),
        ({"decisions": ("review",)}, "the decision is 'review'"),
        ({"sample_share": 1.0}, "drawn at random, 100% of all are"),
    ],
)
def test_a_rule_that_holds_says_so(rules: dict[str, Any], reason: str) -> None:
    (told,) = _reasons(**rules)

    assert told.startswith(reason)


@pytest.mark.parametrize("rules", [{"confidence_below": 0.5}, {"decisions": ("block",)}])
def test_a_rule_that_does_not_hold_asks_nobody(rules: dict[str, Any]) -> None:
    assert _reasons(**rules) == ()


def test_an_intervention_leaves_no_answer_and_asks_all_the_same() -> None:
    assert _reasons(None, intervened=True, on_guardrail=True) == ("a guardrail intervened",)
    assert _reasons(None, intervened=False, on_guardrail=True, confidence_below=1.0) == ()


def test_a_profile_that_decides_is_reviewed_even_without_an_answer() -> None:
    told = review_reasons(profile("moderation"), "shoe-1", shoe(), None, intervened=False)
    assert told == ("there is no answer: a person has to decide",)
    assert review_reasons(profile("catalog"), "shoe-1", shoe(), None, intervened=False) == ()


def _unfiltered(operation: str = "bedrock:ApplyGuardrail") -> Answer:
    return replace(ANSWER, answer={"decision": "allow"}, missing=(MissingOperation(operation, "no access"),))


def test_an_answer_that_no_filter_saw_waits_where_the_profile_decides() -> None:
    told = review_reasons(profile("moderation"), "shoe-1", shoe(), _unfiltered(), intervened=False)
    assert told == ("the guardrail could not be asked about the answer",)
    assert _reasons(_unfiltered(), on_guardrail=True) == told


def test_an_unfiltered_answer_is_published_where_no_rule_forbids_it() -> None:
    assert _reasons(_unfiltered()) == ()
    assert _reasons(_unfiltered("comprehend:DetectEntities"), on_guardrail=True) == ()


def test_a_sample_is_of_its_share_and_the_same_for_a_retry() -> None:
    chosen = _profile(sample_share=0.2)
    timeline = shoe()

    def drawn(number: int) -> bool:
        return bool(review_reasons(chosen, f"asset-{number}", timeline, ANSWER, intervened=False))

    found = [drawn(number) for number in range(500)]
    assert 70 < sum(found) < 130
    assert found == [drawn(number) for number in range(500)]
