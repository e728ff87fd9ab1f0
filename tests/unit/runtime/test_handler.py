"""What a handler lets out: errors by their own names, small enough for a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from braid.domain.errors import InvalidAssetError, PendingError, ThrottledError
from braid.runtime.handler import handles


@dataclass(frozen=True)
class Settings:
    """One key."""

    results_bucket: str


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESULTS_BUCKET", "results")


def handler_of(step: Any) -> Any:
    step.__module__ = "lambdas.sample.handler"
    return handles(Settings)(step)


def failing_with(error: Exception) -> Any:
    def step(_event: dict[str, Any], _settings: Settings) -> None:
        raise error

    return handler_of(step)


def test_a_step_gets_its_event_and_its_settings() -> None:
    def step(event: dict[str, Any], settings: Settings) -> str:
        return f"{event['asset']['asset_id']} into {settings.results_bucket}"

    assert handler_of(step)({"asset": {"asset_id": "talk-1"}}, None) == "talk-1 into results"


def test_a_missing_setting_is_told_by_the_class_that_the_workflow_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RESULTS_BUCKET")
    with pytest.raises(Exception, match="RESULTS_BUCKET is missing") as raised:
        failing_with(AssertionError())({}, None)
    assert type(raised.value).__name__ == "ConfigError"


@pytest.mark.parametrize("kind", [InvalidAssetError, PendingError, ThrottledError, KeyError, ValueError])
@pytest.mark.parametrize("message", ["short", "long " * 100_000, "日本" * 10_000])
def test_an_error_keeps_its_name_and_fits_into_a_state(kind: type[Exception], message: str) -> None:
    with pytest.raises(Exception, match=message[:2]) as raised:
        failing_with(kind(message))({}, None)
    assert type(raised.value).__name__ == kind.__name__
    assert len(str(raised.value).encode()) <= 700
    assert raised.value.__cause__ is None, "a chain of errors would be told as well"
    assert raised.value.__suppress_context__
