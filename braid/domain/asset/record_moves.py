"""Which status a record may take next, whoever asks: in time, repeated, late or overtaken. Pure.

A record is open until it is closed, once. A closed one changes for a newer attempt alone, and for the
execution that closed it: to say the same again, or to take back a success that it couldn't show.
"""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.asset.asset import AssetStatus

__all__ = ["Move", "Standing", "may_move"]

_PUBLISHED = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)


@dataclass(frozen=True)
class Standing:
    """What decides about a record's next status; ``execution_arn`` is whose word it has."""

    attempt: int
    status: AssetStatus
    execution_arn: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Move:
    """A status that ``execution_arn`` asks for. With ``takes_back`` its own success may go for it."""

    attempt: int
    status: AssetStatus
    execution_arn: str | None
    reason: str | None = None
    takes_back: bool = False


def may_move(standing: Standing | None, move: Move) -> bool:
    """Whether the record, ``None`` if there is none yet, may take the status that is asked for."""
    if standing is None or standing.attempt < move.attempt:
        return True
    if standing.attempt > move.attempt:
        return False
    if standing.status.is_open:
        return True
    if standing.execution_arn != move.execution_arn:
        return False
    is_repeat = (standing.status, standing.reason) == (move.status, move.reason)
    return is_repeat or (move.takes_back and standing.status in _PUBLISHED)
