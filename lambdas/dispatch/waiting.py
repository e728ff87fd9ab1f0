"""How long a message waits that nothing can be done about yet. Pure but for chance, which is handed in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Look", "read_look", "seconds_after_throttle", "seconds_to_wait", "until_tomorrow"]

# The most that SQS delays a message (SendMessage, DelaySeconds).
MOST_SECONDS = 900
_LEAST_SECONDS = 2
# Before anything is known of how fast places fall free, as many ask in this time as there are places.
_FIRST_ROUND_SECONDS = 5
# Then so many ask for each place that falls free, whether an asset takes ten seconds or ten minutes: it stays
# empty for a quarter of the time in which the next one does.
_ASKS_PER_PLACE = 4
# However seldom one does, somebody asks in this time. What took a while to see holds for half as long again.
_LONGEST_SILENCE_SECONDS = 5
_TRUST = 1.5
# Up to half as much more, so that they don't come as one; a state waits as long at most.
_AFTER_THROTTLE_SECONDS = 20


@dataclass(frozen=True)
class Look:
    """What a message saw when it asked for a place: ``at`` in epoch seconds, and how many ``left`` theirs.

    They are counted from the day's begin (UTC): after midnight a message sees fewer than before.
    """

    at: int
    left: int


def read_look(value: Any) -> Look | None:
    """What a message that was sent again carries of its last look, as :class:`Look` in JSON."""
    if not isinstance(value, Mapping):
        return None
    at, left = value.get("at"), value.get("left")
    return Look(at, left) if isinstance(at, int) and isinstance(left, int) else None


def seconds_to_wait(waiting: int, limit: int, now: Look, last: Look | None, chance: float) -> int:
    """Whole seconds before an asset asks again for one of ``limit`` places, with ``waiting`` others.

    The more wait, the seldomer each asks: all of them together by how many left since the ``last`` look.
    ``chance``, 0 to 1, spreads them by a quarter: they don't come as one.
    """
    if last is None or now.at <= last.at:
        seconds = _FIRST_ROUND_SECONDS * (waiting / limit)
    else:
        took = now.at - last.at
        asks_per_second = max(
            1 / _LONGEST_SILENCE_SECONDS, _ASKS_PER_PLACE * max(0, now.left - last.left) / took
        )
        seconds = min(waiting / asks_per_second, _TRUST * took)
    return min(MOST_SECONDS, max(_LEAST_SECONDS, math.ceil(seconds * (0.75 + chance / 2))))


def until_tomorrow(now: str) -> int:
    """Whole seconds until the next UTC day, as far as a message can wait; ``now`` is ISO 8601 in UTC."""
    hours, minutes, seconds = int(now[11:13]), int(now[14:16]), int(now[17:19])
    return max(1, min(MOST_SECONDS, 86_400 - (hours * 3600 + minutes * 60 + seconds)))


def seconds_after_throttle(chance: float) -> int:
    """Whole seconds before what was throttled is tried again; ``chance`` is 0 to 1."""
    return math.ceil(_AFTER_THROTTLE_SECONDS * (1 + chance / 2))
