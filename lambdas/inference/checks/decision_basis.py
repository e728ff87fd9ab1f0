"""The decision that stands: what the model decided, never milder than votes, policy and services ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from braid.domain.answer.claims import objects_at
from braid.domain.answer.decision_basis import DecisionBasis, ServiceFinding, Vote
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.service_findings import categories_of
from braid.domain.profile.policy import Policy
from braid.domain.profile.sections.decision import ANY_CATEGORY, DECISION_MEMBER, DecisionPlan

__all__ = ["decide", "with_decision"]

# A long film may have some thousand; every answer carries those that are listed.
_MOST_FINDINGS = 100


def decide(
    plan: DecisionPlan,
    answer: Mapping[str, Any],
    *,
    method: str,
    evidence: Sequence[Evidence],
    observations: Iterable[Observation],
    policy: Policy,
    unsupported_categories: int = 0,
) -> DecisionBasis:
    """Combines the answer's votes and severities with what the services found. Pure and deterministic.

    The most severe of four stands: the combined votes, the policy's thresholds, the services' findings and
    the model's own decision; of equals the first is named as the rule. A modality with evidence that casts no
    vote, or casts it by nothing of its own, counts as undecided at least; so do ``unsupported_categories``,
    which were taken out of the answer because what they cite doesn't say so. Without a model's judgement
    (``method``) nothing is decided.
    """
    decided = str(answer.get(DECISION_MEMBER, plan.undecided))
    votes = tuple(_votes(plan, answer, evidence))
    findings = tuple(_services(plan, observations))
    services = _foremost(plan, findings)
    if method != "model":
        uncast = tuple(Vote(vote.modality, plan.undecided, cast=False) for vote in votes)
        told = f"no model judged (the answer is {method}): a person has to decide"
        return DecisionBasis(plan.undecided, told, plan.undecided, uncast, services)
    asked = [
        _of_votes(plan, votes),
        *_of_categories(plan, answer, policy),
        *_of_unsupported(plan, unsupported_categories),
        *((finding.vote, _named(finding)) for finding in findings),
        (decided, f"the model's own decision is {decided}"),
    ]
    decision, told = max(asked, key=lambda item: plan.rank(item[0]))
    return DecisionBasis(decision, told, decided, votes, services)


def with_decision(answer: Mapping[str, Any], decision_basis: DecisionBasis) -> dict[str, Any]:
    """The answer with the decision that stands, which people read first and the model wrote last."""
    rest = {name: value for name, value in answer.items() if name != DECISION_MEMBER}
    return {DECISION_MEMBER: decision_basis.decision, **rest}


def _votes(plan: DecisionPlan, answer: Mapping[str, Any], evidence: Sequence[Evidence]) -> Iterator[Vote]:
    """One vote per modality with evidence, in the evidence's order: of several the most severe.

    A vote that cites nothing of its modality is none, but what it asks for isn't fallen below.
    """
    modality_of = {piece.evidence_id: str(piece.modality) for piece in evidence}
    cast: dict[str, str] = {}
    uncast: dict[str, str] = {}
    for item in objects_at(answer, plan.votes):
        modality, vote, ids = str(item.get("modality")), str(item.get("vote")), item.get("evidence_ids")
        is_own = not isinstance(ids, list) or any(modality_of.get(str(name)) == modality for name in ids)
        found = cast if is_own else uncast
        found[modality] = plan.severest(found.get(modality, plan.ranks[0]), vote)
    present = dict.fromkeys(modality_of.values())
    for modality in present:
        least = uncast.get(modality, plan.ranks[0])
        if modality in cast:
            yield Vote(modality, plan.severest(cast[modality], least))
        else:
            yield Vote(modality, plan.severest(plan.undecided, least), cast=False)
    for modality in dict.fromkeys((*cast, *uncast)):
        asked = plan.severest(*(votes.get(modality, plan.ranks[0]) for votes in (cast, uncast)))
        if modality not in present and plan.rank(asked) > 0:
            yield Vote(modality, asked, cast=False)


def _of_votes(plan: DecisionPlan, votes: Sequence[Vote]) -> tuple[str, str]:
    if not votes:
        return plan.undecided, "no modality voted"
    counts = Counter(vote.vote for vote in votes)
    if plan.rule == "majority":
        winner = max(counts, key=lambda name: (counts[name], plan.rank(name)))
        return winner, f"majority: {counts[winner]} of {len(votes)} modalities vote {winner}"
    winner = plan.severest(*counts)
    by = ", ".join(
        vote.modality if vote.cast else f"{vote.modality} (no vote)" for vote in votes if vote.vote == winner
    )
    return winner, f"most_severe: {winner} by {by}"


def _of_categories(
    plan: DecisionPlan, answer: Mapping[str, Any], policy: Policy
) -> Iterator[tuple[str, str]]:
    if not plan.categories:
        return
    for item in objects_at(answer, plan.categories):
        name, severity = str(item.get("name")), item.get("severity")
        if not isinstance(severity, int | float):
            continue
        if name not in policy:
            yield plan.undecided, f"{name!r} is no category of the policy"
            continue
        for decision, least in policy[name].items():
            if severity >= least:
                yield decision, f"policy: {name} of severity {severity:g} is {decision} from {least:g}"


def _of_unsupported(plan: DecisionPlan, count: int) -> Iterator[tuple[str, str]]:
    if count:
        named = "1 category was" if count == 1 else f"{count} categories were"
        yield plan.undecided, f"{named} taken out: the evidence that is cited doesn't say so"


def _services(plan: DecisionPlan, observations: Iterable[Observation]) -> Iterator[ServiceFinding]:
    """Every finding of moderation or toxicity with the most severe decision that its confidence reaches.

    Rekognition names each level of its taxonomy, a level as surely as the surest below it: one that a
    narrower category of the same picture accounts for asks for nothing by itself.
    """
    found = [(observation, path) for observation in observations for path in categories_of(observation)]
    surest: dict[tuple[str, tuple[str, ...]], float] = {}
    for observation, path in found:
        for level in range(1, len(path)):
            above = (observation.source, path[:level])
            surest[above] = max(surest.get(above, 0.0), observation.confidence)
    for observation, path in found:
        is_covered = surest.get((observation.source, path), -1.0) >= observation.confidence
        thresholds = {} if is_covered else _thresholds(plan, path)
        reached = [name for name, least in thresholds.items() if observation.confidence >= least]
        yield ServiceFinding(
            source=observation.source,
            category=" / ".join(path),
            confidence=observation.confidence,
            vote=plan.severest(plan.ranks[0], *reached),
            evidence_id=observation.observation_id,
        )


def _foremost(plan: DecisionPlan, findings: Sequence[ServiceFinding]) -> tuple[ServiceFinding, ...]:
    """Those that ask for most, and of these the surest, in the order of the asset; evidence has them all."""
    places = range(len(findings))
    ranked = sorted(places, key=lambda at: (-plan.rank(findings[at].vote), -findings[at].confidence))
    return tuple(findings[at] for at in sorted(ranked[:_MOST_FINDINGS]))


def _thresholds(plan: DecisionPlan, path: Sequence[str]) -> Mapping[str, float]:
    """Those of the innermost category that has any, else those of any category."""
    known = {name.lower(): thresholds for name, thresholds in plan.services.items()}
    for name in reversed(path):
        if name.lower() in known:
            return known[name.lower()]
    return known.get(ANY_CATEGORY, {})


def _named(finding: ServiceFinding) -> str:
    return (
        f"service: {finding.source.rsplit(':', 1)[0]} found {finding.category} with"
        f" confidence {finding.confidence:.2f}, which is {finding.vote}"
    )
