"""Those who wait ask often enough to fill every place, and no oftener."""

from __future__ import annotations

import heapq
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.dispatch.events import read_arrival
from lambdas.dispatch.waiting import MOST_SECONDS, Look, read_look, seconds_to_wait, until_tomorrow

looks = st.builds(Look, at=st.integers(0, 10_000), left=st.integers(0, 10_000))


@given(st.integers(0, 100_000), st.integers(1, 5_000), looks, st.none() | looks, st.floats(0, 1))
def test_nobody_waits_longer_than_a_message_can(
    waiting: int, limit: int, now: Look, last: Look | None, chance: float
) -> None:
    assert 2 <= seconds_to_wait(waiting, limit, now, last, chance) <= MOST_SECONDS


@pytest.mark.parametrize(("now", "seconds"), [("23:59:50", 10), ("00:00:00", 900), ("23:50:00", 600)])
def test_a_day_ends_at_midnight_utc(now: str, seconds: int) -> None:
    assert until_tomorrow(f"2026-11-20T{now}.000Z") == seconds


@pytest.mark.parametrize(
    ("dropped", "limit", "takes", "most_asks"),
    [(400, 50, 60, 7), (400, 50, 300, 10), (3_000, 50, 60, 8), (60, 1, 60, 16), (100, 8, 60, 7)],
)
def test_places_are_filled_by_a_few_questions(dropped: int, limit: int, takes: int, most_asks: int) -> None:
    """The last has ended almost as early as if somebody knew when a place falls free."""
    ended_at, asked = _processed(dropped, limit, takes, random.Random(1))
    assert ended_at <= 1.2 * takes * -(-dropped // limit)
    assert asked <= most_asks * dropped


def test_a_message_carries_what_it_saw() -> None:
    event = {
        "detail-type": "Object Created",
        "time": "2026-11-20T10:00:00Z",
        "detail": {"bucket": {"name": "b"}, "object": {"key": "inbox/general/a.mp4", "version-id": "v1"}},
    }
    first = read_arrival(json.dumps(event))
    assert first.last_look is None
    again = read_arrival(first.body_with(Look(at=7, left=3)))
    assert again.last_look == Look(at=7, left=3)
    assert (again.source, again.arrived_at) == (first.source, first.arrived_at)
    assert read_arrival(again.body_with(Look(at=9, left=4))).last_look == Look(at=9, left=4)


@pytest.mark.parametrize(
    "value", [None, 3, [], {}, {"at": "x", "left": 1}, {"at": 1.5, "left": 1}, {"at": 1}]
)
def test_a_look_that_nobody_wrote_is_none(value: object) -> None:
    assert read_look(value) is None


def _processed(dropped: int, limit: int, takes: int, rng: random.Random) -> tuple[int, int]:
    """When the last has ended, and how often was asked: all come at once, each takes about as long."""
    due: list[tuple[int, int, Look | None]] = [(rng.randrange(5), number, None) for number in range(dropped)]
    heapq.heapify(due)
    running: list[int] = []
    ended_at = asked = left = 0
    while due:
        now, number, last = heapq.heappop(due)
        while running and running[0] <= now:
            heapq.heappop(running)
            left += 1
        asked += 1
        if len(running) < limit:
            end = now + round(takes * rng.uniform(2 / 3, 4 / 3))
            ended_at = max(ended_at, end)
            heapq.heappush(running, end)
            continue
        look = Look(now, left)
        seconds = seconds_to_wait(len(due) + 1, limit, look, last, rng.random())
        heapq.heappush(due, (now + seconds, number, look))
    return ended_at, asked
