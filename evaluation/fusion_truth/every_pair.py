"""How voices agree, found by holding everything against everything: what fusion's shortcuts are held to.

The rules are fusion's, also that of counterparts; but they are found without indexes and bounds, so that
time grows with the square of what is compared. It shows what a shortcut loses, and can't show that a rule is
wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import WHOLE, Span
from braid.text.numbers.quantities import PLAIN, Quantity
from braid.text.term_weights import TermWeights
from evaluation.fusion_truth.plain_counterparts import PlainRows
from evaluation.fusion_truth.plain_points import PlainPoints, said_by
from lambdas.fusion.compare.calibration import Shared, redundancy_probability
from lambdas.fusion.compare.contradictions import Contradiction, Contradictions
from lambdas.fusion.compare.counterparts import MAX_RIVALS
from lambdas.fusion.compare.differing_colors import find_colors_not_shown
from lambdas.fusion.compare.differing_numbers import (
    SAME_BUT_UNIT,
    Named,
    difference,
    lacks_unit,
    sameness_of,
    slack_of,
    words_around,
)
from lambdas.fusion.compare.segments import SegmentDraft
from lambdas.fusion.compare.voices import Voice, pairs, voices
from lambdas.fusion.observe.parsing import ParsedObservation
from lambdas.fusion.prepare import Prepared

__all__ = ["Told", "compare_every_pair", "told_by"]


class Told(NamedTuple):
    """An agreement as far as both ways must find the same; of a contradiction also who says what."""

    span: Span
    modalities: tuple[Modality, Modality]
    kind: AgreementKind
    observation_ids: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


def compare_every_pair(prepared: Prepared, thresholds: Thresholds) -> Counter[Told]:
    """All agreements of all voices in all segments."""
    return Counter(
        told
        for span, present in _segments(prepared)
        for one, other in _pairs(prepared, present, span)
        for told in _Comparison(one, other, span, prepared, thresholds).told()
    )


def told_by(timeline: Timeline) -> Counter[Told]:
    """The agreements that fusion found."""
    return Counter(
        Told(segment.span, it.modalities, it.kind, it.observation_ids, it.values)
        if it.kind is AgreementKind.CONTRADICTORY
        else Told(segment.span, it.modalities, it.kind)
        for segment in timeline.segments
        for it in segment.agreements
    )


def _segments(prepared: Prepared) -> Iterator[tuple[Span, list[Voice]]]:
    is_bundle = len(prepared.given.admission.members) > 1
    drafts = list(prepared.segments)
    if is_bundle and drafts and not any(draft.span == WHOLE for draft in drafts):
        drafts.append(SegmentDraft(WHOLE))
    # What lies over very many segments is of the whole alone.
    too_long = {id(parsed) for draft in drafts if draft.span == WHOLE for parsed in draft.observations}
    timed = [parsed for parsed in prepared.observations if id(parsed) not in too_long]
    end_ms = max((draft.span.end_ms or 0 for draft in drafts), default=0)
    for draft in drafts:
        if draft.span == WHOLE:
            held = prepared.observations if is_bundle else draft.observations
        else:
            held = [parsed for parsed in timed if _lies_in(parsed, draft, end_ms)]
        yield draft.span, voices(held, draft.span, by_member=is_bundle)


def _lies_in(parsed: ParsedObservation, draft: SegmentDraft, end_ms: int) -> bool:
    """Whether the observation is of that segment of an asset that ends at ``end_ms``."""
    span, own = draft.span, parsed.observation.span
    if span.page is not None:
        return own.page == span.page and parsed.observation.member == draft.member
    if span.start_ms is None or span.end_ms is None or own.start_ms is None or own.end_ms is None:
        return False
    begins_before_its_end = own.start_ms < span.end_ms or span.end_ms == end_ms
    return begins_before_its_end and span.start_ms < max(own.end_ms, own.start_ms + 1)


def _pairs(prepared: Prepared, present: Sequence[Voice], span: Span) -> list[tuple[Voice, Voice]]:
    found = pairs(present, span)
    if len(prepared.given.admission.members) > 1 and span == WHOLE:
        return [(a, b) for a, b in found if a.member != b.member and not (a.is_timed and b.is_timed)]
    return found


@dataclass
class _Comparison:
    """Two voices in one span."""

    one: Voice
    other: Voice
    span: Span
    prepared: Prepared
    thresholds: Thresholds
    found: Contradictions = field(init=False)
    points: PlainPoints = field(init=False)

    def told(self) -> Iterator[Told]:
        """Everything that the two say to each other."""
        self.found = Contradictions(self.thresholds.contradiction_from)
        self.points = PlainPoints(self.one, self.other, self.span, self.prepared.weights, self.found)
        self._compare_numbers()
        self._compare_bare_numbers(self.one, self.other)
        self._compare_bare_numbers(self.other, self.one)
        self.points.compare_denials(self.one, self.other)
        self.points.compare_denials(self.other, self.one)
        self.points.compare_colors()
        # These look at every pair in fusion too.
        find_colors_not_shown(self.one, self.other, self.span, self.found)
        find_colors_not_shown(self.other, self.one, self.span, self.found)
        self.points.compare_traits()
        modalities = (self.one.modality, self.other.modality)
        for point in self.found.points():
            ids = (point.one.observation_id, point.other.observation_id)
            yield Told(self.span, modalities, AgreementKind.CONTRADICTORY, ids, point.values)
        if not self.one.tells_nothing and not self.other.tells_nothing:
            yield Told(self.span, modalities, self._overall())

    def _overall(self) -> AgreementKind:
        shared: set[str] = set()
        theirs = [said for _, said in said_by(self.other)]
        for _, ours in said_by(self.one):
            for said in theirs:
                shared |= ours & said
        probability = redundancy_probability(_shared(self.one, self.other, shared, self.prepared.weights))
        is_redundant = probability >= self.thresholds.redundant_from
        return AgreementKind.REDUNDANT if is_redundant else AgreementKind.COMPLEMENTARY

    def _compare_numbers(self) -> None:
        one, other, span = self.one, self.other, self.span
        ours_near, theirs_near = self._near(one), self._near(other)
        dimensions = {it.dimension for it, _ in one.quantities} & {it.dimension for it, _ in other.quantities}
        for dimension in sorted(dimensions):
            ours = [it for it in one.quantities if it[0].dimension == dimension]
            theirs = [it for it in other.quantities if it[0].dimension == dimension]
            rows = self.points.rows_among(
                [it[1] for it in ours],
                [it[1] for it in theirs],
                partial(_said, dimension),
                are_all_words_first=dimension == PLAIN,
            )
            are_only_ones = _is_one(ours_near, dimension) and _is_one(theirs_near, dimension)
            are_rows = rows.are_rows and not span.is_timed
            found = _of_rows(ours, theirs, rows) if are_rows else []
            is_of_rows = bool(found)
            if not are_rows or (are_only_ones and not found):
                ours = [it for it in ours if not _is_named(it[0], theirs_near)]
                theirs = [it for it in theirs if not _is_named(it[0], ours_near)]
                found = [
                    (named, rival)
                    for named in ours
                    for rival in (
                        theirs if are_only_ones else _rivals(named, theirs, rows, is_timed=span.is_timed)
                    )
                ]
            for named, rival in found:
                sameness = sameness_of(named[0], rival[0], one, other, span, are_only_ones)
                if sameness:
                    self._add(difference(one, other, named, rival, sameness), dimension, is_of_rows)

    def _add(self, point: Contradiction, dimension: str, is_of_rows: bool) -> None:
        # What the two say counts once in two texts, and once in each two rows of two lists.
        who = (point.one.observation_id, point.other.observation_id) if is_of_rows else ("", "")
        self.found.add((dimension, *who, *point.values), point)

    def _compare_bare_numbers(self, bare: Voice, full: Voice) -> None:
        bare_near, full_near = self._near(bare), self._near(full)
        ours = [it for it in bare.quantities if lacks_unit(it[0])]
        theirs = [it for it in full.quantities if it[0].dimension != PLAIN]
        rows = self.points.rows_among(
            [it[1] for it in ours],
            [it[1] for it in theirs],
            _said_with_and_without_unit,
            is_turned=bare is self.other,
        )
        are_rows = rows.are_rows and not self.span.is_timed
        for quantity, parsed in ours:
            for rival, rival_parsed in _rivals((quantity, parsed), theirs, rows, is_timed=self.span.is_timed):
                around = words_around(quantity) & words_around(rival)
                if len(around) < 2 or not quantity.nouns & around:
                    continue
                factor = rival.readings[0] / rival.values[0] if rival.values[0] else 1.0
                readings = tuple(value * factor for value in quantity.values)
                meant = replace(quantity, dimension=rival.dimension, readings=readings)
                settling = (
                    (parsed.quantities, rival_parsed.quantities) if are_rows else (bare_near, full_near)
                )
                if not _is_named(meant, settling[1]) and not _is_named(rival, settling[0]):
                    pair = ((meant, parsed), (rival, rival_parsed))
                    self._add(difference(bare, full, *pair, SAME_BUT_UNIT), rival.dimension, are_rows)

    def _near(self, speaker: Voice) -> list[Quantity]:
        """What a voice names in the span, a little before and a little after it; off the clock, all."""
        is_bundle = len(self.prepared.given.admission.members) > 1
        nearby_ms = self.thresholds.nearby_ms
        found = []
        for parsed in self.prepared.observations:
            observation = parsed.observation
            if observation.modality is not speaker.modality:
                continue
            if is_bundle and observation.member != speaker.member:
                continue
            for quantity in parsed.quantities:
                at_ms, start_ms, end_ms = quantity.at_ms or 0, self.span.start_ms, self.span.end_ms
                if start_ms is None or end_ms is None or start_ms - nearby_ms <= at_ms < end_ms + nearby_ms:
                    found.append(quantity)
        return found


def _is_named(quantity: Quantity, near: Sequence[Quantity]) -> bool:
    slack = slack_of(quantity.dimension)
    return any(
        reading * (1 - slack) <= named <= reading * (1 + slack)
        for other in near
        if other.dimension == quantity.dimension or (other.dimension == PLAIN and other.is_bare)
        for named in other.readings
        for reading in quantity.readings
    )


def _of_rows(ours: Sequence[Named], theirs: Sequence[Named], rows: PlainRows) -> list[tuple[Named, Named]]:
    """The numbers of rows that belong together, and that no row like them names."""
    found = []
    for named in ours:
        for rival in theirs:
            if not rows.are(named[1], rival[1]) or not words_around(named[0]) & words_around(rival[0]):
                continue
            closest = [it for _, it in theirs if rows.are(named[1], it)]
            back = [it for _, it in ours if rows.are(it, rival[1])]
            is_named = any(_is_named(named[0], it.quantities) for it in closest)
            if not is_named and not any(_is_named(rival[0], it.quantities) for it in back):
                found.append((named, rival))
    return found


def _said(dimension: str, parsed: ParsedObservation) -> list[str]:
    return [it.term for it in parsed.quantities if it.dimension == dimension]


def _said_with_and_without_unit(parsed: ParsedObservation) -> list[str]:
    return [it.term for it in parsed.quantities if it.dimension != PLAIN or lacks_unit(it)]


def _is_one(near: Sequence[Quantity], dimension: str) -> bool:
    return len({it.readings[0] for it in near if it.dimension == dimension}) == 1


def _rivals(named: Named, theirs: Sequence[Named], rows: PlainRows, *, is_timed: bool) -> list[Named]:
    """The numbers with a word of this one's around them; off the clock, and of too many, in counterparts."""
    words = words_around(named[0])
    sharing = [it for it in theirs if words & words_around(it[0])]
    beside = [sum(word in words_around(it[0]) for it in sharing) for word in words]
    if is_timed and max(len(sharing), *beside, 0) <= MAX_RIVALS:
        return sharing
    return [it for it in theirs if rows.are(named[1], it[1])] if sharing else []


def _shared(one: Voice, other: Voice, shared: set[str], weights: TermWeights) -> Shared:
    smaller = min(one.weight(weights), other.weight(weights))
    if not shared or not smaller:
        return Shared(0.0, 0.0, 0)
    pair_share = len(one.pairs & other.pairs) / max(1, min(len(one.pairs), len(other.pairs)))
    return Shared(weights.total(shared) / smaller, pair_share, len(shared))
