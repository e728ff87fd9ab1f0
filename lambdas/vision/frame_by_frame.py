"""Works on several keyframes at once, the first one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from braid.domain.evidence.vision import Keyframe
from braid.runtime.side_by_side import side_by_side

__all__ = ["frame_by_frame"]

T = TypeVar("T")


def frame_by_frame(
    frames: Sequence[Keyframe], work: Callable[[Keyframe], T], *, at_once: int
) -> dict[str, T]:
    """What ``work`` gives for each keyframe, by its id, in order; as ``side_by_side`` does it."""
    done = side_by_side(frames, work, at_once=at_once)
    return {frame.keyframe_id: item for frame, item in zip(frames, done, strict=True)}
