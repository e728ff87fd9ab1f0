"""Calls are spread evenly, from however many threads."""

from __future__ import annotations

import threading

import pytest

from braid.runtime.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))


def test_the_first_call_goes_at_once_the_others_wait_their_turn() -> None:
    clock = Clock()
    limit = RateLimit(4, clock=clock.read, sleep=clock.sleep)
    for _call in range(4):
        limit.wait()
    assert clock.slept == [0.25, 0.5, 0.75]
    clock.now += 10
    limit.wait()
    assert len(clock.slept) == 3, "after a pause nobody waits"


def test_threads_share_one_rate() -> None:
    clock = Clock()
    limit = RateLimit(10, clock=clock.read, sleep=clock.sleep)
    threads = [threading.Thread(target=limit.wait) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(clock.slept) == pytest.approx([0.1 * turn for turn in range(1, 20)])


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        RateLimit(0)
