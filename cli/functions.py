"""Calling a function of the deployment and waiting for what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cli.errors import CommandError
from cli.target import Target

__all__ = ["StillPendingError", "call"]


# What Lambda says of a function that didn't get to say anything itself.
_OF_LAMBDA = ("Sandbox.", "Runtime.")
_TIMED_OUT = "Task timed out"


class StillPendingError(CommandError):
    """Something has to end before the function can go on: call it again later."""


def call(
    target: Target, function_name: str, event: Mapping[str, Any], *, refusal_status: int = 1
) -> dict[str, Any]:
    """What the function returns. Raises ``CommandError`` with the message of the error that it raised.

    That is ``StillPendingError`` where it says ``PendingError``. The exit status is ``refusal_status`` where
    what was asked made no sense.
    """
    reply = target.lambda_.invoke(
        FunctionName=function_name, Payload=json.dumps(event, ensure_ascii=False).encode()
    )
    told = json.loads(reply["Payload"].read() or b"null")
    if "FunctionError" in reply:
        if told.get("errorType") == "PendingError":
            raise StillPendingError(str(told.get("errorMessage")))
        if str(told.get("errorType", "")).startswith(_OF_LAMBDA) or _TIMED_OUT in str(
            told.get("errorMessage")
        ):
            raise CommandError(
                f"the function {function_name} ended before it answered"
                f" ({told.get('errorMessage') or told.get('errorType')}); ask again; if that is no better,"
                " `braid logs` shows what it did"
            )
        status = refusal_status if told.get("errorType") == "InvalidInputError" else 1
        raise CommandError(str(told.get("errorMessage") or told.get("errorType") or told), exit_code=status)
    value: dict[str, Any] = told
    return value
