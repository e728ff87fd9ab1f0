"""When a service fails: raise for the state machine to retry, or list the operation as missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from braid.domain.clock import seconds_between
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import MissingOperation
from braid.runtime.handler import logger
from braid.runtime.metrics import count_error, count_refusal
from braid.runtime.missing_reasons import missing_reason, plain_reason
from braid.runtime.now import utc_now

__all__ = ["Availability", "Retries"]


@dataclass(frozen=True)
class Retries:
    """Since when this state is tried, and for how long each kind of error may be retried.

    The state machine says so in every step's input: ``entered_at`` is ``$$.State.EnteredTime``. A count would
    not do: ``$$.State.RetryCount`` counts all retriers together, so that a few busy Lambdas used up the
    patience for a throttle. The last three members are those of the definition before, whose executions may
    wait for a reviewer for a month: they still decide where ``entered_at`` is missing.
    """

    entered_at: str | None = None
    throttled_seconds: int = 0
    unavailable_seconds: int = 0
    count: int = 0
    throttled_limit: int = 0
    unavailable_limit: int = 0

    def may_wait(self, error: ThrottledError | ServiceUnavailableError, now: str) -> bool:
        """Whether the error is left to the state machine, which tries again later."""
        is_throttle = isinstance(error, ThrottledError)
        if self.entered_at is None:
            return self.count < (self.throttled_limit if is_throttle else self.unavailable_limit)
        patience_seconds = self.throttled_seconds if is_throttle else self.unavailable_seconds
        return seconds_between(self.entered_at, now) < patience_seconds


class Availability:
    """Collects the wanted operations that could not deliver, so that the rest of a step still counts.

    Errors that another try can't fix are listed at once. Throttles and outages are raised, so that the
    state machine retries the step, for as long as its plan says; past that they are listed too.
    """

    def __init__(self, retries: Retries, now: Callable[[], str] = utc_now) -> None:
        self._retries = retries
        self._now = now
        self._missing: dict[str, str] = {}
        self._incomplete: dict[str, str] = {}

    @contextmanager
    def wanted(self, operation: str) -> Iterator[None]:
        """Runs one wanted operation, such as ``comprehend:DetectSentiment``."""
        try:
            yield
        except (AccessDeniedError, UnsupportedError, InvalidServiceOutputError) as error:
            self._fail(operation, error)
        except RefusedByServiceError as error:
            count_refusal(operation)
            self._fail(operation, error)
        except (ThrottledError, ServiceUnavailableError) as error:
            if self._retries.may_wait(error, self._now()):
                raise
            self._fail(operation, error)

    def list_missing(self, operation: str, reason: str) -> None:
        """Lists ``operation`` as missing; the first reason stands."""
        self._missing.setdefault(operation, plain_reason(reason))

    def list_incomplete(self, operation: str, reason: str) -> None:
        """Lists ``operation`` as missing for some pieces; others may still be asked about."""
        self._incomplete.setdefault(operation, plain_reason(reason))

    def _fail(self, operation: str, error: BraidError) -> None:
        logger.warning(
            "operation missing",
            extra={"operation": operation, "error": type(error).__name__, "cause": str(error)},
        )
        count_error(error)
        self._missing.setdefault(operation, missing_reason(operation, error))

    def reason(self, operation: str) -> str:
        """Why ``operation`` is missing; nothing where it isn't."""
        return self._missing.get(operation, "")

    def is_missing(self, operation: str) -> bool:
        """Whether the operation already failed for good: no need to ask for every frame again."""
        return operation in self._missing

    @property
    def missing(self) -> tuple[MissingOperation, ...]:
        """What was listed, by operation name."""
        listed = {**self._incomplete, **self._missing}
        return tuple(MissingOperation(name, reason) for name, reason in sorted(listed.items()))
