"""What one voice denies and the other states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from braid.domain.asset.asset import Modality
from braid.text.attributes.mentions import Negation
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.counterparts import MAX_RIVALS, Rows
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["DENIED", "DENIED_IF_HEARD", "WEAK_TERMS", "find_denials"]

# Denials hang on one small word that recognisers drop.
DENIED = 0.85
DENIED_IF_HEARD = 0.8

# "don't know" and "know" are said of everything.
_WEAK = """
    know think need work mean look find make take give use come tell talk good time people lot able sure
    right first new one two year day
"""
WEAK_TERMS = frozenset(_WEAK.split())


def find_denials(one: Voice, other: Voice, rows: Rows, found: Contradictions) -> None:
    """Adds what ``one`` denies and ``other`` states, with another shared word beside it.

    A denial on the other side too, or a statement on the own, settles it. Of rows only those that belong
    together are held against each other, and only these settle: one thing is waterproof, the next isn't.
    """
    if not one.negations:
        return
    deniers = _deniers(one), _deniers(other)
    subjects: dict[str, _Subject] = {}
    told: set[tuple[str, int]] = set()
    tried: Counter[str] = Counter()
    for negation, denier in one.negations:
        term = negation.term
        # One "not" denies one thing: the first behind it that the other voice speaks of.
        denial = (denier.observation_id, negation.place)
        if term in WEAK_TERMS or term not in other.terms or denial in told:
            continue
        if term not in subjects:
            subjects[term] = _Subject(term, (one, other), deniers, rows)
        subject = subjects[term]
        if not subject.are_rows:
            tried[term] += 1
            if tried[term] > MAX_RIVALS:  # of a single text, which gives one contradiction
                found.left_out["mentions"] += 1
                continue
        rivals = subject.rivals(negation, denier)
        if rivals:
            told.add(denial)
        for rival in rivals:
            if subject.is_settled(denier, rival) or not _shared(negation, rival) - {term}:
                continue
            # A recogniser drops a "not" more easily than it makes one up.
            sureness = DENIED_IF_HEARD if other.modality is Modality.SPEECH else DENIED
            trust = negation.confidence * rival.confidence_of(term)
            said = negation.written.split(":")[0].split()[-1]
            reason = f"{one.name} says {negation.written!r} where {other.name} says {said!r}"
            rows_said = (denier.observation_id, rival.observation_id) if subject.are_rows else ()
            found.add(("denial", term, *rows_said), Contradiction(sureness * trust, denier, rival, reason))


class _Subject:
    """Who of two voices speaks of a term, and who of them denies it."""

    def __init__(
        self, term: str, both: tuple[Voice, Voice], deniers: tuple[_Deniers, _Deniers], rows: Rows
    ) -> None:
        self._deny = tuple(denied.get(term, {}) for denied in deniers)
        ours, theirs = (
            {user.observation_id: user for user in (*voice.terms.get(term, ()), *denying.values())}
            for voice, denying in zip(both, self._deny, strict=True)
        )
        self._speak = (ours, theirs)
        self.are_rows = rows.are_several(ours, theirs)
        self._rows = rows
        self._counterparts = rows.among(ours.values(), theirs.values(), (("denial", term), ("denial", term)))

    def rivals(self, negation: Negation, denier: ParsedObservation) -> Sequence[ParsedObservation]:
        """Who of the other voice speaks of what is denied: of rows the counterparts, else the likest."""
        if self.are_rows:
            return list(self._counterparts.of(denier))
        users = self._speak[1].values()
        return [max(users, key=lambda user: (len(_shared(negation, user)), user.observation_id))]

    def is_settled(self, denier: ParsedObservation, rival: ParsedObservation) -> bool:
        """Whether the other side denies it too, the own states it elsewhere, or they are of two things."""
        ours, theirs = self._speak
        our_deniers, their_deniers = self._deny
        if self.are_rows:
            theirs = {it.observation_id: it for it in self._counterparts.of(denier)}
            ours = {it.observation_id: it for it in self._counterparts.back_of(rival)}
        elif self._rows.are_of_others(denier, rival):
            return True
        return not theirs.keys().isdisjoint(their_deniers) or not ours.keys() <= our_deniers.keys()


_Deniers = Mapping[str, Mapping[str, ParsedObservation]]


def _deniers(voice: Voice) -> _Deniers:
    """By term, who denies it."""
    found: dict[str, dict[str, ParsedObservation]] = {}
    for negation, denier in voice.negations:
        found.setdefault(negation.term, {})[denier.observation_id] = denier
    return found


def _shared(negation: Negation, user: ParsedObservation) -> frozenset[str]:
    return negation.context.intersection(user.terms)
