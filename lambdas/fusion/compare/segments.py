"""The segments in which an asset is compared: shots, what lies between pauses, pages, the whole."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import WHOLE, Span
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["SegmentDraft", "cut_segments"]

# What lasts longer than this many segments says nothing about any of them; it is kept with the whole. The
# bound keeps fusion's time in proportion to its input.
_MAX_SEGMENTS_PER_OBSERVATION = 64


@dataclass
class SegmentDraft:
    """A segment before it is compared; ``member`` is set for pages, which belong to one document."""

    span: Span
    member: str = ""
    observations: list[ParsedObservation] = field(default_factory=list)


def cut_segments(
    observations: Sequence[ParsedObservation],
    shots: Iterable[Span],
    duration_ms: int | None,
    thresholds: Thresholds,
) -> list[SegmentDraft]:
    """Cuts the asset and puts every observation where it belongs; empty segments are left out.

    An observation over several segments is in each of them. Order: time, then pages, then the whole.
    """
    timed = [parsed for parsed in observations if parsed.observation.span.is_timed]
    cuts = _cuts(timed, shots, duration_ms, thresholds)
    in_time = [SegmentDraft(Span(start, end)) for start, end in itertools.pairwise(cuts)]
    pages: dict[tuple[str, int], SegmentDraft] = {}
    whole = SegmentDraft(WHOLE)
    for parsed in observations:
        span = parsed.observation.span
        if span.start_ms is not None and span.end_ms is not None:
            first = max(0, bisect_right(cuts, span.start_ms) - 1)
            last = max(first + 1, bisect_left(cuts, span.end_ms))
            places = in_time[first:last] or in_time[-1:]
            if len(places) > _MAX_SEGMENTS_PER_OBSERVATION:
                places = [whole]
            for place in places:
                place.observations.append(parsed)
        elif span.page is not None:
            key = (parsed.observation.member, span.page)
            pages.setdefault(key, SegmentDraft(span, key[0])).observations.append(parsed)
        else:
            whole.observations.append(parsed)
    in_pages = [pages[key] for key in sorted(pages, key=lambda key: (key[1], key[0]))]
    return [place for place in (*in_time, *in_pages, whole) if place.observations]


def _cuts(
    timed: Sequence[ParsedObservation], shots: Iterable[Span], duration_ms: int | None, thresholds: Thresholds
) -> list[int]:
    """Where segments begin, in order, with the end of the last one at the end."""
    if not timed:
        return []
    spans = [parsed.observation.span for parsed in timed]
    end_ms = max(duration_ms or 0, max(span.end_ms or 0 for span in spans), 1)
    begins = sorted({span.start_ms for span in shots if span.start_ms is not None and span.start_ms < end_ms})
    cuts = [0]
    for begin in begins:
        if begin - cuts[-1] >= thresholds.min_segment_ms:
            cuts.append(begin)
    said = sorted(
        (span.start_ms or 0, span.end_ms or 0)
        for parsed, span in zip(timed, spans, strict=True)
        if parsed.observation.kind in ("utterance", "cue")
    )
    cuts = _with_pauses(cuts, said, thresholds)
    return _without_long_segments([*cuts, end_ms], [start for start, _ in said], thresholds.max_segment_ms)


def _with_pauses(cuts: list[int], said: Sequence[tuple[int, int]], thresholds: Thresholds) -> list[int]:
    """Adds a cut where somebody speaks again after a pause, unless a shot changes close by."""
    found = []
    heard_until = None
    for start, end in said:
        if heard_until is not None and start - heard_until >= thresholds.pause_ms:
            after = bisect_right(cuts, start)
            neighbours = cuts[max(0, after - 1) : after + 1]
            if all(abs(cut - start) >= thresholds.min_segment_ms for cut in neighbours):
                found.append(start)
        heard_until = end if heard_until is None else max(heard_until, end)
    return sorted({*cuts, *found})


def _without_long_segments(cuts: Sequence[int], begins: Sequence[int], longest_ms: int) -> list[int]:
    """Divides what is longer than ``longest_ms`` where somebody begins to speak, else where it must be."""
    divided = [cuts[0]]
    for cut in cuts[1:]:
        while cut - divided[-1] > longest_ms:
            limit = divided[-1] + longest_ms
            place = bisect_right(begins, limit) - 1
            is_later = place >= 0 and begins[place] > divided[-1] + longest_ms // 4
            divided.append(begins[place] if is_later else limit)
        if cut > divided[-1]:
            divided.append(cut)
    return divided
