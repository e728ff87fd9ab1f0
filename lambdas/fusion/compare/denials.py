"""What one voice denies and the other states."""

from __future__ import annotations

from collections import Counter

from braid.domain.asset.asset import Modality
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.voices import Voice

__all__ = ["DENIED", "DENIED_IF_HEARD", "WEAK_TERMS", "find_denials"]

# Denials hang on one small word that recognisers drop.
DENIED = 0.85
DENIED_IF_HEARD = 0.8
# One contradiction is told of each term: so many denials of it are tried.
_MAX_TRIED = 20

# "don't know" and "know" are said of everything.
_WEAK = """
    know think need work mean look find make take give use come tell talk good time people lot able sure
    right first new one two year day
"""
WEAK_TERMS = frozenset(_WEAK.split())


def find_denials(one: Voice, other: Voice, found: Contradictions) -> None:
    """Adds what ``one`` denies and ``other`` states, with another shared word beside it."""
    if not one.negations:
        return
    denied_there = {negation.term for negation, _ in other.negations}
    deniers: dict[str, set[str]] = {}
    for negation, denier in one.negations:
        deniers.setdefault(negation.term, set()).add(denier.observation_id)
    affirmed = {
        term
        for term, ids in deniers.items()
        if any(user.observation_id not in ids for user in one.terms.get(term, ()))
    }
    told: set[tuple[str, int]] = set()
    tried: Counter[str] = Counter()
    stated_terms: dict[str, frozenset[str]] = {}
    for negation, denier in one.negations:
        term = negation.term
        # One "not" denies one thing: the first behind it that the other voice speaks of.
        denial = (denier.observation_id, negation.place)
        if term in WEAK_TERMS or term not in other.terms or denial in told:
            continue
        told.add(denial)
        if term in denied_there or term in affirmed or tried[term] == _MAX_TRIED:
            continue
        tried[term] += 1
        for user in other.terms[term]:
            if user.observation_id not in stated_terms:
                stated_terms[user.observation_id] = frozenset(user.terms)
        context = negation.context
        rival = max(
            other.terms[term],
            key=lambda user: (len(context & stated_terms[user.observation_id]), user.observation_id),
        )
        if not context & stated_terms[rival.observation_id] - {term}:
            continue
        # A recogniser drops a "not" more easily than it makes one up.
        sureness = DENIED_IF_HEARD if other.modality is Modality.SPEECH else DENIED
        trust = negation.confidence * rival.confidence_of(term)
        reason = (
            f"{one.name} says {negation.written!r} where {other.name} says {negation.written.split()[-1]!r}"
        )
        found.add(("denial", term), Contradiction(sureness * trust, denier, rival, reason))
