"""When a service fails: raise for the state machine to retry, or list the operation as missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
from braid.runtime.metrics import count_refusal
from braid.runtime.missing_reasons import missing_reason, plain_reason

__all__ = ["Availability", "Retries"]


@dataclass(frozen=True)
class Retries:
    """How often this state has been retried, and how often its ``Retry`` allows, by error."""

    count: int = 0
    throttled_limit: int = 0
    unavailable_limit: int = 0


class Availability:
    """Collects the wanted operations that could not deliver, so that the rest of a step still counts.

    Errors that another try can't fix are listed at once. Throttles and outages are raised, so that the
    state machine retries the step, until its last try, where they are listed too.
    """

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
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
        except ThrottledError as error:
            if self._retries.count < self._retries.throttled_limit:
                raise
            self._fail(operation, error)
        except ServiceUnavailableError as error:
            if self._retries.count < self._retries.unavailable_limit:
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
