"""How sure an answer is: computed from what it cites and how that agrees, never the model's own word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from braid.domain.answer.answer import AnswerClaim
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import AgreementKind, Timeline
from lambdas.inference.claim_check import INCOMPARABLE_SUPPORT, judge

__all__ = ["answer_confidence"]

# A claim that shares no word with its evidence, or has none to share, still cites something: half.
_LEAST_SUPPORT = 0.5
_FULL_SUPPORT_SHARE = 0.6
# What a contradiction of full strength takes: of a claim that cites one side as if it stood alone, and of one
# that cites both, which is honest about a point that stays open all the same.
_ONE_SIDED_LOSS = 0.5
_BOTH_SIDED_LOSS = 0.25


def answer_confidence(
    claims: Sequence[AnswerClaim],
    evidence: Mapping[str, Evidence],
    timeline: Timeline,
    language_code: str | None = None,
) -> float:
    """The mean over all claims of how sure each is, 0 to 1.

    A claim is as sure as its evidence together (noisy-or over what it cites, the surest piece first and each
    further modality counted once), times how much of its wording the evidence holds, times what is left after
    the contradiction that touches it most: up to half, or a quarter where it cites both sides.
    """
    if not claims:
        return 0.0
    contradicted = _contradictions(timeline)
    return round(
        math.fsum(_claim(claim, evidence, contradicted, language_code) for claim in claims) / len(claims), 3
    )


def _contradictions(timeline: Timeline) -> dict[str, list[tuple[float, frozenset[str]]]]:
    found: dict[str, list[tuple[float, frozenset[str]]]] = {}
    for segment in timeline.segments:
        for agreement in segment.agreements:
            if agreement.kind is AgreementKind.CONTRADICTORY:
                for name in agreement.observation_ids:
                    sides = frozenset(agreement.observation_ids)
                    found.setdefault(name, []).append((agreement.strength, sides))
    return found


def _claim(
    claim: AnswerClaim,
    evidence: Mapping[str, Evidence],
    contradicted: Mapping[str, Sequence[tuple[float, frozenset[str]]]],
    language_code: str | None,
) -> float:
    cited = [evidence[name] for name in claim.evidence_ids if name in evidence]
    best: dict[tuple[str, str], float] = {}
    for piece in cited:
        voice = (str(piece.modality), piece.member)
        best[voice] = max(best.get(voice, 0.0), piece.confidence)
    doubt = math.prod(1 - confidence for confidence in best.values()) if best else 1.0
    losses = [
        strength * (_BOTH_SIDED_LOSS if sides <= set(claim.evidence_ids) else _ONE_SIDED_LOSS)
        for name in claim.evidence_ids
        for strength, sides in contradicted.get(name, ())
    ]
    return (1 - doubt) * _support(claim, cited, language_code) * (1 - max(losses, default=0.0))


def _support(claim: AnswerClaim, cited: Sequence[Evidence], language_code: str | None) -> float:
    """From a half to one: the share of the claim's words that its evidence holds."""
    judgement = judge(claim.text, cited, language_code)
    if judgement.doubt:
        return INCOMPARABLE_SUPPORT
    share = min(1.0, judgement.support / _FULL_SUPPORT_SHARE)
    return _LEAST_SUPPORT + (1 - _LEAST_SUPPORT) * share
