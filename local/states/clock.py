"""Time and chance, handed in so that tests decide them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """``now`` gives seconds since the epoch, ``chance`` a number in [0, 1) for jitter.

    ``monotonic`` gives the seconds by which time limits and heartbeats are held.
    ``wait_scale`` shortens the waits of Wait states and between retries, never a timeout.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    wait_scale: float = 1.0


def timestamp(seconds: float) -> str:
    """Seconds since the epoch as AWS writes them, e.g. ``2026-11-29T02:00:00.123Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def parse_timestamp(text: object) -> float | None:
    """Seconds since the epoch of an RFC 3339 timestamp with its offset; None for anything else."""
    if not isinstance(text, str) or len(text) < len("2026-11-29T00:00:00Z") or text[10] != "T":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.timestamp()
