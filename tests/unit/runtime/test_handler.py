"""What a handler lets out: errors by their own names, small enough for a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef, Source
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.errors import InvalidAssetError, PendingError, ThrottledError
from braid.domain.wire import encode
from braid.runtime.handler import handles, logger
from tests.doubles.lambda_context import CONTEXT

ASSET = AssetRef("talk-1", 1, "general", Source("b", "inbox/talk.mp4", "v1"))


@dataclass(frozen=True)
class Settings:
    """One key."""

    results_bucket: str


@dataclass(frozen=True)
class Request:
    """One asset and how often."""

    asset: AssetRef
    count: int = 1


@dataclass(frozen=True)
class StateRequest:
    """All that the execution found."""

    state: ExecutionState


EVENT = {"asset": encode(ASSET)}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESULTS_BUCKET", "results")


def handler_of(step: Any) -> Any:
    step.__module__ = "lambdas.sample.handler"
    return handles(Settings, Request)(step)


def failing_with(error: Exception) -> Any:
    def step(_request: Request, _settings: Settings) -> None:
        raise error

    return handler_of(step)


def test_a_step_gets_its_request_and_its_settings() -> None:
    def step(request: Request, settings: Settings) -> str:
        return f"{request.asset.asset_id} into {settings.results_bucket}"

    assert handler_of(step)(EVENT, CONTEXT) == "talk-1 into results"


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        ({}, "Request must have asset; add it"),
        ({**EVENT, "cuont": 2}, "no member cuont; did you mean count"),
        ({**EVENT, "count": "2"}, "Request.count must be int"),
    ],
)
def test_an_event_of_another_shape_is_our_bug(event: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Exception, match=complaint) as raised:
        failing_with(AssertionError())(event, CONTEXT)
    assert type(raised.value).__name__ == "InvalidInputError"


def test_an_event_that_others_shape_is_read_by_a_function() -> None:
    @handles(Settings, lambda event: str(event["detail"]["status"]))
    def step(status: str, _settings: Settings) -> str:
        return status.lower()

    assert step({"detail": {"status": "FAILED"}}, CONTEXT) == "failed"


@pytest.mark.parametrize(
    ("request_class", "event"), [(Request, EVENT), (StateRequest, {"state": {**EVENT, "other": 1}})]
)
def test_the_asset_is_on_every_log_line(
    request_class: type, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    @handles(Settings, request_class)
    def step(_request: Any, _settings: Settings) -> None:
        raise PendingError("not yet")

    with pytest.raises(PendingError):
        step(event, CONTEXT)
    started, record = caplog.records
    keys = logger.get_current_keys()
    assert (keys["asset_id"], keys["function_request_id"]) == ("talk-1", CONTEXT.aws_request_id)
    assert keys["cold_start"] in (True, False)
    assert [started.getMessage(), record.getMessage()] == ["started", "not yet"]


def test_a_missing_setting_is_told_by_a_class_that_the_workflow_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RESULTS_BUCKET")
    with pytest.raises(Exception, match="RESULTS_BUCKET is missing; has the stack's") as raised:
        failing_with(AssertionError())(EVENT, CONTEXT)
    assert type(raised.value).__name__ == "ServiceUnavailableError"


@pytest.mark.parametrize("kind", [InvalidAssetError, PendingError, ThrottledError, AttributeError, TypeError])
@pytest.mark.parametrize("message", ["short", "long " * 100_000, "日本" * 10_000])
def test_an_error_keeps_its_name_and_fits_into_a_state(kind: type[Exception], message: str) -> None:
    with pytest.raises(Exception, match=message[:2]) as raised:
        failing_with(kind(message))(EVENT, CONTEXT)
    assert type(raised.value).__name__ == kind.__name__
    assert len(str(raised.value).encode()) <= 700
    assert raised.value.__cause__ is None, "a chain of errors would be told as well"
    assert raised.value.__suppress_context__
