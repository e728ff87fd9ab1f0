"""From votes, severities and what services found to the decision that stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.answer.decision_basis import DecisionBasis, Vote
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.service_findings import categories_of, moderation_text, toxicity_text
from braid.domain.profile.sections.decision import DecisionPlan
from braid.domain.span import WHOLE
from lambdas.inference.checks.decision_basis import decide, with_decision

PLAN = DecisionPlan(
    ranks=("allow", "review", "block"),
    categories="/categories",
    services={"*": {"review": 0.7}, "Explicit": {"review": 0.5, "block": 0.9}, "Alcohol": {}},
)
POLICY = {"Threats": {"review": 2.0, "block": 3.0}}
EVIDENCE = tuple(
    Evidence(name, modality, "passage", WHOLE, "words", 0.9, "test")
    for name, modality in (("s1", Modality.SPEECH), ("v1", Modality.VISION), ("t1", Modality.TEXT))
)


def judged(
    decision: str = "allow",
    votes: dict[str, str] | None = None,
    *,
    severities: dict[str, float] | None = None,
    found: tuple[Observation, ...] = (),
    plan: DecisionPlan = PLAN,
    method: str = "model",
) -> DecisionBasis:
    cast = {"speech": "allow", "vision": "allow", "text": "allow"} if votes is None else votes
    answer: dict[str, Any] = {
        "decision": decision,
        "votes": [{"modality": modality, "vote": vote} for modality, vote in cast.items()],
        "categories": [{"name": name, "severity": value} for name, value in (severities or {}).items()],
    }
    return decide(plan, answer, method=method, evidence=EVIDENCE, observations=found, policy=POLICY)


def seen(text: str, confidence: float) -> Observation:
    return Observation("m1", Modality.VISION, "moderation", WHOLE, text, confidence, "rekognition:X:k0001")


def test_votes_that_agree_stand() -> None:
    decision_basis = judged()
    assert (decision_basis.decision, decision_basis.rule) == (
        "allow",
        "most_severe: allow by speech, vision, text",
    )


def test_the_most_severe_vote_is_stronger_than_the_model_s_own_decision() -> None:
    decision_basis = judged("allow", {"speech": "allow", "vision": "block", "text": "review"})
    assert (decision_basis.decision, decision_basis.rule) == ("block", "most_severe: block by vision")
    assert decision_basis.model_decision == "allow"


def test_a_majority_wins_and_ties_go_to_the_more_severe() -> None:
    majority = replace(PLAN, rule="majority")
    two = judged("allow", {"speech": "allow", "vision": "block", "text": "allow"}, plan=majority)
    assert (two.decision, two.rule) == ("allow", "majority: 2 of 3 modalities vote allow")
    tie = judged("allow", {"speech": "allow", "vision": "block", "text": "review"}, plan=majority)
    assert tie.decision == "block"


def test_a_modality_that_casts_no_vote_is_undecided() -> None:
    decision_basis = judged("allow", {"speech": "allow", "text": "allow"})
    assert decision_basis.decision == "review"
    assert decision_basis.rule == "most_severe: review by vision (no vote)"
    assert Vote("vision", "review", cast=False) in decision_basis.votes


@pytest.mark.parametrize(("vote", "stands"), [("allow", "review"), ("block", "block")])
def test_a_vote_citing_other_modalities_is_void_and_never_milder(vote: str, stands: str) -> None:
    answer = {
        "decision": "allow",
        "votes": [
            {"modality": "speech", "vote": "allow", "evidence_ids": ["s1"]},
            {"modality": "vision", "vote": vote, "evidence_ids": ["t1"]},
            {"modality": "text", "vote": "allow", "evidence_ids": ["t1", "s1"]},
        ],
        "categories": [],
    }
    decision_basis = decide(PLAN, answer, method="model", evidence=EVIDENCE, observations=(), policy=POLICY)
    assert Vote("vision", stands, cast=False) in decision_basis.votes
    assert (decision_basis.decision, decision_basis.rule) == (
        stands,
        f"most_severe: {stands} by vision (no vote)",
    )


def test_a_vote_without_evidence_counts_only_where_it_is_stricter() -> None:
    alone = EVIDENCE[2:]
    for vote, stands in (("allow", "allow"), ("block", "block")):
        votes = [{"modality": "text", "vote": "allow"}, {"modality": "speech", "vote": vote}]
        answer = {"decision": "allow", "votes": votes, "categories": []}
        decision_basis = decide(PLAN, answer, method="model", evidence=alone, observations=(), policy=POLICY)
        assert decision_basis.decision == stands


def test_a_category_that_was_taken_out_of_the_answer_is_looked_at() -> None:
    answer = {"decision": "allow", "votes": [{"modality": "text", "vote": "allow"}], "categories": []}
    decision_basis = decide(
        PLAN,
        answer,
        method="model",
        evidence=EVIDENCE[2:],
        observations=(),
        policy=POLICY,
        unsupported_categories=1,
    )
    assert decision_basis.decision == "review"
    assert decision_basis.rule == "1 category was taken out: the evidence that is cited doesn't say so"


def test_a_category_is_judged_by_its_narrowest_level() -> None:
    knives = replace(PLAN, services={"*": {"review": 0.7}, "Weapons": {"review": 0.95}})
    parent, child = seen("Violence", 0.9), seen("Violence / Weapons", 0.9)
    assert judged(found=(parent, child), plan=knives).decision == "allow"
    surer = judged(found=(seen("Violence", 0.91), child), plan=knives)
    assert surer.decision == "review", "something else of that level was seen"
    elsewhere = replace(child, source="rekognition:X:k0002")
    assert judged(found=(parent, elsewhere), plan=knives).decision == "review", "in another picture"


@pytest.mark.parametrize(("severity", "decision"), [(1, "allow"), (2, "review"), (3, "block"), (4, "block")])
def test_the_policy_s_thresholds_hold(severity: int, decision: str) -> None:
    assert judged(severities={"Threats": severity}).decision == decision


def test_a_category_that_the_policy_does_not_name_is_looked_at() -> None:
    decision_basis = judged(severities={"Rudeness": 1})
    assert (decision_basis.decision, decision_basis.rule) == (
        "review",
        "'Rudeness' is no category of the policy",
    )


@pytest.mark.parametrize(
    ("text", "confidence", "decision"),
    [
        ("Violence / Weapons", 0.69, "allow"),
        ("Violence / Weapons", 0.70, "review"),
        ("Explicit / Exposed", 0.5, "review"),
        ("Explicit / Exposed", 0.9, "block"),
        ("explicit", 0.95, "block"),
        ("Alcohol / Drinking", 0.99, "allow"),
    ],
)
def test_services_are_heard_by_category_and_confidence(text: str, confidence: float, decision: str) -> None:
    decision_basis = judged(found=(seen(text, confidence),))
    assert decision_basis.decision == decision
    assert [(item.category, item.vote) for item in decision_basis.services] == [(text, decision)]


def test_of_very_many_findings_those_that_ask_for_most_are_listed() -> None:
    harmless = [replace(seen("Alcohol", 0.9), source=f"rekognition:X:k{n:04}") for n in range(300)]
    decision_basis = judged(found=(*harmless, seen("Explicit", 0.95)))
    assert decision_basis.decision == "block"
    assert len(decision_basis.services) == 100
    assert decision_basis.services[-1].vote == "block"


def test_the_model_s_own_decision_may_be_stricter_than_everything_else() -> None:
    assert judged("block").rule == "the model's own decision is block"


@pytest.mark.parametrize("decision", ["allow", "review", "block"])
def test_what_judges_nothing_decides_nothing(decision: str) -> None:
    explicit = seen("Explicit", 0.99)
    decision_basis = judged(decision, {"speech": decision}, found=(explicit,), method="extractive")
    assert decision_basis.decision == "review"
    assert decision_basis.rule.startswith("no model judged (the answer is extractive)")
    assert not any(vote.cast for vote in decision_basis.votes)
    assert [item.vote for item in decision_basis.services] == ["block"], (
        "what services found is told all the same"
    )


RANKS = st.sampled_from(PLAN.ranks)


@given(
    own=RANKS,
    votes=st.dictionaries(st.sampled_from(["speech", "vision", "text"]), RANKS),
    severity=st.integers(0, 4),
    confidence=st.floats(0, 1),
)
def test_the_decision_is_never_milder_than_any_side(
    own: str, votes: dict[str, str], severity: int, confidence: float
) -> None:
    decision_basis = judged(
        own, votes, severities={"Threats": severity}, found=(seen("Explicit", confidence),)
    )
    sides = [own, *votes.values(), *(finding.vote for finding in decision_basis.services)]
    assert PLAN.rank(decision_basis.decision) >= max(map(PLAN.rank, sides))
    assert severity < 3 or decision_basis.decision == "block"
    assert with_decision({"decision": own, "other": 1}, decision_basis) == {
        "decision": decision_basis.decision,
        "other": 1,
    }


NAMES = st.text("abcdefgh ", min_size=1).map(str.strip).filter(bool)


@given(parents=st.lists(NAMES, max_size=2), name=NAMES, toxic=st.lists(NAMES, min_size=1, max_size=3))
def test_what_fusion_writes_of_a_finding_is_read_back(
    parents: list[str], name: str, toxic: list[str]
) -> None:
    moderation = seen(moderation_text(parents, name), 0.9)
    assert categories_of(moderation) == ((*parents, name),)
    words = replace(moderation, kind="toxicity", text=toxicity_text("Toxic words", toxic))
    assert categories_of(words) == tuple((each,) for each in toxic)
    assert categories_of(replace(words, kind="passage")) == ()
