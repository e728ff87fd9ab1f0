"""EventBridge Scheduler: one entry per deadline, which calls a function once and is gone.

Entries lie in a group of the deployment's own, which takes them with it when the deployment goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.clock import parse_iso

__all__ = ["delete_schedule", "schedule_call"]

# Scheduler's own most, over a day. They are about handing the event over; what the function then fails at is
# Lambda's to try again.
_RETRIES = 185
_MAX_AGE_SECONDS = 24 * 3600


def schedule_call(
    group: str,
    name: str,
    at: str,
    *,
    function_arn: str,
    role_arn: str,
    event: Mapping[str, Any],
    scheduler: Any = None,
) -> None:
    """Calls the function with ``event`` at the ISO moment ``at``.

    An entry of the same name in ``group`` is replaced.
    """
    scheduler = scheduler or client("scheduler")
    moment = parse_iso(at).astimezone(UTC).replace(microsecond=0, tzinfo=None)
    entry = {
        "GroupName": group,
        "Name": name,
        "ScheduleExpression": f"at({moment.isoformat()})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": function_arn,
            "RoleArn": role_arn,
            "Input": json.dumps(event, separators=(",", ":")),
            "RetryPolicy": {
                "MaximumRetryAttempts": _RETRIES,
                "MaximumEventAgeInSeconds": _MAX_AGE_SECONDS,
            },
        },
    }
    with service_errors("scheduler:CreateSchedule"):
        try:
            scheduler.create_schedule(**entry)
        except scheduler.exceptions.ConflictException:
            scheduler.update_schedule(**entry)


def delete_schedule(group: str, name: str, *, scheduler: Any = None) -> None:
    """Removes the entry from ``group``, if it is still there."""
    scheduler = scheduler or client("scheduler")
    with service_errors("scheduler:DeleteSchedule"):
        try:
            scheduler.delete_schedule(GroupName=group, Name=name)
        except scheduler.exceptions.ResourceNotFoundException:
            return
