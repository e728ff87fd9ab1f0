"""Waits between tries that end with the job that is waited for."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from local.states.clock import parse_timestamp
from local.states.errors import StateError
from local.states.retry_waits import RetryWaits
from local.states.scope import Scope
from tests.unit.states.world import FUNCTION, World, ended, machine, task

DAYS = [{"ErrorEquals": ["PendingError"], "IntervalSeconds": 86_400, "MaxAttempts": 3, "BackoffRate": 1}]


def test_a_job_that_has_ended_is_asked_for_at_once() -> None:
    pending = threading.Event()
    seen: list[str] = []

    def job(parameters: Any) -> Any:
        seen.append(parameters["at"])
        if not pending.is_set():
            pending.set()
            raise StateError("PendingError")
        return parameters["job_name"]

    world = World({FUNCTION: job}, wait_scale=0.5)
    asks = task(
        Parameters={"job_name.$": "$.of.job_name", "at.$": "$$.State.EnteredTime"}, Retry=DAYS, ResultPath="$"
    )
    execution = world.start(machine(A=asks), {"of": {"job_name": "talk-1"}})
    assert pending.wait(60)
    while not execution.ended.wait(0.01):
        world.executions.retry_waits.end_for(["talk-1", "COMPLETED"])

    assert ended(execution).output == "talk-1"
    first, second = (parse_timestamp(at) or 0.0 for at in seen)
    assert first - second < 86_400 / 2, "it is as if it had waited twice as long as it did, not the interval"


@pytest.mark.parametrize(
    ("names", "scale"), [(["talk-10"], 0.5), (["alk-1"], 0.5), (["talk-1"], 1.0)], ids=str
)
def test_who_waits_for_another_job_or_as_long_as_on_aws_waits_on(names: list[str], scale: float) -> None:
    waits, told = RetryWaits(), threading.Event()

    def tell() -> None:
        while not told.wait(0.005):
            waits.end_for(names)

    telling = threading.Thread(target=tell)
    telling.start()
    waited = waits.sleep(Scope(), 0.2, scale, {"job_name": "talk-1"})
    told.set()
    telling.join()

    assert waited == 0.2


def test_what_waits_is_forgotten_when_it_has_ended() -> None:
    waits, scope = RetryWaits(), Scope()
    waits.sleep(scope, 0.01, 0.5, {})
    assert waits._waiting == {}
