"""How assets that run at once share a quota, in virtual time: as many tries as it takes, or by turns.

The quota is the embedded AWS's own, pace and place in a step are ``braid.runtime.survey``'s, the waits
between tries those of the state machine. Of botocore's retries the backoff is as its standard mode has it;
what its adaptive mode adds, a slower pace after a throttle, is left out.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.launcher.injection.quotas import Quotas

__all__ = ["Load", "Shared", "by_tries", "by_turns"]

_ASL = Path(__file__).resolve().parents[2] / "statemachines" / "analyze_asset.asl.json"
_ATTEMPTS = 4  # braid.aws.clients
_LONGEST_BACKOFF_SECONDS = 20.0

Steps = Generator[float, None, None]  # yields how many seconds pass


@dataclass(frozen=True)
class Load:
    """``assets`` with ``calls`` each, of ``call_seconds``, paced at ``per_second`` by each step; ``slots``
    run at once, and an account allows ``quota`` calls a second."""

    assets: int
    calls: int
    call_seconds: float
    per_second: float
    slots: int
    quota: float

    @property
    def allowed_seconds(self) -> float:
        """How long the quota alone takes, beyond what it lets pass at once."""
        return (self.assets * self.calls - self.quota) / self.quota


@dataclass
class Shared:
    """``seconds`` until the last asset ended; ``longest_seconds`` the longest that one step was tried;
    ``function_seconds`` for which functions ran, waiting included."""

    seconds: float = 0.0
    longest_seconds: float = 0.0
    throttled: int = 0
    tries: int = 0
    function_seconds: float = 0.0
    turns: int = 0


@dataclass
class _World:
    load: Load
    rng: random.Random
    now: float = 0.0
    shared: Shared = field(default_factory=Shared)

    def __post_init__(self) -> None:
        self.quotas = Quotas({}, lambda: self.now)
        self.quotas.add("service", "Ask", self.load.quota)

    def is_answered(self) -> bool:
        answered = self.quotas.refusal("service", "Ask") is None
        self.shared.throttled += not answered
        return answered


def by_tries(load: Load, *, seed: int, longest_wait_seconds: float | None = None) -> Shared:
    """As it is built: a throttled call is tried again by botocore, then its step by the state machine.

    ``longest_wait_seconds`` stands for the state machine's own ``MaxDelaySeconds``.
    """
    retrier = _throttle_retrier()
    most = retrier["MaxDelaySeconds"] if longest_wait_seconds is None else longest_wait_seconds
    world = _World(load, random.Random(seed))

    def asset() -> Steps:
        left, entered = load.calls, world.now
        for number in itertools.count():
            began = world.now
            world.shared.tries += 1
            while left and (yield from _call_with_retries(world)):
                left -= 1
                yield max(load.call_seconds, 1 / load.per_second)
            world.shared.function_seconds += world.now - began
            if not left:
                break
            wait = min(most, retrier["IntervalSeconds"] * retrier["BackoffRate"] ** number)
            yield world.rng.random() * wait
        world.shared.longest_seconds = max(world.shared.longest_seconds, world.now - entered)

    return _run(world, asset)


def by_turns(load: Load, *, seed: int) -> Shared:
    """With a lease: one item in a table says when the next call may begin, and each call moves it on."""
    world = _World(load, random.Random(seed))
    next_at = 0.0

    def asset() -> Steps:
        nonlocal next_at
        entered = world.now
        world.shared.tries += 1
        for _ in range(load.calls):
            turn = next_at = max(world.now, next_at + 1 / load.quota)
            world.shared.turns += 1
            yield turn - world.now
            if not world.is_answered():
                raise AssertionError("a turn was throttled")
            yield max(load.call_seconds, 1 / load.per_second)
        world.shared.function_seconds += world.now - entered
        world.shared.longest_seconds = max(world.shared.longest_seconds, world.now - entered)

    return _run(world, asset)


def _call_with_retries(world: _World) -> Generator[float, None, bool]:
    for attempt in range(_ATTEMPTS):
        if world.is_answered():
            return True
        if attempt + 1 < _ATTEMPTS:
            yield world.rng.random() * min(2.0**attempt, _LONGEST_BACKOFF_SECONDS)
    return False


def _throttle_retrier() -> dict[str, Any]:
    state = json.loads(_ASL.read_text(encoding="utf-8"))["States"]["Infer Answer"]
    (found,) = [retrier for retrier in state["Retry"] if "ThrottledError" in retrier["ErrorEquals"]]
    return dict(found)


def _run(world: _World, asset: Any) -> Shared:
    """Lets ``slots`` assets run at once until all have ended."""
    order = itertools.count()
    waiting = [asset() for _ in range(world.load.assets)]
    due: list[tuple[float, int, Steps]] = []
    for steps in [waiting.pop() for _ in range(min(world.load.slots, len(waiting)))]:
        heapq.heappush(due, (0.0, next(order), steps))
    while due:
        world.now, _, steps = heapq.heappop(due)
        try:
            heapq.heappush(due, (world.now + next(steps), next(order), steps))
        except StopIteration:
            if waiting:
                heapq.heappush(due, (world.now, next(order), waiting.pop()))
    world.shared.seconds = world.now
    return world.shared
