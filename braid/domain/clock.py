"""Time as records and results write it: ISO 8601 in UTC with milliseconds and ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["iso", "parse_iso", "seconds_between"]


def iso(moment: datetime) -> str:
    """``2026-11-20T23:59:00.123Z``; ``moment`` must know its time zone."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """What AWS and ``iso`` write, as an aware datetime. Raises ``ValueError`` for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment


def seconds_between(earlier: str, later: str) -> float:
    """The seconds from one ISO moment to another, rounded to milliseconds."""
    return round((parse_iso(later) - parse_iso(earlier)).total_seconds(), 3)
