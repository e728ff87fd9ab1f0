"""Which keyframes are shown beside a question, as evidence that an answer may cite. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import KeyframeAnalysis
from lambdas.inference.question.relevance import shared_with
from lambdas.inference.request.pictures import picture_of, shown_picture

__all__ = ["with_pictures"]

_SEEN, _MEANWHILE = 2, 1  # a term that stands in the picture counts as much as two that are said beside it


def with_pictures(
    timeline: Timeline, keyframes: Sequence[KeyframeAnalysis], question: str, limit: int
) -> Timeline:
    """The timeline with a piece of evidence for each picture that is shown, ``limit`` at most.

    Those come first in which, or during which, the question's words are seen or said; what nothing was found
    in may still show what is asked for, so that the rest is spread over the whole asset.
    """
    shared = shared_with(question, timeline.observations)
    bearing = [(item, len(terms)) for item, terms in zip(timeline.observations, shared, strict=True) if terms]
    scores = {frame.keyframe_id: _score(frame, bearing) for frame in keyframes}
    ranked = sorted(keyframes, key=lambda frame: -scores[frame.keyframe_id])
    first = [frame for frame in ranked if scores[frame.keyframe_id]][:limit]
    others = [frame for frame in keyframes if frame not in first]
    room = min(limit - len(first), len(others))
    chosen = {
        frame.keyframe_id for frame in (*first, *(others[at * len(others) // room] for at in range(room)))
    }
    shown = tuple(_as_evidence(frame) for frame in keyframes if frame.keyframe_id in chosen)
    return replace(timeline, evidence=(*timeline.evidence, *shown))


def _score(frame: KeyframeAnalysis, bearing: Sequence[tuple[Observation, int]]) -> int:
    seen = sum(shared for item, shared in bearing if picture_of(item.source) == frame.keyframe_id)
    meanwhile = sum(
        shared
        for item, shared in bearing
        if item.member == frame.member and _is_during(item, frame) and picture_of(item.source) is None
    )
    return _SEEN * seen + _MEANWHILE * meanwhile


def _is_during(item: Observation, frame: KeyframeAnalysis) -> bool:
    if frame.page is not None or item.span.page is not None:
        return frame.page == item.span.page
    start_ms, end_ms = item.span.start_ms, item.span.end_ms
    if frame.at_ms is None or start_ms is None or end_ms is None:
        return False
    return start_ms <= frame.at_ms < end_ms


def _as_evidence(frame: KeyframeAnalysis) -> Evidence:
    return Evidence(
        evidence_id=f"picture-{frame.keyframe_id}",
        modality=Modality.VISION,
        kind="description",
        span=frame.span,
        text="",  # it has no words: an engine that only quotes has nothing to take from it
        confidence=1.0,
        source=shown_picture(frame.keyframe_id),
        member=frame.member,
        reason="shown beside the question",
    )
