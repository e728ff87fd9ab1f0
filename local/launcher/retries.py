"""Which errors Retry and Catch match, and how long a retry waits.

Symptoms: ``States.ALL`` catches ``States.Runtime`` and ``States.DataLimitExceeded``, which on AWS end the
execution; ``MaxDelaySeconds`` and ``JitterStrategy`` are ignored; a wait goes on after the execution was
stopped.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services import stepfunctions

from local.launcher.executions import current_work

RELIES_ON = (
    "ministack.services.stepfunctions:_error_matches(error_equals, error)",
    "ministack.services.stepfunctions:_find_matching_retrier(retriers, error, retry_counts)",
    "ministack.services.stepfunctions:_scaled_sleep(seconds)",
    "ministack.services.stepfunctions:_SFN_WAIT_SCALE",
)

_WILDCARDS = frozenset({"States.ALL", "States.TaskFailed"})
_NEVER_BY_WILDCARD = frozenset({"States.Runtime", "States.DataLimitExceeded"})


def apply() -> None:
    """Replaces matching and waiting."""
    stock_retrier = stepfunctions._find_matching_retrier

    def find_retrier(retriers: Sequence[Mapping[str, Any]], error: str, counts: Mapping[int, int]) -> Any:
        retrier, index = stock_retrier(retriers, error, counts)
        if retrier is None:
            return retrier, index
        # The caller multiplies the interval by the rate; hand it the finished delay and a rate of one.
        seconds = delay_seconds(retrier, counts.get(index, 0), random.random())
        return {**retrier, "IntervalSeconds": seconds, "BackoffRate": 1}, index

    stepfunctions._error_matches = error_matches
    stepfunctions._find_matching_retrier = find_retrier
    stepfunctions._scaled_sleep = sleep


def error_matches(error_equals: Sequence[str], error: str) -> bool:
    """Whether an ``ErrorEquals`` list matches the error, as the language's specification says."""
    if error == "States.Runtime":
        return False
    if error in error_equals and error not in _WILDCARDS:
        return True
    if error in _NEVER_BY_WILDCARD:
        return False
    return "States.ALL" in error_equals or ("States.TaskFailed" in error_equals and error != "States.Timeout")


def delay_seconds(retrier: Mapping[str, Any], earlier_retries: int, chance: float) -> float:
    """How long to wait before the next attempt; ``chance`` in [0, 1) decides a full jitter.

    MiniStack cuts every wait at 60 s, which AWS doesn't.
    """
    delay = (
        float(retrier.get("IntervalSeconds", 1)) * float(retrier.get("BackoffRate", 2.0)) ** earlier_retries
    )
    if "MaxDelaySeconds" in retrier:
        delay = min(delay, float(retrier["MaxDelaySeconds"]))
    return delay * chance if retrier.get("JitterStrategy") == "FULL" else delay


def sleep(seconds: float) -> None:
    """Waits, scaled by the launcher's setting; ends early with ``StoppedError`` when the work is stopped."""
    scaled = seconds * stepfunctions._SFN_WAIT_SCALE
    work = current_work.get()
    if work is not None:
        work.scope.sleep(scaled)
    elif scaled > 0:
        time.sleep(scaled)
