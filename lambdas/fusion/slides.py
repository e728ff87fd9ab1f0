"""By how much the slides run ahead of the talk: the shift at which most of their words are spoken on them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from domain.timeline import Alignment
from lambdas.fusion.statements import Statement
from lambdas.fusion.thresholds import Thresholds

__all__ = ["align_slides"]

_SEARCHED_MS = 60_000
# A word on every slide, or spoken all the time, says nothing about when.
_MAX_SHOWN = 4
_MAX_SPOKEN = 12
_MIN_SLIDES = 4
_MIN_MATCHES = 12
# Shifts that place nearly as many words as the best one are as good as it.
_AS_GOOD = 0.95
_MIN_PEAK_SHARE = 0.6
_MIN_ABOVE_CHANCE = 1.5


def align_slides(
    shown: Sequence[Statement], spoken: Sequence[Statement], thresholds: Thresholds
) -> Alignment:
    """The offset of the slides against the speech, or why there is none.

    A word spoken at t stands on a slide shown over [s, e): every shift in [s - t, e - t) explains it. A sweep
    over the ends of these intervals finds the shifts that explain most, weighted by rarity.
    """
    places = _places(shown)
    said = _times(spoken)
    slides: set[tuple[int, int]] = set()
    edges: list[tuple[int, float]] = []
    mention_count = 0
    total = 0.0
    for term, spans in sorted(places.items()):
        times = said.get(term, [])
        if not times or len(spans) > _MAX_SHOWN or len(times) > _MAX_SPOKEN:
            continue
        weight = 1 / math.sqrt(len(spans) * len(times))
        for at_ms in times:
            reach = [
                (start - at_ms, end - at_ms)
                for start, end in spans
                if start - at_ms <= _SEARCHED_MS and end - at_ms >= -_SEARCHED_MS
            ]
            if not reach:
                continue
            slides.update(spans)
            mention_count += 1
            total += weight
            for begin, end in reach:
                edges.extend(((begin, weight), (end, -weight)))
    if len(slides) < _MIN_SLIDES or mention_count < _MIN_MATCHES:
        return _unknown(
            f"{mention_count} telling words of {len(slides)} slides are spoken; it takes {_MIN_MATCHES} words"
            f" of {_MIN_SLIDES} slides"
        )
    best, begin, end, chance = _peak(edges)
    if best < _MIN_PEAK_SHARE * total or best < _MIN_ABOVE_CHANCE * chance:
        return _unknown("no shift places most of the spoken words on their slides")
    if end - begin > 2 * thresholds.slides_max_error_ms:
        return _unknown(f"shifts from {begin / 1000:.1f} s to {end / 1000:.1f} s explain the words alike")
    return Alignment(
        of="slides",
        to="speech",
        offset_ms=round((begin + end) / 2),
        confidence=round(min(1.0, best / total) * (1 - math.exp(-mention_count / 20)), 3),
    )


def _unknown(why: str) -> Alignment:
    return Alignment(of="slides", to="speech", not_estimated=why)


def _places(shown: Sequence[Statement]) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, set[tuple[int, int]]] = {}
    for statement in shown:
        span = statement.observation.span
        if span.start_ms is not None and span.end_ms is not None and span.end_ms > span.start_ms:
            for term in set(statement.terms):
                places.setdefault(term, set()).add((span.start_ms, span.end_ms))
    return {term: sorted(spans) for term, spans in places.items()}


def _times(spoken: Sequence[Statement]) -> dict[str, list[int]]:
    times: dict[str, list[int]] = {}
    for statement in spoken:
        for term, at_ms in zip(statement.terms, statement.times, strict=False):
            times.setdefault(term, []).append(at_ms)
    return times


def _peak(edges: list[tuple[int, float]]) -> tuple[float, int, int, float]:
    """The best score, the first and last shift that are as good, and the mean score of all shifts."""
    steps: list[tuple[int, float]] = []
    score = 0.0
    for at, weight in sorted(edges):
        score += weight
        if steps and steps[-1][0] == at:
            steps[-1] = (at, score)
        else:
            steps.append((at, score))
    inside = [(at, value) for at, value in steps if -_SEARCHED_MS <= at <= _SEARCHED_MS] or steps
    best = max(value for _, value in inside)
    good = [index for index, (_, value) in enumerate(inside) if value >= _AS_GOOD * best]
    begin = inside[good[0]][0]
    last = good[-1]
    end = inside[last + 1][0] if last + 1 < len(inside) else inside[last][0]
    area = sum(value * (following[0] - at) for (at, value), following in itertools.pairwise(inside))
    return best, begin, end, area / max(1, inside[-1][0] - inside[0][0])
