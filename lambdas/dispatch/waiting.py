"""How long a message waits that nothing can be done about yet. Pure but for chance, which is handed in."""

from __future__ import annotations

import math

__all__ = ["seconds_after_throttle", "seconds_to_wait", "until_tomorrow"]

# The most that SQS delays a message (SendMessage, DelaySeconds).
MOST_SECONDS = 900
_LEAST_SECONDS = 2
# As many as there are places ask in this time, however many wait: enough to fill every place that falls free
# where assets take as long, for about $0.07 an hour with 50 places while there is anything that waits.
_SECONDS_PER_ROUND = 5
# Up to half as much more, so that they don't come as one; a state waits as long at most.
_AFTER_THROTTLE_SECONDS = 20


def seconds_to_wait(waiting: int, limit: int, chance: float) -> int:
    """Whole seconds before an asset asks again for one of ``limit`` places, with ``waiting`` others.

    Those far behind ask seldom. ``chance``, 0 to 1, spreads them by a quarter: they don't come as one.
    """
    seconds = _SECONDS_PER_ROUND * (waiting / limit) * (0.75 + chance / 2)
    return min(MOST_SECONDS, max(_LEAST_SECONDS, math.ceil(seconds)))


def until_tomorrow(now: str) -> int:
    """Whole seconds until the next UTC day, as far as a message can wait; ``now`` is ISO 8601 in UTC."""
    hours, minutes, seconds = int(now[11:13]), int(now[14:16]), int(now[17:19])
    return max(1, min(MOST_SECONDS, 86_400 - (hours * 3600 + minutes * 60 + seconds)))


def seconds_after_throttle(chance: float) -> int:
    """Whole seconds before what was throttled is tried again; ``chance`` is 0 to 1."""
    return math.ceil(_AFTER_THROTTLE_SECONDS * (1 + chance / 2))
