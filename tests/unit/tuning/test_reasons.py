"""What is said of a failure that Step Functions kept."""

from __future__ import annotations

import json

import pytest

from lambdas.tuning.runs.teardown import plain_reason

TOLD = json.dumps({"errorType": "AccessDeniedError", "errorMessage": "no model access"})


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (json.dumps({"Error": "AccessDeniedError", "Cause": TOLD}), "AccessDeniedError: no model access"),
        (json.dumps({"Error": "States.Timeout"}), "States.Timeout"),
        (json.dumps({"Error": "Runtime.ExitError", "Cause": "killed"}), "Runtime.ExitError: killed"),
        ("nobody approved what it costs", "nobody approved what it costs"),
        ("7", "7"),
    ],
)
def test_a_reason_is_a_sentence(reason: str, said: str) -> None:
    assert plain_reason(reason) == said
