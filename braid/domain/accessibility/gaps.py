"""Where nobody speaks: the gaps that an audio description may fill."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.evidence.observation import Observation
from braid.domain.span import brief_timecode

__all__ = ["Gap", "gaps_between", "gaps_in", "lines_in_gaps", "speech_in", "spoken_words"]

# A longer silence is offered in parts, so that a line stands beside what it describes.
_LONGEST_MS = 15_000
_MOST_GAPS = 60
# Said per minute are about twice as many characters of unspaced scripts as words of spaced ones.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CHARACTERS_PER_WORD = 2


@dataclass(frozen=True)
class Gap:
    """A silence ``[start_ms, end_ms)``; gaps are numbered from 1 in order of time."""

    number: int
    start_ms: int
    end_ms: int

    def max_words(self, words_per_minute: int) -> int:
        """How many words can be spoken in it."""
        return (self.end_ms - self.start_ms) * words_per_minute // 60_000

    def __str__(self) -> str:
        return f"gap {self.number} ({brief_timecode(self.start_ms)}–{brief_timecode(self.end_ms)})"


def gaps_between(spoken: Iterable[tuple[int, int]], duration_ms: int, min_ms: int) -> tuple[Gap, ...]:
    """What the ``[start_ms, end_ms)`` of speech, in any order, leave silent for ``min_ms`` or longer.

    Long ones are cut into equal parts of at most 15 seconds; of more than 60 the longest stay.
    """
    found: list[tuple[int, int]] = []
    silent_from_ms = 0
    for start_ms, end_ms in [*sorted(spoken), (duration_ms, duration_ms)]:
        length_ms = min(start_ms, duration_ms) - silent_from_ms
        if length_ms >= min_ms:
            parts = -(-length_ms // max(_LONGEST_MS, min_ms))
            cuts = [silent_from_ms + length_ms * part // parts for part in range(parts + 1)]
            found += itertools.pairwise(cuts)
        silent_from_ms = max(silent_from_ms, end_ms)
    longest = sorted(found, key=lambda gap: (gap[0] - gap[1], gap[0]))[:_MOST_GAPS]
    return tuple(Gap(number, *gap) for number, gap in enumerate(sorted(longest), start=1))


def gaps_in(observations: Iterable[Observation], duration_ms: int | None, min_ms: int) -> tuple[Gap, ...]:
    """The gaps of an asset that shows something on a clock; nothing for any other.

    Speech is what was heard, or where nothing was, what captions say.
    """
    timed = [item for item in observations if item.span.is_timed]
    if duration_ms is None or not any(item.modality == "vision" for item in timed):
        return ()
    return gaps_between(speech_in(timed), duration_ms, min_ms)


def speech_in(observations: Iterable[Observation]) -> tuple[tuple[int, int], ...]:
    """The ``[start_ms, end_ms)`` in which somebody speaks, in order.

    That is what was heard, or where nothing was, what captions say.
    """
    timed = [item for item in observations if item.span.is_timed]
    for kind in ("utterance", "cue"):
        spoken = [(item.span.start_ms or 0, item.span.end_ms or 0) for item in timed if item.kind == kind]
        if spoken:
            return tuple(sorted(spoken))
    return ()


def lines_in_gaps(lines: Iterable[Mapping[str, Any]], gaps: Iterable[Gap]) -> list[dict[str, Any]]:
    """The lines (``gap``, ``text``) in order of time, each with ``start_ms`` and ``end_ms``.

    Lines of one gap share it by their words. A line whose gap isn't there is left out.
    """
    by_gap: dict[int, list[Mapping[str, Any]]] = {}
    for line in lines:
        by_gap.setdefault(line["gap"], []).append(line)
    placed = []
    for gap in gaps:
        told = by_gap.get(gap.number, [])
        words = [max(1, spoken_words(str(line["text"]))) for line in told]
        length_ms = gap.end_ms - gap.start_ms
        for index, line in enumerate(told):
            start_ms = gap.start_ms + length_ms * sum(words[:index]) // sum(words)
            end_ms = gap.start_ms + length_ms * sum(words[: index + 1]) // sum(words)
            placed.append({**line, "start_ms": start_ms, "end_ms": end_ms})
    return placed


def spoken_words(text: str) -> int:
    """How many words it takes to say ``text``; of scripts without blanks two characters count as one."""
    unspaced = len(_UNSPACED.findall(text))
    spaced = len([word for word in _UNSPACED.sub(" ", text).split() if any(map(str.isalnum, word))])
    return spaced + -(-unspaced // _CHARACTERS_PER_WORD)
