"""What Lambda's own runtime logs about a call that failed: it prints the error that a handler lets out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from awslambdaric import bootstrap
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

from braid.domain.asset.asset import Source
from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.domain.quoting import quoted
from braid.runtime.handler import handles

SAID = "the ferry leaves Harwich at nine"
# What Lambda sets for its runtime.
LAMBDAS = tuple(
    f"AWS_LAMBDA_{name}"
    for name in (
        "FUNCTION_NAME",
        "FUNCTION_VERSION",
        "FUNCTION_MEMORY_SIZE",
        "LOG_GROUP_NAME",
        "LOG_STREAM_NAME",
    )
)


class Invocations:
    """The runtime's side of one call: what it answers, and what it logs."""

    def __init__(self) -> None:
        self.marshaller = LambdaMarshaller()
        self.answer: dict[str, Any] = {}
        self.lines: list[str] = []

    def post_invocation_error(self, _invoke_id: str, error: str, _fault: str, *_more: Any) -> None:
        self.answer = json.loads(error)

    def log_error(self, lines: list[str]) -> None:
        self.lines += lines


@pytest.mark.parametrize(
    "error",
    [
        InvalidInputError(f"the message is not JSON: {quoted(SAID)}"),
        InvalidAssetError(f"line 3 begins with {quoted(SAID)}"),
        ValueError(f"invalid literal for int() with base 10: '{SAID}'"),
        KeyError(SAID),
        UnicodeEncodeError("ascii", SAID, 0, 3, SAID),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_runtime_logs_the_class_and_no_word(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("BUCKET", "KEY", "VERSION_ID", *LAMBDAS):
        monkeypatch.setenv(name, "1")

    @handles(Source, Source)
    def step(_request: Source, _settings: Source) -> None:
        raise error

    call = Invocations()
    event = json.dumps({"bucket": "b", "key": "k", "version_id": "v"}).encode()
    bootstrap.handle_event_request(
        call, step, "request-1", event, "application/json", None, None, "arn", 0, None, call
    )

    logged = "\n".join([*call.lines, capsys.readouterr().out])
    assert call.answer["errorType"] == type(error).__name__
    assert type(error).__name__ in call.lines[0]
    assert "ferry" not in logged
    assert "ferry" not in json.dumps(call.answer)
