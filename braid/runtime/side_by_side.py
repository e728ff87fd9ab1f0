"""Works on several things at once, the first one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["side_by_side"]

Item = TypeVar("Item")
T = TypeVar("T")


def side_by_side(items: Sequence[Item], work: Callable[[Item], T], *, at_once: int) -> list[T]:
    """What ``work`` gives for each item, in order.

    The first item goes alone: an operation that isn't to be had is found out once, not once a thread.
    Where ``work`` raises, what runs is awaited, nothing more is begun, and the first error is raised.
    """
    done = [work(item) for item in items[:1]]
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(work, item) for item in items[1:]]
        try:
            done.extend(future.result() for future in running)
        except BaseException:  # also an interrupt; leaving the pool would work off the whole queue first
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return done
