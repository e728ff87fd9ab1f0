"""Which errors Retry and Catch match, and how long a retry waits.

Source: https://states-language.net/spec.html#errors and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local.states.errors import StateError

_WILDCARDS = frozenset({"States.ALL", "States.TaskFailed"})
_NEVER_BY_WILDCARD = frozenset({"States.Runtime", "States.DataLimitExceeded"})
_DEFAULT_ATTEMPTS = 3


def error_matches(error_equals: Sequence[str], error: str | None) -> bool:
    """Whether an ``ErrorEquals`` list matches the error; None is a callback's failure without a name."""
    if error == "States.Runtime":
        return False
    if error in error_equals and error not in _WILDCARDS:
        return True
    if error in _NEVER_BY_WILDCARD:
        return False
    return "States.ALL" in error_equals or ("States.TaskFailed" in error_equals and error != "States.Timeout")


def delay_seconds(retrier: Mapping[str, Any], earlier_retries: int, chance: float) -> float:
    """How long to wait before the next attempt; ``chance`` in [0, 1) decides a full jitter."""
    rate, interval = float(retrier.get("BackoffRate", 2.0)), float(retrier.get("IntervalSeconds", 1))
    longest = float(retrier.get("MaxDelaySeconds", "inf"))
    try:
        delay = min(longest, interval * rate**earlier_retries)
    except OverflowError:
        delay = longest
    return delay * chance if retrier.get("JitterStrategy") == "FULL" else delay


class RetryPlan:
    """What one visit of a state has already retried: each retrier counts its own errors."""

    def __init__(self, retriers: Sequence[Mapping[str, Any]]) -> None:
        self._retriers = retriers
        self._used = [0] * len(retriers)

    @property
    def count(self) -> int:
        """All retries so far, ``$$.State.RetryCount``."""
        return sum(self._used)

    def next_delay(self, error: StateError, chance: float) -> float | None:
        """Seconds to wait before another attempt, which counts as made; None when there is none left."""
        for index, retrier in enumerate(self._retriers):
            if not _names(retrier, error):
                continue
            if self._used[index] >= int(retrier.get("MaxAttempts", _DEFAULT_ATTEMPTS)):
                return None
            self._used[index] += 1
            return delay_seconds(retrier, self._used[index] - 1, chance)
        return None


def catcher_of(catchers: Sequence[Mapping[str, Any]], error: StateError) -> Mapping[str, Any] | None:
    """The first catcher that takes the error."""
    return next((catcher for catcher in catchers if _names(catcher, error)), None)


def _names(rule: Mapping[str, Any], error: StateError) -> bool:
    listed = rule["ErrorEquals"]
    return error_matches(listed, error.error) or (error.alias is not None and error.alias in listed)
