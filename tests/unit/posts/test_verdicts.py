"""A judge's answer is read strictly, and decides nothing: the policy's thresholds do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.posts.verdict import Finding, Verdict, decision_of, read_verdict, reason_of, write_verdict
from braid.domain.profile.sections.decision import DecisionPlan

PLAN = DecisionPlan(ranks=("allow", "review", "block"), categories="/categories")
POLICY = {
    "Threats": {"review": 2.0, "block": 3.0},
    "Self-harm": {"review": 1.0, "block": 4.0},
    "Spam and fraud": {"review": 2.0, "block": 3.0},
}
TEXT = "Nice place. It would be a shame  if\nsomething happened to it."


def test_nothing_and_not_knowing_are_said_in_a_word() -> None:
    assert read_verdict("none", TEXT, POLICY) == Verdict()
    assert read_verdict(" None.\n", TEXT, POLICY) == Verdict()
    assert read_verdict("unsure", TEXT, POLICY) == Verdict(is_unsure=True)


@pytest.mark.parametrize(
    "reply",
    [
        'Threats 3 "would be a shame if something"',
        "Threats 3: “would be a shame if something”",
        '- threats 3 "WOULD be a shame if something".',
        '`Threats, 3, "…would be a shame if something…"`',
        'Threats: 3 "would be a shame if something"',
    ],
)
def test_a_finding_names_category_severity_and_words(reply: str) -> None:
    found = read_verdict(reply, TEXT, POLICY)

    assert isinstance(found, Verdict), found
    (finding,) = found.findings
    assert (finding.category, finding.severity) == ("Threats", 3)
    assert " ".join(TEXT[finding.begin : finding.end].split()) == "would be a shame if something"


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("", "empty"),
        ("allow", "isn't `Category"),
        ("The post is fine: none", "isn't `Category"),
        ('Weather 3 "shame"', "no category"),
        ('Threats 9 "shame"', "1 to 4"),
        ('Threats 3 "we know where you live"', "don't stand in the post"),
        ('Threats 3 "…"', "don't stand in the post"),
        ("Threats 3", "isn't `Category"),
        ('none\nThreats 3 "shame"', "isn't `Category"),
        ("\n".join(['Threats 3 "shame"'] * 9), "9 lines"),
    ],
)
def test_anything_else_is_no_verdict(reply: str, told: str) -> None:
    found = read_verdict(reply, TEXT, POLICY)

    assert isinstance(found, str)
    assert told in found


@st.composite
def texts_with_findings(draw: st.DrawFn) -> tuple[str, Verdict]:
    words = draw(st.lists(st.text(alphabet="abcdéü'!?", min_size=1, max_size=7), min_size=1, max_size=9))
    text = " ".join(words)
    findings = []
    for name in draw(st.lists(st.sampled_from(sorted(POLICY)), unique=True, min_size=1)):
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first, len(words) - 1))
        quote = " ".join(words[first : last + 1])
        begin = text.find(quote)  # a reader finds the first place
        findings.append(Finding(name, draw(st.integers(1, 4)), begin, begin + len(quote)))
    return text, Verdict(tuple(findings))


@given(texts_with_findings())
def test_what_a_model_is_trained_to_write_is_what_is_read(case: tuple[str, Verdict]) -> None:
    text, verdict = case

    assert read_verdict(write_verdict(verdict, text), text, POLICY) == verdict


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_reply_is_fatal(reply: str, text: str) -> None:
    assert isinstance(read_verdict(reply, text, POLICY), Verdict | str)


@given(st.lists(st.tuples(st.sampled_from(sorted(POLICY)), st.integers(1, 4)), max_size=4))
def test_the_decision_is_the_severest_that_a_threshold_asks_for(found: list[tuple[str, int]]) -> None:
    verdict = Verdict(tuple(Finding(name, severity, 0, 1) for name, severity in found))

    decision = decision_of(verdict, POLICY, PLAN)

    asked = {rank for name, severity in found for rank, least in POLICY[name].items() if severity >= least}
    assert decision == ("block" if "block" in asked else "review" if "review" in asked else "allow")


def test_whatever_nobody_judged_is_left_to_a_person() -> None:
    assert decision_of(None, POLICY, PLAN) == "review"
    assert decision_of(Verdict(is_unsure=True), POLICY, PLAN) == "review"


def test_a_reason_quotes_the_post() -> None:
    verdict = Verdict((Finding("Self-harm", 1, 0, 4), Finding("Threats", 3, 12, 30)))

    assert (
        reason_of(verdict, TEXT)
        == "Threats (severity 3): “It would be a sham”; Self-harm (severity 1): “Nice”"
    )
