"""Captions that roll up: each cue shows again what the cue before it said, and adds a line. Pure.

Live captions, and those that YouTube makes by itself, are written so; read as they are, all is said two
or three times. People repeat themselves too, so nothing counts as shown again but in a file most of whose
cues, where they meet in time, go on from the cue before: its last lines moved up, or its line grown longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["ShownCue", "said_once"]

_MAX_GAP_MS = 250
# So many of the cues that meet and differ must repeat or continue the one before, for the file to roll up.
_ROLLING_SHARE = 0.5
_MIN_ROLLING = 2
_MIN_WORDS = 3


@dataclass(frozen=True)
class ShownCue:
    """What a cue shows, line by line, none of them blank."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def said_once(cues: Sequence[ShownCue]) -> list[tuple[str, ...]]:
    """For each cue the lines that the cue before it doesn't end with; none where it adds nothing."""
    pairs = [(before, after) for before, after in pairwise(cues) if _meet(before, after)]
    changing = [(before, after) for before, after in pairs if before.lines != after.lines]
    rolling = sum(_moved_up(before, after) > 0 or bool(_grown(before, after)) for before, after in changing)
    is_rolling = rolling >= max(_MIN_ROLLING, _ROLLING_SHARE * len(changing))
    if len(changing) == 1 and rolling:  # two cues alone: a whole sentence is hardly said twice at once
        is_rolling = len(" ".join(changing[0][0].lines[-1:]).split()) >= _MIN_WORDS
    if not is_rolling:
        return [cue.lines for cue in cues]
    said = [cue.lines for cue in cues[:1]]
    for before, after in pairwise(cues):
        said.append(_new_lines(before, after) if _meet(before, after) else after.lines)
    return said


def _meet(before: ShownCue, after: ShownCue) -> bool:
    return before.start_ms <= after.start_ms <= before.end_ms + _MAX_GAP_MS


def _moved_up(before: ShownCue, after: ShownCue) -> int:
    """How many of the first lines of ``after`` are the last ones of ``before``, the longest such run."""
    longest = min(len(before.lines), len(after.lines))
    return next((n for n in range(longest, 0, -1) if before.lines[-n:] == after.lines[:n]), 0)


def _grown(before: ShownCue, after: ShownCue) -> tuple[str, ...]:
    """The rest of ``after`` where its first lines are those of ``before``, the last one with more words."""
    count = len(before.lines)
    if not count or len(after.lines) < count or after.lines[: count - 1] != before.lines[:-1]:
        return ()
    line, last = after.lines[count - 1], before.lines[-1]
    if not line.startswith(last + " "):
        return ()
    return (line[len(last) :].strip(), *after.lines[count:])


def _new_lines(before: ShownCue, after: ShownCue) -> tuple[str, ...]:
    if moved := _moved_up(before, after):
        return after.lines[moved:]
    return _grown(before, after) or after.lines
