"""Step Functions task tokens: what ends the state that waits for one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors

__all__ = ["send_failure", "send_success"]

_MAX_CAUSE_CHARACTERS = 700


def send_success(token: str, output: Mapping[str, Any], *, sfn: Any = None) -> bool:
    """Ends the waiting state with ``output``; ``False`` if nothing waits for the token any more."""
    sfn = sfn or client("stepfunctions")
    gone = (sfn.exceptions.TaskDoesNotExist, sfn.exceptions.TaskTimedOut, sfn.exceptions.InvalidToken)
    with service_errors("states:SendTaskSuccess"):
        try:
            sfn.send_task_success(
                taskToken=token, output=json.dumps(output, ensure_ascii=False, separators=(",", ":"))
            )
        except gone:
            return False
    return True


def send_failure(token: str, error: Exception, *, sfn: Any = None) -> None:
    """Ends the waiting state with ``error`` under its class name, which the state machine matches on."""
    sfn = sfn or client("stepfunctions")
    with service_errors("states:SendTaskFailure"):
        sfn.send_task_failure(
            taskToken=token, error=type(error).__name__, cause=str(error)[:_MAX_CAUSE_CHARACTERS]
        )
