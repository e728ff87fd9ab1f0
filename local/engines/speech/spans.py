"""Stretches of a recording: with room around them, and cut where they are too long for a recogniser."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from local.engines.speech.samples import Samples
from local.engines.speech.sound import SAMPLE_RATE_HZ

__all__ = ["Span", "in_pieces", "with_margins"]

# Room around speech, so that no first or last sound is lost.
_MARGIN_SECONDS = 0.2
# Shorter pauses stay inside a span: recognisers need context.
_MERGED_PAUSE_SECONDS = 0.6
_CUT_SEARCH_SECONDS = 10.0
_LOUDNESS_SECONDS = 0.1

Span = tuple[float, float]
"""Start and end in seconds."""


def with_margins(spans: Iterable[Span], samples: Samples) -> list[Span]:
    """The spans with a margin and without the short pauses between them; they never overlap."""
    duration = len(samples) / SAMPLE_RATE_HZ
    merged: list[Span] = []
    for start, end in spans:
        if merged and start - merged[-1][1] < _MERGED_PAUSE_SECONDS:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return [
        (max(0.0, start - _MARGIN_SECONDS), min(duration, end + _MARGIN_SECONDS)) for start, end in merged
    ]


def in_pieces(samples: Samples, spans: Iterable[Span], most_seconds: float) -> list[Span]:
    """The spans, none longer than ``most_seconds``: a long one is cut at the quietest moment of the last
    seconds that may belong to a piece."""
    pieces: list[Span] = []
    for start, end in spans:
        begin = start
        while end - begin > most_seconds:
            middle = _quietest(samples, begin + most_seconds - _CUT_SEARCH_SECONDS, begin + most_seconds)
            pieces.append((begin, middle))
            begin = middle
        pieces.append((begin, end))
    return pieces


def _quietest(samples: Samples, start: float, end: float) -> float:
    """The middle of the quietest tenth of a second between start and end."""
    step = int(_LOUDNESS_SECONDS * SAMPLE_RATE_HZ)
    first = int(start * SAMPLE_RATE_HZ)
    count = int((end - start) / _LOUDNESS_SECONDS)
    window = samples[first : first + count * step].astype(np.float64).reshape(count, step)
    return start + (int((window**2).mean(axis=1).argmin()) + 0.5) * _LOUDNESS_SECONDS
