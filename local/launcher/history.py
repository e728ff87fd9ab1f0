"""An execution's history as GetExecutionHistory gives it on AWS.

Symptoms: events of states inside Parallel branches are missing, so that nobody sees what runs; ids clash
when branches write at the same time; ``previousEventId`` is absent, so that a branch can't be followed;
Task events name their resource by its whole ARN and never start.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import get_region, now_iso
from ministack.services import stepfunctions

from local.launcher.executions import current_work

RELIES_ON = (
    "ministack.services.stepfunctions:_add_event(execution, event_type, details)",
    "ministack.core.responses:now_iso()",
)

_STOCK_STARTED_ID = 1  # MiniStack writes ExecutionStarted itself

_lock = threading.Lock()
_previous: ContextVar[int] = ContextVar("_previous", default=_STOCK_STARTED_ID)


def apply() -> None:
    """Every event that MiniStack writes goes through ``add_event``."""
    stepfunctions._add_event = add_event


def add_event(
    execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Appends one event, linked to the one before it in the same branch.

    Raises ``StoppedError`` in a thread whose execution or branch has ended meanwhile.
    """
    work = current_work.get()
    if work is not None:
        work.scope.check()
    name, content = _as_aws_says(event_type, dict(details or {}))
    event = _append(execution, name, content)
    if name == "TaskScheduled":
        scheduled = content["taskScheduledEventDetails"]
        started = {"resourceType": scheduled["resourceType"], "resource": scheduled["resource"]}
        event = _append(execution, "TaskStarted", {"taskStartedEventDetails": started})
    return event


def last_event_id() -> int:
    """The id of the newest event in this thread's branch."""
    return _previous.get()


def continue_after(event_id: int) -> None:
    """Makes the event with this id the one that the next event of this thread follows."""
    _previous.set(event_id)


def _append(execution: dict[str, Any], event_type: str, content: dict[str, Any]) -> dict[str, Any]:
    with _lock:
        events = execution["events"]
        previous = _previous.get() if current_work.get() is not None else len(events)
        event: dict[str, Any] = {
            "id": len(events) + 1,
            "previousEventId": previous,
            "type": event_type,
            "timestamp": now_iso(),
            **content,
        }
        events.append(event)
    _previous.set(event["id"])
    return event


def _as_aws_says(event_type: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and details of a Task event in AWS's spelling; other events pass."""
    key = f"{event_type[:1].lower()}{event_type[1:]}EventDetails"
    details = content.get(key)
    if not event_type.startswith("Task") or details is None or "resource" not in details:
        return event_type, content
    resource_type, resource = _resource(str(details["resource"]))
    details = {**details, "resourceType": resource_type, "resource": resource}
    if event_type == "TaskScheduled":
        details["region"] = get_region()
    if event_type == "TaskFailed" and details.get("error") == "States.Timeout":
        return "TaskTimedOut", {"taskTimedOutEventDetails": details}
    return event_type, {key: details}


def _resource(arn: str) -> tuple[str, str]:
    """``arn:aws:states:::lambda:invoke`` is resource ``invoke`` of type ``lambda``."""
    parts = arn.split(":")
    if not arn.startswith("arn:aws:states:::"):
        return (parts[2] if len(parts) > 2 else "states"), arn
    if parts[5] == "aws-sdk":
        return f"aws-sdk:{parts[6]}", parts[7]
    return parts[5], parts[6]
