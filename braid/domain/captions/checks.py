"""What of a caption file people can't read well: counted, with places, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from braid.domain.captions.captions import CaptionCue
from braid.domain.captions.layout import Captions
from braid.domain.captions.timing import width
from braid.domain.profile.sections.captions import CaptionPlan
from braid.domain.span import brief_timecode

__all__ = ["CaptionFinding", "caption_findings"]

# What the BBC allows captions to be off their speech at the most is 1.5 seconds.
_LATE_MS = 1500
_MOST_PLACES = 5


@dataclass(frozen=True)
class CaptionFinding:
    """A limit that ``count`` of ``of`` cues miss, ``at_ms`` the first of them, ``limit`` in words.

    ``subject`` says which captions: ``captions``, ``captions (de)``.
    """

    subject: str
    count: int
    of: int
    limit: str
    at_ms: tuple[int, ...]

    def __str__(self) -> str:
        places = ", ".join(brief_timecode(at_ms) for at_ms in self.at_ms)
        more = f" and {self.count - len(self.at_ms)} more" if self.count > len(self.at_ms) else ""
        return f"{self.subject}: {self.count} of {self.of} {self.limit}: at {places}{more}"


def caption_findings(
    captions: Captions, plan: CaptionPlan, *, subject: str = "captions"
) -> tuple[CaptionFinding, ...]:
    """Each limit of the plan that a cue misses; nothing for captions that keep them all."""
    cues = captions.cues
    late = dict(zip(range(len(cues)), captions.late_ms, strict=False))
    checks: list[tuple[str, list[int]]] = [
        (
            f"show more than {plan.characters_per_second:g} characters a second",
            [index for index, cue in enumerate(cues) if _is_fast(cue, plan)],
        ),
        (
            f"begin more than {_LATE_MS / 1000:g} seconds after their words",
            [index for index in range(len(cues)) if late.get(index, 0) > _LATE_MS],
        ),
        (
            f"stand for less than {plan.min_ms / 1000:.3g} seconds",
            [index for index, cue in enumerate(cues) if _length_ms(cue) < plan.min_ms],
        ),
        (
            f"stand for more than {plan.max_ms / 1000:.3g} seconds",
            [index for index, cue in enumerate(cues) if _length_ms(cue) > plan.max_ms],
        ),
        (
            f"follow less than {plan.min_gap_ms} milliseconds after the one before",
            [at for at in range(1, len(cues)) if cues[at].start_ms - cues[at - 1].end_ms < plan.min_gap_ms],
        ),
        (
            f"have more than {plan.max_lines} lines of {plan.max_line_characters} characters",
            [index for index, cue in enumerate(cues) if not _fits(cue, plan)],
        ),
    ]
    return tuple(_findings(subject, cues, checks))


def _findings(
    subject: str, cues: Sequence[CaptionCue], checks: Sequence[tuple[str, list[int]]]
) -> Iterator[CaptionFinding]:
    for limit, missed in checks:
        if missed:
            places = tuple(cues[index].start_ms for index in missed[:_MOST_PLACES])
            yield CaptionFinding(subject, len(missed), len(cues), limit, places)


def _length_ms(cue: CaptionCue) -> int:
    return cue.end_ms - cue.start_ms


def _is_fast(cue: CaptionCue, plan: CaptionPlan) -> bool:
    columns = width(cue.text.replace("\n", " "))
    return columns * 1000 > plan.characters_per_second * _length_ms(cue)


def _fits(cue: CaptionCue, plan: CaptionPlan) -> bool:
    lines = cue.text.split("\n")
    return len(lines) <= plan.max_lines and all(width(line) <= plan.max_line_characters for line in lines)
