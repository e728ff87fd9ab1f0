"""What was seen: keyframes of a video, pictures, and pages beside what is written on them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from braid.domain.evidence.passages import Passage
from braid.domain.evidence.vision import KeyframeAnalysis, is_disturbing
from braid.domain.span import brief_timecode
from braid.report.links import moment, seconds
from braid.report.markup import Markup, tag
from braid.report.parts import section
from braid.report.words import passage_line

__all__ = ["pages_section", "pictures_section"]

_SHOWN_LABELS = 6


def pictures_section(frames: Sequence[KeyframeAnalysis], stills: Mapping[str, bytes]) -> Markup | None:
    """The keyframes that are no pages, in order, with the lines that were read in them."""
    if not frames:
        return None
    title = "Keyframes" if any(frame.at_ms is not None for frame in frames) else "Pictures"
    figures = tag(
        "div", *(_figure(frame, stills.get(frame.keyframe_id)) for frame in frames), class_="stills"
    )
    return section("pictures", title, figures, class_="single" if len(frames) == 1 else None)


def pages_section(
    pages: Sequence[tuple[KeyframeAnalysis, Sequence[Passage]]], stills: Mapping[str, bytes]
) -> Markup | None:
    """Each page as it looks, beside what is written on it."""
    if not pages:
        return None
    rows = [
        tag(
            "div",
            _figure(frame, stills.get(frame.keyframe_id), has_lines=False),
            tag("div", *(passage_line(passage) for passage in passages), class_="page-text"),
            class_="page",
        )
        for frame, passages in pages
    ]
    return section("pages", "Pages", *rows)


def _figure(frame: KeyframeAnalysis, still: bytes | None, *, has_lines: bool = True) -> Markup:
    where = " · ".join(part for part in (_where(frame), frame.member) if part)
    texts = " / ".join(text.text for text in frame.texts) if has_lines else ""
    caption = [
        moment(where, frame.at_ms, f"#{frame.keyframe_id}") if where else None,
        tag("p", frame.description, dir="auto") if frame.description else None,
        tag("p", _seen(frame)) if _seen(frame) else None,
        tag("p", *_warnings(frame), class_="flagged") if frame.moderation else None,
        tag("p", "“", texts, "”", dir="auto", class_="soft") if texts else None,
    ]
    return tag("figure", _picture(frame, still), tag("figcaption", *caption), id=frame.keyframe_id)


def _picture(frame: KeyframeAnalysis, still: bytes | None) -> Markup | None:
    """The still; a disturbing one stays blurred until it is asked for, with a script or without."""
    if still is None:
        return None
    data = base64.b64encode(still).decode()
    alt = frame.description or _seen(frame) or _where(frame) or "the picture"
    src = f"data:image/jpeg;base64,{data}"
    if not is_disturbing(frame):
        return tag("img", src=src, alt=alt, data_t=seconds(frame.at_ms), decoding="async")
    kinds = ", ".join(dict.fromkeys(category.name for category in frame.moderation))
    summary = tag(
        "summary",
        tag("img", src=src, alt="", decoding="async"),
        tag("span", tag("b", "Disturbing picture"), f" {kinds}", class_="veil-text"),
    )
    return tag("details", summary, tag("p", alt, class_="soft"), class_="veil")


def _where(frame: KeyframeAnalysis) -> str:
    return brief_timecode(frame.at_ms) if frame.at_ms is not None else frame.span.brief


def _seen(frame: KeyframeAnalysis) -> str:
    """Labels and faces in a few words; colours where there is nothing else."""
    words = [label.name for label in frame.labels[:_SHOWN_LABELS]]
    if frame.faces:
        words.append("1 face" if len(frame.faces) == 1 else f"{len(frame.faces)} faces")
    words += [color.name.lower() for color in frame.properties.subject_colors[:2]] if not words else []
    return ", ".join(words)


def _warnings(frame: KeyframeAnalysis) -> list[str]:
    return ["Moderation: ", ", ".join(f"{item.name} {item.confidence:.2f}" for item in frame.moderation)]
