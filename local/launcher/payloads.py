"""The size limit on what passes between states."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import stepfunctions

RELIES_ON = ("ministack.services.stepfunctions:_ExecutionError(error, cause)",)

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
PAYLOAD_LIMIT_BYTES = 262_144


def limit_payload(data: Any, what: str) -> None:
    """Raises ``States.DataLimitExceeded`` when the data is over the limit; ``what`` begins the cause."""
    if len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()) > PAYLOAD_LIMIT_BYTES:
        cause = f"{what} with a size exceeding the maximum number of bytes service limit."
        raise stepfunctions._ExecutionError("States.DataLimitExceeded", cause)
