"""Which status a record may take next, whoever asks: in time, repeated, late or overtaken. Pure.

A record is open until it is closed, once. A closed one changes for a newer attempt alone, and for the
execution that closed it: to say the same again, to take back a success that it couldn't show, or, redriven
after its failure, to end otherwise. A redriven execution keeps its ARN and counts its runs: what a run left
behind that is over says nothing any more.
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
    redrive_count: int = 0


@dataclass(frozen=True)
class Move:
    """A status that ``execution_arn`` asks for. With ``takes_back`` its own success may go for it.

    ``redrive_count`` is ``None`` where a definition of before asks, which doesn't pass it.
    """

    attempt: int
    status: AssetStatus
    execution_arn: str | None
    reason: str | None = None
    takes_back: bool = False
    redrive_count: int | None = None


def may_move(standing: Standing | None, move: Move) -> bool:
    """Whether the record, ``None`` if there is none yet, may take the status that is asked for."""
    if standing is None or standing.attempt < move.attempt:
        return True
    if standing.attempt > move.attempt:
        return False
    is_same_execution = standing.execution_arn == move.execution_arn
    runs_later = 0 if move.redrive_count is None else move.redrive_count - standing.redrive_count
    if is_same_execution and runs_later < 0:
        return False
    if standing.status.is_open:
        return True
    if not is_same_execution:
        return False
    if runs_later > 0 and standing.status is AssetStatus.FAILED:
        return True
    is_repeat = (standing.status, standing.reason) == (move.status, move.reason)
    return is_repeat or (move.takes_back and standing.status in _PUBLISHED)
