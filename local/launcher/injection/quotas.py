"""Quotas of an account: so many calls a second of an operation; beyond that it is throttled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.launcher.injection.faults import FaultError

__all__ = ["Quotas"]

# Code and status with which each service says so, from the services' models and their API references.
_REFUSALS = {
    "bedrock-runtime": ("ThrottlingException", 429),
    "comprehend": ("TooManyRequestsException", 400),
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "rekognition": ("ProvisionedThroughputExceededException", 400),
    "s3": ("SlowDown", 503),
    "textract": ("ProvisionedThroughputExceededException", 400),
    "transcribe": ("LimitExceededException", 400),
}


@dataclass
class _Bucket:
    """Tokens, one a call, which come back at ``per_second``; as many as come in a second can be saved."""

    per_second: float
    tokens: float
    filled_at: float

    def take(self, now: float) -> bool:
        most = max(1.0, self.per_second)
        self.tokens = min(most, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Quotas:
    """The rates in force, and what they refused; safe to use from any thread. ``now`` gives seconds."""

    def __init__(self, aliases: Mapping[str, str], now: Callable[[], float] = time.monotonic) -> None:
        self._aliases = aliases
        self._now = now
        self._lock = threading.Lock()
        self._rates: dict[tuple[str, str], float] = {}
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._counts: dict[tuple[str, str], list[int]] = {}

    def add(self, service: str, operation: str, per_second: float) -> None:
        """Holds an operation to a rate; ``*`` holds each of the service's by itself, as AWS does."""
        if per_second <= 0:
            raise FaultError("per_second is a number above 0")
        with self._lock:
            self._rates[self._aliases.get(service, service), operation] = per_second

    def refusal(self, service: str, operation: str) -> tuple[str, int] | None:
        """Error code and status for this call where it exceeds its rate; else it is counted and None."""
        with self._lock:
            rate = self._rates.get((service, operation), self._rates.get((service, "*")))
            if rate is None:
                return None
            now, key = self._now(), (service, operation)
            bucket = self._buckets.setdefault(key, _Bucket(rate, max(1.0, rate), now))
            granted = bucket.take(now)
            self._counts.setdefault(key, [0, 0])[0 if granted else 1] += 1
        return None if granted else _REFUSALS.get(service, ("ThrottlingException", 400))

    def any(self) -> bool:
        """Whether any rate is in force."""
        return bool(self._rates)

    def report(self) -> list[dict[str, Any]]:
        """The operations that were held to a rate: calls ``granted`` and ``refused``."""
        with self._lock:
            return [
                {"service": service, "operation": operation, "granted": granted, "refused": refused}
                for (service, operation), (granted, refused) in sorted(self._counts.items())
            ]

    def clear(self) -> None:
        """Lifts all rates and forgets the counts."""
        with self._lock:
            self._rates.clear()
            self._buckets.clear()
            self._counts.clear()
