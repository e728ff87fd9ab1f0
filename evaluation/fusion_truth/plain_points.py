"""Denials, colours and traits in which two voices differ, each held against each of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from braid.domain.asset.asset import Modality
from braid.domain.span import Span
from braid.text.attributes.colors import are_synonyms
from braid.text.attributes.mentions import Negation
from braid.text.numbers.quantities import PLAIN
from braid.text.term_weights import TermWeights
from evaluation.fusion_truth.plain_counterparts import PlainCounterparts, PlainRows, Said
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.denials import DENIED, DENIED_IF_HEARD, WEAK_TERMS
from lambdas.fusion.compare.differing_colors import OTHER_COLOR_SAID
from lambdas.fusion.compare.differing_traits import SAME_TRAIT, are_same_thing, are_settled
from lambdas.fusion.compare.voices import Voice
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["PlainPoints", "said_by"]


@dataclass
class PlainPoints:
    """Two voices in one span; what is found goes into ``found``."""

    one: Voice
    other: Voice
    span: Span
    weights: TermWeights
    found: Contradictions
    _whole: dict[bool, PlainCounterparts] = field(default_factory=dict)

    def rows_among(
        self,
        ours: Sequence[ParsedObservation],
        theirs: Sequence[ParsedObservation],
        said: Said = lambda _: (),
        *,
        is_turned: bool = False,
        are_all_words_first: bool = False,
    ) -> PlainRows:
        """The rows among those of both that say something of a kind; turned, ``ours`` are the other's."""
        both = (self.other, self.one) if is_turned else (self.one, self.other)
        weights = self.weights
        if is_turned not in self._whole:
            self._whole[is_turned] = PlainCounterparts(
                both[0].observations, both[1].observations, weights, said=_all_said
            )
        whole = None if self.span.is_timed else self._whole[is_turned]
        return PlainRows(
            ours,
            theirs,
            weights,
            whole,
            is_timed=self.span.is_timed,
            said=said,
            are_all_words_first=are_all_words_first,
        )

    def compare_denials(self, one: Voice, other: Voice) -> None:
        """What ``one`` denies and ``other`` states."""
        told: set[tuple[str, int]] = set()
        ours, theirs = said_by(one), said_by(other)
        rows_of: dict[str, tuple[PlainRows, list[ParsedObservation]]] = {}
        for negation, denier in one.negations:
            term, denial = negation.term, (denier.observation_id, negation.place)
            if term in WEAK_TERMS or denial in told or not any(term in said for _, said in theirs):
                continue
            our_deniers, their_deniers = (_deniers(voice, term) for voice in (one, other))
            if term not in rows_of:
                our_users, users = (
                    [it for it, said in side if term in said or it.observation_id in deniers]
                    for side, deniers in ((ours, our_deniers), (theirs, their_deniers))
                )
                rows_of[term] = self.rows_among(our_users, users, is_turned=one is self.other), users
            rows, users = rows_of[term]
            if rows.are_rows:
                rivals = [it for it in users if rows.are(denier, it)]
            else:
                rivals = [max(users, key=lambda it: (len(_shared_by(negation, it)), it.observation_id))]
            if rivals:
                told.add(denial)
            for rival in rivals:
                if rows.are_of_others(denier, rival):
                    continue
                our_settling, their_settling = rows.settling(denier, rival)
                is_denied_too = not their_settling.isdisjoint(their_deniers)
                if is_denied_too or our_settling - our_deniers or not _shared_by(negation, rival) - {term}:
                    continue
                sureness = DENIED_IF_HEARD if other.modality is Modality.SPEECH else DENIED
                trust = negation.confidence * rival.confidence_of(term)
                about = (denier.observation_id, rival.observation_id) if rows.are_rows else ()
                self.found.add(("denial", term, *about), Contradiction(sureness * trust, denier, rival, ""))

    def compare_colors(self) -> None:
        """The same noun under different colours."""
        one, other = self.one, self.other
        rows = self.rows_among([it for _, it in one.colors], [it for _, it in other.colors], _colors_said)
        is_timed = self.span.is_timed
        for mention, parsed in one.colors:
            for rival, rival_parsed in other.colors:
                nouns = mention.nouns & rival.nouns
                if not nouns or are_synonyms(mention.color, rival.color):
                    continue
                if not is_timed and not rows.are(parsed, rival_parsed):
                    continue
                ours, theirs = rows.settling(parsed, rival_parsed)
                if is_timed:  # there the voices settle it, of however many words they are
                    ours, theirs = (
                        frozenset(it.observation_id for _, it in voice.colors) for voice in (one, other)
                    )
                if any(
                    said.color == mention.color and it.observation_id in theirs for said, it in other.colors
                ):
                    continue
                if any(said.color == rival.color and it.observation_id in ours for said, it in one.colors):
                    continue
                about = (parsed.observation_id, rival_parsed.observation_id)
                probability = OTHER_COLOR_SAID * mention.confidence * rival.confidence
                point = Contradiction(probability, parsed, rival_parsed, "", (mention.written, rival.written))
                for noun in nouns:
                    of = about if rows.are_rows and not is_timed else (noun,)
                    self.found.add(("color", *of, mention.color, rival.color), point)

    def compare_traits(self) -> None:
        """Different values of what has room for one."""
        one, other = self.one, self.other
        for dimension in sorted(
            {it.dimension for it, _ in one.traits} & {it.dimension for it, _ in other.traits}
        ):
            ours = [it for it in one.traits if it[0].dimension == dimension]
            theirs = [it for it in other.traits if it[0].dimension == dimension]
            said = partial(_traits_said, dimension)
            rows = self.rows_among([it for _, it in ours], [it for _, it in theirs], said)
            for mention, parsed in ours:
                for rival, rival_parsed in theirs:
                    if not are_same_thing(mention, rival):
                        continue
                    if rows.are_rows and not rows.are(parsed, rival_parsed):
                        continue
                    if rows.are_of_others(parsed, rival_parsed):
                        continue
                    settling = rows.settling(parsed, rival_parsed)
                    if are_settled(
                        dimension,
                        [it for it in ours if it[1].observation_id in settling[0]],
                        [it for it in theirs if it[1].observation_id in settling[1]],
                    ):
                        continue
                    about = (parsed.observation_id, rival_parsed.observation_id) if rows.are_rows else ()
                    trust = mention.confidence * rival.confidence
                    values = (mention.written, rival.written)
                    self.found.add(
                        ("trait", dimension, mention.value, rival.value, *about),
                        Contradiction(SAME_TRAIT * trust, parsed, rival_parsed, "", values),
                    )


def _colors_said(parsed: ParsedObservation) -> list[str]:
    return [term for mention in parsed.colors for term in mention.own]


def _traits_said(dimension: str, parsed: ParsedObservation) -> list[str]:
    return [term for it in parsed.traits if it.dimension == dimension for term in it.own]


def _all_said(parsed: ParsedObservation) -> list[str]:
    amounts = [it.term for it in parsed.quantities if it.dimension != PLAIN]
    traits = [term for it in parsed.traits for term in it.own]
    return [*amounts, *_colors_said(parsed), *traits]


def _deniers(voice: Voice, term: str) -> frozenset[str]:
    return frozenset(denier.observation_id for denied, denier in voice.negations if denied.term == term)


def _shared_by(negation: Negation, user: ParsedObservation) -> frozenset[str]:
    return negation.context & frozenset(user.terms)


def said_by(speaker: Voice) -> list[tuple[ParsedObservation, frozenset[str]]]:
    """Each observation of a voice with the terms that it uses there."""
    said: dict[str, set[str]] = {}
    for term, users in speaker.terms.items():
        for user in users:
            said.setdefault(user.observation_id, set()).add(term)
    return [(it, frozenset(said.get(it.observation_id, ()))) for it in speaker.observations]
