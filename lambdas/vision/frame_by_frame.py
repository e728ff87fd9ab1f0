"""Works on several keyframes at once, the first one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from domain.vision import Keyframe

__all__ = ["frame_by_frame"]

T = TypeVar("T")


def frame_by_frame(
    frames: Sequence[Keyframe], work: Callable[[Keyframe], T], *, at_once: int
) -> dict[str, T]:
    """What ``work`` gives for each keyframe, by its id, in order.

    The first keyframe goes alone: an operation that isn't to be had is found out once, not once a thread.
    Where ``work`` raises, what runs is awaited, nothing more is begun, and the first error is raised.
    """
    done = {frame.keyframe_id: work(frame) for frame in frames[:1]}
    with ThreadPoolExecutor(at_once) as pool:
        running = {frame.keyframe_id: pool.submit(work, frame) for frame in frames[1:]}
        try:
            done.update({keyframe_id: future.result() for keyframe_id, future in running.items()})
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return done
