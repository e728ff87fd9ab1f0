"""What a model is asked to fill one by one: gaps in the speech and pictures, counted by code. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from braid.domain.accessibility.gaps import Gap, gaps_in
from braid.domain.answer.chapters import ChapterClock
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.checks import CheckPlan
from braid.domain.span import Span
from braid.domain.wire import encode
from lambdas.inference.request.pictures import picture_of

__all__ = ["Slots", "slots_of"]

_MOST_PICTURES = 60
_MOST_CITED = 6


@dataclass(frozen=True)
class Slots:
    """The gaps and the pictures (ids of keyframes) of an asset as far as a profile asks for them.

    ``clock`` is what chapters are placed on, ``None`` where nothing of the asset has a time or a page;
    ``text`` tells the model of gaps and pictures, or that there are none, and that there is no place to go
    to; empty where it is asked for none of them.
    """

    gaps: tuple[Gap, ...] = ()
    pictures: tuple[str, ...] = ()
    clock: ChapterClock | None = None
    text: str = field(default="", repr=False)


def slots_of(plan: CheckPlan, timeline: Timeline) -> Slots:
    """What ``plan`` asks to be filled of this asset."""
    gaps = gaps_in(timeline.observations, timeline.duration_ms, plan.min_gap_ms) if plan.fits_gaps else ()
    cited = _by_picture(timeline.evidence) if plan.describes_pictures else {}
    pictures = tuple(cited)[:_MOST_PICTURES]
    parts = []
    if plan.fits_gaps:
        rows = [_gap(gap, plan.words_per_minute, timeline.evidence) for gap in gaps]
        told = (
            "Gaps in the speech: `gap` is a gap's number, `max_words` what can be spoken in it,"
            " `evidence_ids` what is seen then."
            if rows
            else "There is no gap in the speech."
        )
        parts.append(_block(plan.fits_gaps, told, rows))
    if plan.describes_pictures:
        rows = [_picture(name, cited[name]) for name in pictures]
        told = (
            "Pictures: `picture` is a picture's name, `evidence_ids` what was found in it."
            if rows
            else "There is no picture."
        )
        parts.append(_block(plan.describes_pictures, told, rows))
    clock = _clock(timeline)
    if plan.places and clock is None:
        parts.append(_block(plan.places, "Nothing of the asset has a time or a page.", ()))
    return Slots(gaps, pictures, clock, "\n\n".join(parts))


def _block(pointer: str, told: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Everything in it is counted or named by code: no word of the asset stands outside the evidence.

    Where there is nothing to fill, it says so: who is only told of a list fills it with something.
    """
    name = pointer.rsplit("/", 1)[-1]
    lines = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    wanted = f"Fill `{name}` with at most one item for each." if lines else f"Leave `{name}` empty."
    return f'{told} {wanted}\n<slots for="{name}">\n{lines}</slots>'


def _gap(gap: Gap, words_per_minute: int, evidence: Sequence[Evidence]) -> dict[str, Any]:
    seen = [
        piece.evidence_id
        for piece in evidence
        if piece.modality == "vision"
        and piece.span.start_ms is not None
        and piece.span.end_ms is not None
        and piece.span.start_ms < gap.end_ms
        and gap.start_ms < max(piece.span.end_ms, piece.span.start_ms + 1)
    ]
    return {
        "gap": gap.number,
        "span": encode(Span(gap.start_ms, gap.end_ms)),
        "max_words": gap.max_words(words_per_minute),
        "evidence_ids": seen[:_MOST_CITED],
    }


def _by_picture(evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for piece in evidence:
        if (name := picture_of(piece.source)) is not None:
            found.setdefault(name, []).append(piece)
    return found


def _picture(name: str, pieces: Sequence[Evidence]) -> dict[str, Any]:
    return {
        "picture": name,
        "span": encode(pieces[0].span),
        "evidence_ids": [piece.evidence_id for piece in pieces[:_MOST_CITED]],
    }


def _clock(timeline: Timeline) -> ChapterClock | None:
    """Time where anything is timed (a caption file ends with its last cue), else pages, else nothing."""
    spans = [piece.span for piece in timeline.evidence]
    if any(span.is_timed for span in spans):
        ends = [item.span.end_ms for item in timeline.observations if item.span.end_ms is not None]
        return ChapterClock("ms", timeline.duration_ms or max(ends, default=0))
    pages = [item.span.page for item in timeline.observations if item.span.page is not None]
    if pages and any(span.page is not None for span in spans):
        return ChapterClock("page", max(pages))
    return None
