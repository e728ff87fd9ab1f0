"""The timeline as a picture: one rail per modality, contradictions marked."""

from __future__ import annotations

from domain.asset import Modality
from domain.span import Span, brief_timecode
from domain.timeline import AgreementKind, Timeline
from lambdas.runtime.markup import Markup, tag

__all__ = ["tracks_section"]

_WIDTH = 1000
_LABEL_WIDTH = 70
_RAIL_HEIGHT = 18
_RAIL_GAP = 8
_MIN_MARK_WIDTH = 2


def tracks_section(timeline: Timeline | None) -> Markup | None:
    """Where each modality has something to say; nothing for an asset without a clock."""
    if timeline is None or not timeline.duration_ms:
        return None
    duration_ms = timeline.duration_ms
    present = [m for m in Modality if any(o.modality is m and o.span.is_timed for o in timeline.observations)]
    if not present:
        return None
    shapes: list[Markup] = []
    for row, modality in enumerate(present):
        top = row * (_RAIL_HEIGHT + _RAIL_GAP)
        shapes.append(tag("text", modality.value, x=0, y=top + 13))
        shapes.append(_rect(_LABEL_WIDTH, top, _WIDTH - _LABEL_WIDTH, "rail"))
        spans = {o.span: o.text for o in timeline.observations if o.modality is modality and o.span.is_timed}
        shapes += [_mark(span, text, top, modality.value, duration_ms) for span, text in spans.items()]
    bottom = len(present) * (_RAIL_HEIGHT + _RAIL_GAP)
    for segment in timeline.segments:
        clashes = [item for item in segment.agreements if item.kind is AgreementKind.CONTRADICTORY]
        if clashes and segment.span.is_timed:
            shapes.append(_mark(segment.span, clashes[0].reason, bottom, "contradictory", duration_ms))
    shapes.append(tag("text", brief_timecode(0), x=_LABEL_WIDTH, y=bottom + 34))
    shapes.append(tag("text", brief_timecode(duration_ms), x=_WIDTH, y=bottom + 34, text_anchor="end"))
    svg = tag("svg", *shapes, viewBox=f"0 0 {_WIDTH} {bottom + 38}", class_="tracks", role="img")
    return tag("section", tag("h2", "Timeline"), svg)


def _mark(span: Span, text: str, top: int, css_class: str, duration_ms: int) -> Markup:
    start_ms, end_ms = span.start_ms or 0, span.end_ms or 0
    scale = (_WIDTH - _LABEL_WIDTH) / duration_ms
    left = min(_LABEL_WIDTH + round(start_ms * scale, 1), _WIDTH - _MIN_MARK_WIDTH)
    width = max(_MIN_MARK_WIDTH, min(round((end_ms - start_ms) * scale, 1), _WIDTH - left))
    return _rect(left, top, width, css_class, f"{span.brief} {text[:120]}")


def _rect(left: float, top: int, width: float, css_class: str, title: str | None = None) -> Markup:
    return tag(
        "rect",
        tag("title", title) if title else None,
        x=f"{left:g}",
        y=top,
        width=f"{width:g}",
        height=_RAIL_HEIGHT,
        rx=3,
        class_=css_class,
    )
