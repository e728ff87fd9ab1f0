"""Calling a function of the deployment and waiting for what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cli.errors import CommandError
from cli.target import Target

__all__ = ["call"]


def call(target: Target, function_name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """What the function returns. Raises ``CommandError`` with the message of the error that it raised."""
    reply = target.lambda_.invoke(
        FunctionName=function_name, Payload=json.dumps(event, ensure_ascii=False).encode()
    )
    told = json.loads(reply["Payload"].read() or b"null")
    if "FunctionError" in reply:
        raise CommandError(str(told.get("errorMessage") or told.get("errorType") or told))
    value: dict[str, Any] = told
    return value
