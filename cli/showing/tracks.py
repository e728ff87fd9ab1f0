"""The timeline as tracks in a terminal: a row per modality (in a bundle per member), and how they agree.

Pure: a timeline and a width give lines. Files' words get into them through ``printable`` alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import AgreementKind, Segment, Timeline
from braid.domain.span import brief_timecode
from cli.printable import printable
from cli.showing.track_scale import PageScale, Scale, TimeScale, ticks

__all__ = ["AGREEMENT_STYLES", "agreement_mark", "tracks"]

MODALITY_STYLES = {Modality.SPEECH: "cyan", Modality.VISION: "yellow", Modality.TEXT: "green"}
AGREEMENT_STYLES = {
    AgreementKind.REDUNDANT: "green",
    AgreementKind.COMPLEMENTARY: "blue",
    AgreementKind.CONTRADICTORY: "bold red",
}
# In a column that holds several kinds the one that a person must see is shown.
_MOST_TELLING_FIRST = (AgreementKind.CONTRADICTORY, AgreementKind.REDUNDANT, AgreementKind.COMPLEMENTARY)
_MARKS = {
    AgreementKind.REDUNDANT: ("=", "="),
    AgreementKind.COMPLEMENTARY: ("+", "+"),
    AgreementKind.CONTRADICTORY: ("≠", "!"),
}
_DENSITIES = " ▁▂▃▄▅▆▇█"
_ASCII_DENSITIES = " .:oO#"
_AGREEMENT = "agreement"
_MIN_COLUMNS = 10
_MIN_LABEL = 14
# More members than this on one scale share a row.
_MAX_ROWS_OF_A_MODALITY = 6


@dataclass(frozen=True)
class _Track:
    modality: Modality
    label: str
    observations: Sequence[Observation]


def agreement_mark(kind: AgreementKind, *, ascii_only: bool) -> str:
    """One character that tells the kinds apart without colour."""
    return _MARKS[kind][ascii_only]


def tracks(timeline: Timeline, *, width: int, ascii_only: bool = False) -> list[Text]:
    """A heading and the tracks in lines of at most ``width`` columns; nothing for an empty timeline.

    What has a time stands over a clock, what has a page over page numbers; what holds for the whole is
    counted. The taller a column, the more text was observed there, compared with the track's own fullest.
    """
    if not timeline.observations:
        return []
    clock = [item.span.end_ms for item in timeline.observations if item.span.end_ms is not None]
    pages = [item.span.page for item in timeline.observations if item.span.page is not None]
    whole = [item for item in timeline.observations if not item.span.is_timed and item.span.page is None]
    timed = [item for item in timeline.observations if item.span.is_timed]
    paged = [item for item in timeline.observations if item.span.page is not None]
    parts = [_tracks_of(items) for items in (timed, paged, whole)]
    names = [_AGREEMENT, *(track.label for part in parts for track in part)]
    label_width = min(max(map(cell_len, names)), max(_MIN_LABEL, width // 3))
    columns = max(_MIN_COLUMNS, width - label_width - 1)
    lines: list[Text] = []
    facts = []
    if clock:
        time_scale = TimeScale(max(timeline.duration_ms or 0, *clock, 1), columns)
        lines += _drawn(parts[0], timeline.segments, time_scale, label_width, ascii_only)
        facts.append(brief_timecode(time_scale.duration_ms))
    if pages:
        page_scale = PageScale(max(pages), columns)
        lines += _drawn(parts[1], timeline.segments, page_scale, label_width, ascii_only)
        facts.append("1 page" if page_scale.page_count == 1 else f"{page_scale.page_count} pages")
    lines += _counted(
        parts[2], timeline.segments, label_width, columns, ascii_only, is_all=not timed and not paged
    )
    return [_heading(facts, width), *lines]


def _heading(facts: Sequence[str], width: int) -> Text:
    told = ", ".join(facts)
    legend = "; taller: more was said, shown or written there"
    if not facts:
        legend = "about the whole asset"
    heading = Text.assemble(("Timeline", "bold"), (f"  {told}{legend}", "dim"))
    if heading.cell_len > width:
        heading = heading[: len(heading) - len(legend)]
        heading.truncate(width)
    return heading


def _tracks_of(observations: Iterable[Observation]) -> list[_Track]:
    """By modality, then member in order of appearance."""
    by_voice: dict[Modality, dict[str, list[Observation]]] = {modality: {} for modality in Modality}
    for item in observations:
        by_voice[item.modality].setdefault(item.member, []).append(item)
    found = []
    for modality, members in by_voice.items():
        if len(members) > _MAX_ROWS_OF_A_MODALITY:
            together = [item for items in members.values() for item in items]
            found.append(_Track(modality, f"{modality} ({len(members)} members)", together))
        else:
            found += [
                _Track(modality, f"{modality} {printable(name)}".rstrip(), items)
                for name, items in members.items()
            ]
    return found


def _drawn(
    parts: Sequence[_Track], segments: Sequence[Segment], scale: Scale, label_width: int, ascii_only: bool
) -> Iterator[Text]:
    for track in parts:
        cells = _densities(track.observations, scale, _ASCII_DENSITIES if ascii_only else _DENSITIES)
        label = _cut(track.label, label_width, ascii_only)
        yield _line(label, Text(cells, style=MODALITY_STYLES[track.modality]), label_width)
    kinds = _kinds_by_column(segments, scale)
    if any(kinds):
        marks = Text.assemble(
            *(
                (agreement_mark(kind, ascii_only=ascii_only), AGREEMENT_STYLES[kind]) if kind else " "
                for kind in kinds
            )
        )
        yield _line(_AGREEMENT, marks, label_width)
    axis = ""
    for column, label in ticks(scale):
        axis = axis.ljust(column) + label
    yield _line("", Text(axis, style="dim"), label_width)


def _counted(
    parts: Sequence[_Track],
    segments: Sequence[Segment],
    label_width: int,
    columns: int,
    ascii_only: bool,
    *,
    is_all: bool,
) -> Iterator[Text]:
    """What has neither time nor page; ``is_all`` where nothing else does and it needn't be said."""
    for track in parts:
        kinds = Counter(item.kind for item in track.observations)
        told = ", ".join(_count(kind.replace("_", " "), count) for kind, count in kinds.items())
        label = _cut(track.label, label_width, ascii_only)
        yield _line(label, Text(_cut(told, columns, ascii_only)), label_width)
    agreements = Counter(
        item.kind
        for segment in segments
        if not segment.span.is_timed and segment.span.page is None
        for item in segment.agreements
    )
    if agreements:
        marks = [
            (f"{agreement_mark(kind, ascii_only=ascii_only)} {agreements[kind]}  ", AGREEMENT_STYLES[kind])
            for kind in AgreementKind
            if agreements[kind]
        ]
        where = "" if is_all else "of the whole"
        counts = Text.assemble(*marks, (where, "dim"))
        counts.truncate(columns)
        yield _line(_AGREEMENT, counts, label_width)


def _count(noun: str, count: int) -> str:
    if noun == "faces":
        # An observation counts the faces of a picture; this counts the observations.
        noun = "picture with faces" if count == 1 else "pictures with faces"
    if count == 1 or noun.endswith("s"):
        return f"{count} {noun}"
    return f"{count} {noun.removesuffix('y')}ies" if noun.endswith("y") else f"{count} {noun}s"


def _line(label: str, cells: Text, label_width: int) -> Text:
    line = Text.assemble((set_cell_size(label, label_width), "bold" if label else ""), " ", cells)
    line.no_wrap = True
    line.rstrip()
    return line


def _cut(text: str, columns: int, ascii_only: bool) -> str:
    """``text`` in at most ``columns`` columns; a last character says that something is cut off."""
    if cell_len(text) <= columns:
        return text
    return set_cell_size(text, columns - 1) + ("~" if ascii_only else "…")


def _densities(observations: Iterable[Observation], scale: Scale, glyphs: str) -> str:
    """A character a column: how much text is observed there; whatever isn't nothing can be seen."""
    amounts = [0.0] * scale.columns
    # Spans are many and long: a column inside one is only counted at the span's ends and summed up once.
    rises = [0.0] * (scale.columns + 1)
    for item in observations:
        begin, end = scale.place(item.span)
        first = min(int(begin), scale.columns - 1)
        last = min(max(first, math.ceil(end) - 1), scale.columns - 1)
        amount = max(1, len(item.text))
        if first == last:
            amounts[first] += amount
            continue
        rate = amount / (end - begin)
        amounts[first] += rate * (first + 1 - begin)
        amounts[last] += rate * (end - last)
        rises[first + 1] += rate
        rises[last] -= rate
    level = 0.0
    for column in range(scale.columns):
        level += rises[column]
        amounts[column] += level
    # What cancels out leaves a rounding error behind.
    fullest = max(amounts)
    steps = len(glyphs) - 1
    return "".join(
        glyphs[min(steps, math.ceil(amount / fullest * steps))] if amount > fullest * 1e-9 else " "
        for amount in amounts
    )


def _kinds_by_column(segments: Iterable[Segment], scale: Scale) -> list[AgreementKind | None]:
    found: list[set[AgreementKind]] = [set() for _ in range(scale.columns)]
    for segment in segments:
        if not segment.agreements or not scale.holds(segment.span):
            continue
        begin, end = scale.place(segment.span)
        first = min(int(begin), scale.columns - 1)
        for column in range(first, min(max(first + 1, math.ceil(end)), scale.columns)):
            found[column].update(item.kind for item in segment.agreements)
    return [next((kind for kind in _MOST_TELLING_FIRST if kind in kinds), None) for kinds in found]
