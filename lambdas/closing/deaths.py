"""Executions that ended outside their own states: EventBridge's "Step Functions Execution Status Change"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.asset.failure import Failure
from braid.domain.clock import iso
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted, shortened
from braid.domain.wire import decode
from lambdas.closing.reasons import reason_of_failure

__all__ = ["Death", "is_status_change", "read_death"]

_MAX_TOLD_BYTES = 500  # a person who stops an execution may tell 32 KB about it


@dataclass(frozen=True)
class Death:
    """An execution that stopped. ``asset`` is ``None`` if it wasn't started with one, as by hand."""

    asset: AssetRef | None
    execution_arn: str
    started_at: str | None
    status: str
    reason: str
    failure: str | None = None  # class and words of the error that ended it
    redrive_count: int = 0


def is_status_change(event: Mapping[str, Any]) -> bool:
    """Whether ``event`` comes from EventBridge and not from the state machine."""
    return event.get("detail-type") == "Step Functions Execution Status Change"


def read_death(event: Mapping[str, Any]) -> Death:
    """Reads a status change of FAILED, TIMED_OUT or ABORTED. Raises ``InvalidInputError`` for another."""
    detail = event.get("detail")
    if not isinstance(detail, Mapping) or not isinstance(detail.get("executionArn"), str):
        raise InvalidInputError(f"the status change names no execution: {quoted(event, 300)}")
    status = str(detail.get("status"))
    failure = Failure(str(detail.get("error") or ""), str(detail.get("cause") or ""))
    reasons = {
        "FAILED": f"The execution failed: {reason_of_failure(failure)}"
        if failure.error
        else "The execution failed",
        "TIMED_OUT": "The execution ran longer than the state machine allows and was stopped",
        "ABORTED": f"Someone stopped the execution{_because(failure)}",
    }
    if status not in reasons:
        raise InvalidInputError(f"an execution that is {status} has not died")
    return Death(
        asset=_asset(detail.get("input")),
        execution_arn=detail["executionArn"],
        started_at=_moment(detail.get("startDate")),
        status=status,
        reason=reasons[status],
        failure=shortened(failure.detail, _MAX_TOLD_BYTES) or None,
        redrive_count=redrives if isinstance(redrives := detail.get("redriveCount"), int) else 0,
    )


def _moment(ms: object) -> str | None:
    try:
        return iso(datetime.fromtimestamp(ms / 1000, UTC)) if isinstance(ms, int | float) else None
    except (OverflowError, ValueError, OSError):
        return None  # no year that there is


def _because(failure: Failure) -> str:
    told = ": ".join(part for part in (failure.error, failure.cause) if part)
    return f" ({shortened(told, _MAX_TOLD_BYTES)})" if told else ""


def _asset(text: object) -> AssetRef | None:
    try:
        value = parse_json(text) if isinstance(text, str) else None
        return decode(AssetRef, value["asset"]) if isinstance(value, Mapping) and "asset" in value else None
    except (ValueError, InvalidInputError):
        return None
