"""A batch of a queue's messages: one that fails goes back, the others are done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import ConfigError, InvalidInputError
from braid.runtime.messages import handles_messages
from tests.doubles.lambda_context import CONTEXT


@dataclass(frozen=True)
class Settings:
    """One key."""

    assets_table: str


def batch(bodies: Sequence[str]) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m{index}", "body": body} for index, body in enumerate(bodies)]}


def read(body: str) -> int:
    if body == "unreadable":
        raise InvalidInputError("the message is not JSON")
    return int(json.loads(body))


@given(st.lists(st.sampled_from(["1", "0", "no JSON", "unreadable"]), min_size=1, max_size=10))
def test_exactly_the_messages_that_failed_are_named(bodies: list[str]) -> None:
    done: list[int] = []
    parked: list[tuple[str, str]] = []

    def park(_settings: Settings, body: str, reason: str) -> None:
        parked.append((body, reason))

    @handles_messages(Settings, read, park)
    def handler(request: int, settings: Settings) -> None:
        done.append(1 // request)
        assert settings == Settings("assets")

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSETS_TABLE", "assets")
        answer = handler(batch(bodies), CONTEXT)

    failed = [f"m{index}" for index, body in enumerate(bodies) if body in ("0", "no JSON")]
    assert answer == {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
    assert len(done) == bodies.count("1")
    unreadable = bodies.count("unreadable")
    assert parked == [("unreadable", "the message is not JSON")] * unreadable


def test_without_its_settings_the_whole_batch_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSETS_TABLE", raising=False)

    @handles_messages(Settings, json.loads, lambda *_: None)
    def handler(_request: int, _settings: Settings) -> None:
        raise AssertionError

    with pytest.raises(ConfigError, match="ASSETS_TABLE is missing"):
        handler(batch(["1"]), CONTEXT)
