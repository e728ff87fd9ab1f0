"""When each caption appears and goes: time to be read, a gap before the next, never far from its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.captions.captions import CaptionCue, VoicedLine
from braid.domain.profile.sections.captions import CaptionPlan

__all__ = ["Draft", "reading_ms", "timed", "width"]

# A caption may appear so much later than its words where the one before needs the time to be read: half of
# what a viewer takes for out of step, and what Netflix lets a caption last beyond its sound (12 frames).
_MAX_BORROWED_MS = 500
# A shorter gap flickers: the caption stays until the least gap before the next.
_FLICKER_MS = 500


@dataclass(frozen=True)
class Draft:
    """A caption's lines and when their words are said."""

    start_ms: int
    end_ms: int
    lines: tuple[VoicedLine, ...]

    @property
    def text(self) -> str:
        """What is shown, on one line."""
        return " ".join(line.text for line in self.lines)


def width(text: str) -> int:
    """Columns that ``text`` takes: East Asian wide characters two, marks that join their letter none, nor
    what only says how letters run or join."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) == "Cf"
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def reading_ms(text: str, plan: CaptionPlan) -> int:
    """How long people read at ``text`` by the plan, within what the plan lets a cue last."""
    needed = -int(-width(text.replace("\n", " ")) * 1000 // plan.characters_per_second)
    return max(plan.min_ms, min(needed, plan.max_ms))


def timed(drafts: Sequence[Draft], plan: CaptionPlan) -> tuple[tuple[CaptionCue, ...], tuple[int, ...]]:
    """The drafts, which are in order, as cues, and how late each is.

    Every cue is from ``min_ms`` to ``max_ms`` long, and ends ``min_gap_ms`` or more before the next begins.
    """
    cues: list[CaptionCue] = []
    late_ms: list[int] = []
    wanted = [reading_ms(draft.text, plan) for draft in drafts]
    for index, draft in enumerate(drafts):
        start_ms = max(draft.start_ms, cues[-1].end_ms + plan.min_gap_ms if cues else 0)
        end_ms = max(draft.end_ms, start_ms + wanted[index])
        if index + 1 < len(drafts):
            following_ms = drafts[index + 1].start_ms
            limit_ms = following_ms - plan.min_gap_ms
            if end_ms > limit_ms:
                spare_ms = _spare_ms(drafts, wanted, index + 1, plan)
                needed_ms = start_ms + wanted[index]
                end_ms = min(end_ms, max(limit_ms, min(needed_ms, limit_ms + spare_ms)))
            elif limit_ms - end_ms < _FLICKER_MS:
                end_ms = limit_ms
        end_ms = min(max(end_ms, start_ms + plan.min_ms), start_ms + plan.max_ms)
        cues.append(CaptionCue.of_lines(start_ms, end_ms, draft.lines))
        late_ms.append(start_ms - draft.start_ms)
    return tuple(cues), tuple(late_ms)


def _spare_ms(drafts: Sequence[Draft], wanted: Sequence[int], index: int, plan: CaptionPlan) -> int:
    """How much later the draft may appear and still be read in time."""
    if index + 1 == len(drafts):
        return _MAX_BORROWED_MS
    room_ms = drafts[index + 1].start_ms - plan.min_gap_ms - drafts[index].start_ms
    return max(0, min(_MAX_BORROWED_MS, room_ms - wanted[index]))
