"""What a person reads where a function of the deployment fails."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from cli.errors import CommandError
from cli.functions import StillPendingError, call


class _Target:
    """A target whose function answers this, or fails with it."""

    def __init__(self, told: Any, *, fails: bool = True) -> None:
        self._told, self._fails = told, fails
        self.lambda_ = self

    def invoke(self, **_request: Any) -> dict[str, Any]:
        failed = {"FunctionError": "Unhandled"} if self._fails else {}
        return {"Payload": io.BytesIO(json.dumps(self._told).encode()), **failed}


def refused(error_type: str | None, message: str) -> CommandError:
    told = {"errorMessage": message} | ({"errorType": error_type} if error_type else {})
    with pytest.raises(CommandError) as refusal:
        call(_Target(told), "braid-dev-search", {}, refusal_status=2)  # type: ignore[arg-type]  # all that is asked
    return refusal.value


def test_an_answer_is_given_as_it_is() -> None:
    target = _Target({"hits": []}, fails=False)
    assert call(target, "f", {}) == {"hits": []}  # type: ignore[arg-type]  # as above


def test_what_made_no_sense_is_misuse_and_everything_else_is_not() -> None:
    assert (refused("InvalidInputError", "no").message, refused("InvalidInputError", "no").exit_code) == (
        "no",
        2,
    )
    assert refused("ConfigError", "no index").exit_code == 1
    assert isinstance(refused("PendingError", "later"), StillPendingError)


@pytest.mark.parametrize(
    ("error_type", "message"),
    [
        ("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 60.00 seconds"),
        (None, "2026-11-29T10:00:00Z 1 Task timed out after 60.00 seconds"),
        ("Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: signal: killed"),
    ],
)
def test_a_function_that_was_ended_is_named_with_what_to_do(error_type: str | None, message: str) -> None:
    error = refused(error_type, message)
    assert error.exit_code == 1
    assert error.message.startswith("the function braid-dev-search ended before it answered")
    assert message in error.message
    assert "ask again" in error.message
    assert "`braid logs`" in error.message
