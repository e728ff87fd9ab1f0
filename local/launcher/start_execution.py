"""StartExecution with AWS's idempotency: a name may be used twice while it means the same.

Symptom: a duplicate event gets ``ExecutionAlreadyExists`` even while the first execution runs with the same
input, where AWS answers with that execution; over-long names and inputs are accepted.
"""

from __future__ import annotations

import json
import re
import threading
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions

from local.launcher.payloads import PAYLOAD_LIMIT_BYTES

RELIES_ON = (
    "ministack.services.stepfunctions:_start_execution(data)",
    "ministack.services.stepfunctions:_resolve_state_machine_arn(arn)",
    "ministack.services.stepfunctions:_executions",
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:json_response",
)

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_NAME = re.compile(r"^[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}$")

_lock = threading.Lock()


def apply() -> None:
    """Replaces StartExecution."""
    stock = stepfunctions._start_execution

    def start(data: dict[str, Any]) -> Any:
        refused = refusal(data)
        if refused is not None:
            return error_response_json(refused[0], refused[1], 400)
        with _lock:
            running = _running_twin(data)
            if running is not None:
                return json_response(
                    {"executionArn": running["executionArn"], "startDate": running["startDate"]}
                )
            return stock(data)

    stepfunctions._start_execution = start


def refusal(data: dict[str, Any]) -> tuple[str, str] | None:
    """The error code and message for a malformed name or input, or None."""
    name = data.get("name")
    if name is not None and not _NAME.fullmatch(str(name)):
        return "InvalidName", f"Invalid Name: '{name}'"
    given = str(data.get("input", "{}"))
    if len(given.encode()) > PAYLOAD_LIMIT_BYTES:
        return "ValidationException", f"the input is longer than {PAYLOAD_LIMIT_BYTES} bytes"
    try:
        json.loads(given)
    except json.JSONDecodeError as error:
        return "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
    return None


def _running_twin(data: dict[str, Any]) -> dict[str, Any] | None:
    machine_arn = stepfunctions._resolve_state_machine_arn(str(data.get("stateMachineArn", "")))
    if machine_arn is None or not data.get("name"):
        return None
    machine = machine_arn.rsplit(":", 1)[-1]
    arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine}:{data['name']}"
    record: dict[str, Any] | None = stepfunctions._executions.get(arn)
    same = record is not None and record["status"] == "RUNNING" and record["input"] == data.get("input", "{}")
    return record if same else None
