"""By how much the slides run ahead of the talk: the shift at which most of their words are spoken on them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from braid.domain.evidence.timeline import Alignment
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.alignment.line_fit import Line, least_squares
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["align_slides"]

_SEARCHED_MS = 60_000
# A word on every slide, or spoken all the time, says nothing about when.
_MAX_SHOWN = 4
_MAX_SPOKEN = 12
_MIN_SLIDES = 4
_MIN_MATCHES = 12
# Shifts that place nearly as many words as the best one are as good as it: 5 % fewer, and where few words are
# spoken, half a standard deviation of their number.
_AS_GOOD = 0.95
_AS_GOOD_SIGMAS = 0.6
_MIN_PEAK_SHARE = 0.7
_MIN_ABOVE_CHANCE = 2.0
# Drifts are tried up to this one, so finely that the end of the talk moves by at most so much from one to the
# next; slides stand longer than that.
_MAX_DRIFT = 0.005
_DRIFT_STEP_MS = 4_000
_MAX_DRIFT_STEPS = 10
_MAX_DRIFT_ERROR = 0.0001
_TURN_SIGMAS = 2.0


class _Mention(NamedTuple):
    """A word spoken at a time that stands on these slides, ``[start_ms, end_ms)`` each."""

    at_ms: int
    weight: float
    slides: list[tuple[int, int]]


class _Peak(NamedTuple):
    """The best score, the first and last shift that are as good, and the mean score of all shifts."""

    score: float
    begin_ms: float
    end_ms: float
    chance: float


def align_slides(
    shown: Sequence[ParsedObservation], spoken: Sequence[ParsedObservation], thresholds: Thresholds
) -> Alignment:
    """The offset of the slides against the speech, or why there is none.

    A word spoken at t stands on a slide shown over [s, e): every shift in [s - t, e - t) explains it. A sweep
    over the ends of these intervals finds the shifts that explain most, weighted by rarity. The drift is the
    slope of the slides' middles against the words that they explain; it is told where it is sure.
    """
    mentions = _mentions(shown, spoken)
    slide_count = len({slide for mention in mentions for slide in mention.slides})
    if slide_count < _MIN_SLIDES or len(mentions) < _MIN_MATCHES:
        return _unknown(
            f"{len(mentions)} telling words of {slide_count} slides are spoken; it takes {_MIN_MATCHES} words"
            f" of {_MIN_SLIDES} slides"
        )
    total = math.fsum(mention.weight for mention in mentions)
    sigma = math.sqrt(math.fsum(mention.weight**2 for mention in mentions)) / total
    as_good = min(_AS_GOOD, 1 - _AS_GOOD_SIGMAS * sigma)
    line = _drift(mentions, as_good)
    best = _peak(mentions, line.slope, as_good)
    if best.score < _MIN_PEAK_SHARE * total or best.score < _MIN_ABOVE_CHANCE * best.chance:
        return _unknown("no shift places most of the spoken words on their slides")
    # The drift turns the line about the middle of the talk; the offset is told at its beginning.
    middle_ms = math.fsum(mention.at_ms for mention in mentions) / len(mentions)
    turn_ms = _TURN_SIGMAS * middle_ms * line.slope_error
    error_ms = math.hypot((best.end_ms - best.begin_ms) / 2, turn_ms)
    if error_ms > thresholds.slides_max_error_ms:
        return _unknown(f"shifts within {error_ms / 1000:.1f} s of each other explain the words alike")
    return Alignment(
        of="slides",
        to="speech",
        offset_ms=round((best.begin_ms + best.end_ms) / 2),
        drift_ppm=round(line.slope * 1e6, 1) if line.slope_error <= _MAX_DRIFT_ERROR else None,
        confidence=round(min(1.0, best.score / total) * (1 - math.exp(-len(mentions) / 20)), 3),
    )


def _drift(mentions: Sequence[_Mention], as_good: float) -> Line:
    """Roughly by trying drifts, then by least squares over the mentions that the best one explains."""
    length_ms = max(mention.at_ms for mention in mentions)
    count = min(_MAX_DRIFT_STEPS, math.ceil(_MAX_DRIFT * length_ms / _DRIFT_STEP_MS))
    drifts = [sign * _MAX_DRIFT * step / max(1, count) for step in range(count + 1) for sign in (1, -1)]
    tried = ((_peak(mentions, drift, as_good), drift) for drift in drifts[1:])
    peak, drift = max(tried, key=lambda pair: (pair[0].score, -abs(pair[1])))
    explained: dict[tuple[int, int], list[int]] = {}
    for at_ms, _, slides in mentions:
        shift = at_ms * (1 + drift)
        reached = [
            slide for slide in slides if slide[0] - shift < peak.end_ms and slide[1] - shift > peak.begin_ms
        ]
        if len(reached) == 1:
            explained.setdefault(reached[0], []).append(at_ms)
    # One sample per slide, because the words spoken over one slide aren't independent of each other.
    samples = []
    for (start, end), times in explained.items():
        mean_ms = math.fsum(times) / len(times)
        samples.append((mean_ms, (start + end) / 2 - mean_ms))
    return least_squares(samples)


def _unknown(why: str) -> Alignment:
    return Alignment(of="slides", to="speech", not_estimated=why)


def _places(shown: Sequence[ParsedObservation]) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, set[tuple[int, int]]] = {}
    for parsed in shown:
        span = parsed.observation.span
        if span.start_ms is not None and span.end_ms is not None and span.end_ms > span.start_ms:
            for term in set(parsed.terms):
                places.setdefault(term, set()).add((span.start_ms, span.end_ms))
    return {term: sorted(spans) for term, spans in places.items()}


def _times(spoken: Sequence[ParsedObservation]) -> dict[str, list[int]]:
    times: dict[str, list[int]] = {}
    for parsed in spoken:
        for term, at_ms in zip(parsed.terms, parsed.times, strict=False):
            times.setdefault(term, []).append(at_ms)
    return times


def _mentions(shown: Sequence[ParsedObservation], spoken: Sequence[ParsedObservation]) -> list[_Mention]:
    places = _places(shown)
    said = _times(spoken)
    mentions = []
    for term, spans in sorted(places.items()):
        times = said.get(term, [])
        if not times or len(spans) > _MAX_SHOWN or len(times) > _MAX_SPOKEN:
            continue
        weight = 1 / math.sqrt(len(spans) * len(times))
        for at_ms in times:
            near = [
                (start, end)
                for start, end in spans
                if start - at_ms <= _SEARCHED_MS and end - at_ms >= -_SEARCHED_MS
            ]
            if near:
                mentions.append(_Mention(at_ms, weight, near))
    return mentions


def _peak(mentions: Sequence[_Mention], drift: float, as_good: float) -> _Peak:
    """The shifts that explain most of the mentions where the slides' clock drifts so."""
    edges = []
    for mention in mentions:
        moved = mention.at_ms * (1 + drift)
        for start, end in mention.slides:
            edges.append((start - moved, mention.weight))
            edges.append((end - moved, -mention.weight))
    steps: list[tuple[float, float]] = []
    score = 0.0
    for shift_ms, weight in sorted(edges):
        score += weight
        if steps and steps[-1][0] == shift_ms:
            steps[-1] = (shift_ms, score)
        else:
            steps.append((shift_ms, score))
    inside = [(at, value) for at, value in steps if -_SEARCHED_MS <= at <= _SEARCHED_MS] or steps
    best = max(value for _, value in inside)
    good = [index for index, (_, value) in enumerate(inside) if value >= as_good * best]
    last = inside[min(good[-1] + 1, len(inside) - 1)]
    area = sum(value * (following[0] - at) for (at, value), following in itertools.pairwise(inside))
    return _Peak(best, inside[good[0]][0], last[0], area / max(1, inside[-1][0] - inside[0][0]))
