"""Chapters of an answer, put in order: each begins where its evidence does, and together they cover all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from braid.domain.evidence.observation import Evidence
from braid.domain.span import brief_timecode

__all__ = ["ChapterClock", "beginnings", "mended_chapters"]

# A chapter may begin with the breath or the slide change before its first words.
_MARGIN_MS = 2_000
# A chapter that is longer than this share of all isn't much of a division.
_LOPSIDED_SHARE = 0.7
_LEAST_DIVIDED_MS = 60_000


_PLACES = frozenset({"start_ms", "end_ms", "page", "end_page"})


@dataclass(frozen=True)
class ChapterClock:
    """What chapters are placed on: milliseconds up to ``end``, or pages up to ``end``."""

    unit: Literal["ms", "page"]
    end: int

    @property
    def first(self) -> int:
        """Where the asset begins."""
        return 0 if self.unit == "ms" else 1

    @property
    def members(self) -> tuple[str, str]:
        """What a chapter's beginning and end are called in the answer."""
        return ("start_ms", "end_ms") if self.unit == "ms" else ("page", "end_page")

    def place(self, at: int) -> str:
        """A place for people."""
        return brief_timecode(at) if self.unit == "ms" else f"page {at}"


def beginnings(
    chapters: Sequence[Mapping[str, Any]], evidence: Mapping[str, Evidence], clock: ChapterClock
) -> list[int | None]:
    """Where each chapter begins: where it says so if what it cites is there, else where that begins.

    A chapter that also cites what an earlier one begins with, as an introduction's words, begins with the
    next that it cites. ``None`` where it cites nothing that has a place on the clock.
    """
    begun: set[int] = set()
    found: list[int | None] = []
    for chapter in chapters:
        start = _beginning(chapter, evidence, clock, begun)
        found.append(start)
        if start is not None and clock.unit == "ms":
            begun.add(start)
    return found


def _beginning(
    chapter: Mapping[str, Any], evidence: Mapping[str, Evidence], clock: ChapterClock, begun: set[int]
) -> int | None:
    spans = [evidence[name].span for name in chapter.get("evidence_ids", ()) if name in evidence]
    if clock.unit == "ms":
        placed = [(span.start_ms, span.end_ms) for span in spans if span.start_ms is not None]
    else:
        placed = [(span.page, span.page) for span in spans if span.page is not None]
    starts = sorted({start for start, _ in placed if start is not None})
    if not starts:
        return None
    last = max(end for _, end in placed if end is not None)
    margin = _MARGIN_MS if clock.unit == "ms" else 0
    said = chapter.get(clock.members[0])
    if isinstance(said, int) and not isinstance(said, bool) and max(0, starts[0] - margin) <= said <= last:
        starts.insert(0, said)
    return next((start for start in starts if start not in begun), starts[0])


def mended_chapters(
    chapters: Sequence[Mapping[str, Any]], evidence: Mapping[str, Evidence], clock: ChapterClock
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The chapters in order, the first from the beginning, each up to the next; and what was changed.

    Each gets its end as ``end_ms`` or ``end_page``. Of several that begin together the first stays; one that
    cites nothing on the clock is left out.
    """
    start_name, end_name = clock.members
    notes: list[str] = []
    placed: list[tuple[int, dict[str, Any]]] = []
    for chapter, start in zip(chapters, beginnings(chapters, evidence, clock), strict=True):
        title = _title(chapter)
        if start is None:
            notes.append(f"chapter {title} was left out: nothing it cites has a place")
            continue
        if chapter.get(start_name, start) != start:
            notes.append(f"chapter {title} begins where its evidence does: {clock.place(start)}")
        placed.append((start, dict(chapter)))
    if placed != sorted(placed, key=lambda item: item[0]):
        notes.append("chapters were put in order")
    placed.sort(key=lambda item: item[0])
    kept: list[tuple[int, dict[str, Any]]] = []
    for start, chapter in placed:
        if kept and clock.unit == "ms" and start == kept[-1][0]:
            notes.append(f"chapter {_title(chapter)} was left out: another begins with it")
        else:
            kept.append((start, chapter))
    if kept and kept[0][0] > clock.first:
        if clock.unit == "page" or kept[0][0] > _MARGIN_MS:
            notes.append(f"the first chapter begins with the asset, not at {clock.place(kept[0][0])}")
        kept[0] = (clock.first, kept[0][1])
    mended = []
    for index, (start, chapter) in enumerate(kept):
        following = kept[index + 1][0] if index + 1 < len(kept) else None
        end = _end(start, following, clock)
        chapter = {name: value for name, value in chapter.items() if name not in _PLACES}
        chapter |= {start_name: start, end_name: end}
        mended.append(chapter)
        length = clock.end - clock.first
        if clock.unit == "ms" and len(kept) > 1 and length >= _LEAST_DIVIDED_MS:
            share = (end - start) / length
            if share > _LOPSIDED_SHARE:
                notes.append(f"chapter {_title(chapter)} is {share:.0%} of the whole")
    return mended, tuple(notes)


def _title(chapter: Mapping[str, Any]) -> str:
    return repr(str(chapter.get("title", ""))[:60])


def _end(start: int, following: int | None, clock: ChapterClock) -> int:
    if clock.unit == "ms":
        return max(start, clock.end if following is None else following)
    return max(start, clock.end if following is None else following - 1)
