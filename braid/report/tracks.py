"""The timeline as a picture: a track for each modality, for agreement and for what the answer cites.

Places and widths are percentages and heights are pixels, so that the picture fills any width while its words
keep their size. However long the asset is, a track has at most ``MAX_MARKS`` marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.span import Span, brief_timecode
from braid.report.links import Links, seconds
from braid.report.markup import Markup, tag
from braid.report.parts import section

__all__ = ["MAX_MARKS", "tracks_section"]

MAX_MARKS = 500
_LABEL_HEIGHT, _RAIL_HEIGHT, _PITCH, _AXIS_HEIGHT = 18, 18, 46, 22
_MIN_WIDTH = 0.3
_MAX_TITLE_CHARACTERS = 120
_MAX_TICKS = 8
_TICK_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_TITLES = {Modality.SPEECH: "Speech", Modality.VISION: "Pictures", Modality.TEXT: "Text"}
# What a person must see is drawn over the rest and tells itself apart by height, not by colour alone.
_KINDS = {
    AgreementKind.COMPLEMENTARY: (0.45, "adds"),
    AgreementKind.REDUNDANT: (0.75, "same"),
    AgreementKind.CONTRADICTORY: (1.0, "contradicts"),
}


@dataclass(frozen=True)
class _Mark:
    """One bar of a track: from where to where, what it says, and where it leads. ``height`` is a share."""

    start_ms: int
    end_ms: int
    text: str
    href: str
    css_class: str
    height: float = 1.0
    count: int = 1


def tracks_section(timeline: Timeline | None, answer: Answer | None, links: Links) -> Markup | None:
    """Where each modality has something to say; nothing for an asset without a clock."""
    if timeline is None or not timeline.duration_ms:
        return None
    tracks = [(_TITLES[modality], _observed(timeline, modality, links)) for modality in Modality]
    tracks += [("Agreement", _agreements(timeline, links)), ("Cited by the answer", _cited(answer, links))]
    tracks = [(title, marks) for title, marks in tracks if marks]
    if not tracks:
        return None
    shapes = [*_grid(timeline.duration_ms, len(tracks))]
    for row, (title, marks) in enumerate(tracks):
        shapes.append(_track(row, title, _thinned(marks, timeline.duration_ms), timeline.duration_ms))
    height = len(tracks) * _PITCH + _AXIS_HEIGHT
    shapes.append(tag("line", x1=0, x2=0, y1=0, y2=height - _AXIS_HEIGHT, id="cursor", class_="cursor"))
    picture = tag(
        "svg",
        *shapes,
        id="tracks",
        class_="tracks",
        height=height,
        role="group",
        aria_label="Tracks over the time of the asset",
        data_duration=seconds(timeline.duration_ms),
    )
    return section("timeline", "Timeline", picture, _legend(timeline))


def _observed(timeline: Timeline, modality: Modality, links: Links) -> list[_Mark]:
    """One mark for each span in which the modality says something, with all that it says there."""
    by_span: dict[tuple[int, int], list[str]] = {}
    origins: dict[tuple[int, int], str] = {}
    for item in timeline.observations:
        if item.modality is modality and item.span.start_ms is not None and item.span.end_ms is not None:
            span = (item.span.start_ms, item.span.end_ms)
            by_span.setdefault(span, []).append(item.text)
            origins.setdefault(span, item.source.rpartition(":")[2])
    return [
        _Mark(start_ms, end_ms, _said(texts), _shown(origins[start_ms, end_ms], links), modality.value)
        for (start_ms, end_ms), texts in sorted(by_span.items())
    ]


def _agreements(timeline: Timeline, links: Links) -> list[_Mark]:
    marks = []
    for segment in timeline.segments:
        span = segment.span
        for item in segment.agreements:
            if span.start_ms is None or span.end_ms is None:
                continue
            height, word = _KINDS[item.kind]
            known = [links.evidence[each] for each in item.observation_ids if each in links.evidence]
            href = links.href(known[0]) if known else ""
            text = f"{word}: {item.reason}"
            marks.append(_Mark(span.start_ms, span.end_ms, text, href, item.kind.value, height))
    # Drawn last, and so on top, is what contradicts.
    return sorted(marks, key=lambda mark: (mark.height, mark.start_ms))


def _cited(answer: Answer | None, links: Links) -> list[_Mark]:
    marks: dict[tuple[int, int], _Mark] = {}
    for claim in answer.claims if answer else ():
        for evidence_id in claim.evidence_ids:
            item = links.evidence.get(evidence_id)
            if item is not None and item.span.start_ms is not None and item.span.end_ms is not None:
                span = (item.span.start_ms, item.span.end_ms)
                marks.setdefault(span, _Mark(*span, claim.text, links.href(item), "cited"))
    return [marks[span] for span in sorted(marks)]


def _thinned(marks: Sequence[_Mark], duration_ms: int) -> list[_Mark]:
    """At most ``MAX_MARKS``: those of one kind that begin in the same short stretch become one."""
    if len(marks) <= MAX_MARKS:
        return list(marks)
    kinds = len({mark.css_class for mark in marks})
    stretch_ms = max(1, -(-duration_ms * kinds // MAX_MARKS))
    merged: dict[tuple[float, str, int], _Mark] = {}
    for mark in marks:
        key = (mark.height, mark.css_class, mark.start_ms // stretch_ms)
        first = merged.get(key)
        merged[key] = (
            mark
            if first is None
            else replace(first, end_ms=max(first.end_ms, mark.end_ms), count=first.count + 1)
        )
    return list(merged.values())


def _track(row: int, title: str, marks: Sequence[_Mark], duration_ms: int) -> Markup:
    top = row * _PITCH
    shapes = [
        tag("text", title, x=0, y=top + _LABEL_HEIGHT - 6, class_="name"),
        tag("rect", x=0, y=top + _LABEL_HEIGHT, width="100%", height=_RAIL_HEIGHT, rx=4, class_="rail"),
    ]
    # One stop for the keyboard in each track; the arrow keys go on from there.
    shapes += [
        _bar(mark, top + _LABEL_HEIGHT, duration_ms, is_stop=not index) for index, mark in enumerate(marks)
    ]
    return tag("g", *shapes, role="group", aria_label=title, data_roving="")


def _bar(mark: _Mark, top: int, duration_ms: int, *, is_stop: bool) -> Markup:
    left = min(100 * mark.start_ms / duration_ms, 100 - _MIN_WIDTH)
    width = max(_MIN_WIDTH, min(100 * (mark.end_ms - mark.start_ms) / duration_ms, 100 - left))
    height = round(_RAIL_HEIGHT * mark.height)
    shape = tag(
        "rect",
        x=f"{left:.2f}%",
        y=top + _RAIL_HEIGHT - height,
        width=f"{width:.2f}%",
        height=height,
        rx=3,
        class_=mark.css_class,
    )
    more = f" · {mark.count} of these" if mark.count > 1 else ""
    text = f"{Span(mark.start_ms, mark.end_ms).brief}{more} · {mark.text[:_MAX_TITLE_CHARACTERS]}"
    return tag(
        "a",
        tag("title", text),
        shape,
        href=mark.href or f"#t={seconds(mark.start_ms)}",
        data_t=seconds(mark.start_ms),
        tabindex=None if is_stop else -1,
    )


def _grid(duration_ms: int, rows: int) -> Iterable[Markup]:
    """A line and a time at round numbers; every second one gives way on a narrow screen."""
    bottom = rows * _PITCH - (_PITCH - _LABEL_HEIGHT - _RAIL_HEIGHT) + 2
    step = next((s for s in _TICK_SECONDS if duration_ms / 1000 / s <= _MAX_TICKS), _TICK_SECONDS[-1])
    for number in range(int(duration_ms / 1000 // step) + 1):
        place = 100 * number * step * 1000 / duration_ms
        minor = " minor" if number % 2 else ""
        yield tag("line", x1=f"{place:.2f}%", x2=f"{place:.2f}%", y1=0, y2=bottom, class_=f"tick{minor}")
        if place <= 95:
            time = brief_timecode(number * step * 1000).removesuffix(".0")
            anchor = "middle" if number else "start"
            yield tag(
                "text",
                time,
                x=f"{place:.2f}%",
                y=bottom + _AXIS_HEIGHT - 6,
                text_anchor=anchor,
                class_=f"time{minor}",
            )


def _legend(timeline: Timeline) -> Markup | None:
    counts = dict.fromkeys(AgreementKind, 0)
    for segment in timeline.segments:
        for item in segment.agreements:
            counts[item.kind] += segment.span.is_timed
    words = {
        AgreementKind.REDUNDANT: "say the same",
        AgreementKind.COMPLEMENTARY: "add to each other",
        AgreementKind.CONTRADICTORY: "contradict each other",
    }
    parts = [
        tag("li", tag("span", class_=f"key {kind.value}"), f"{counts[kind]} {words[kind]}")
        for kind in AgreementKind
        if counts[kind]
    ]
    return tag("ul", *parts, class_="legend", aria_label="Agreement, in pairs") if parts else None


def _said(texts: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _shown(origin: str, links: Links) -> str:
    return f"#{origin}" if origin in links.shown else ""
