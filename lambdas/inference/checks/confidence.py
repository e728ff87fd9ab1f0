"""How sure an answer is: computed from what it cites and how that agrees, never the model's own word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from braid.domain.answer.answer import AnswerClaim, Contradiction
from braid.domain.answer.contradicted import rests_on, states_both
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from lambdas.inference.checks.claim_check import INCOMPARABLE_SUPPORT, judge
from lambdas.inference.checks.contradictions import contradictions_of

__all__ = ["answer_confidence"]

# A claim that shares no word with its evidence, or has none to share, still cites something: half.
_LEAST_SUPPORT = 0.5
_FULL_SUPPORT_SHARE = 0.6
# What a contradiction of full strength takes of a claim that cites one side as if it stood alone: either side
# may be the wrong one. Whoever states both shows that the point is open, and is a little better off for it.
_HIDDEN_LOSS = 0.5
_OPEN_LOSS = 0.4


def answer_confidence(
    claims: Sequence[AnswerClaim],
    evidence: Mapping[str, Evidence],
    timeline: Timeline,
    language_code: str | None = None,
) -> float:
    """The mean over all claims of how sure each is, 0 to 1.

    A claim is as sure as its evidence together (noisy-or over what it cites, the surest piece first and each
    further modality counted once), times how much of its wording the evidence holds. A contradiction takes up
    to half of what cites one side as if it stood alone; what states both sides is never surer than the
    contradiction leaves the point, and neither is the whole answer where a claim of it rests on one.
    """
    if not claims:
        return 0.0
    by_side: dict[str, list[Contradiction]] = {}
    for item in contradictions_of(timeline):
        for name in item.evidence_ids:
            by_side.setdefault(name, []).append(item)
    mean = math.fsum(_claim(claim, evidence, by_side, language_code) for claim in claims) / len(claims)
    bounds = [
        _left_by(item, claim)
        for claim in claims
        for item in _touching(claim, by_side)
        if rests_on(claim, item)
    ]
    return round(min(mean, *bounds) if bounds else mean, 3)


def _touching(claim: AnswerClaim, by_side: Mapping[str, Sequence[Contradiction]]) -> list[Contradiction]:
    return [item for name in claim.evidence_ids for item in by_side.get(name, ())]


def _left_by(contradiction: Contradiction, claim: AnswerClaim) -> float:
    """How sure a claim can be of a point that is contradicted."""
    return 1 - contradiction.strength * (_OPEN_LOSS if states_both(claim, contradiction) else _HIDDEN_LOSS)


def _claim(
    claim: AnswerClaim,
    evidence: Mapping[str, Evidence],
    by_side: Mapping[str, Sequence[Contradiction]],
    language_code: str | None,
) -> float:
    cited = [evidence[name] for name in claim.evidence_ids if name in evidence]
    best: dict[tuple[str, str], float] = {}
    for piece in cited:
        voice = (str(piece.modality), piece.member)
        best[voice] = max(best.get(voice, 0.0), piece.confidence)
    doubt = math.prod(1 - confidence for confidence in best.values()) if best else 1.0
    open_points, hidden = [1.0], [1.0]
    for item in _touching(claim, by_side):
        (open_points if states_both(claim, item) else hidden).append(_left_by(item, claim))
    return min((1 - doubt) * _support(claim, cited, language_code) * min(hidden), *open_points)


def _support(claim: AnswerClaim, cited: Sequence[Evidence], language_code: str | None) -> float:
    """From a half to one: the share of the claim's words that its evidence holds."""
    judgement = judge(claim.text, cited, language_code)
    if judgement.doubt:
        return INCOMPARABLE_SUPPORT
    share = min(1.0, judgement.support / _FULL_SUPPORT_SHARE)
    return _LEAST_SUPPORT + (1 - _LEAST_SUPPORT) * share
