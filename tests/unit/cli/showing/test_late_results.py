"""A record is closed a moment before its result is written: who asks in between waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetStatus
from cli.errors import CommandError
from cli.showing import records
from cli.showing.records import Record, read_result

MISSING = ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, "GetObject")


class Clock:
    """Seconds that pass by sleeping alone."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(records, "time", clock)
    return clock


def asked(monkeypatch: pytest.MonkeyPatch, record: Record | None, written_at: float, clock: Clock) -> Any:
    def read(*_arguments: Any) -> str:
        if clock.seconds < written_at:
            raise MISSING
        return "the result"

    monkeypatch.setattr(records, "read_stored", read)
    monkeypatch.setattr(records, "read_record", lambda *_arguments: record)
    target: Any = type("Target", (), {"results_bucket": "results"})()
    return read_result(target, "a-1")


def test_the_result_of_a_closed_record_is_waited_for(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    assert asked(monkeypatch, Record("a-1", 1, AssetStatus.SUCCEEDED), 1.0, clock) == "the result"
    assert clock.seconds < 1.5


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (None, "no asset 'a-1'"),
        (Record("a-1", 1, AssetStatus.PROCESSING), "`braid watch` follows it"),
        (Record("a-1", 1, AssetStatus.AWAITING_REVIEW), "`braid review show a-1`"),
        (Record("a-1", 1, AssetStatus.DELETED, updated_at="2026-11-20T00:00:00Z"), "deleted on 2026-11-20"),
    ],
)
def test_nothing_is_waited_for_that_will_not_come(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, record: Record | None, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        asked(monkeypatch, record, 1.0, clock)
    assert clock.seconds == 0


def test_a_result_that_never_comes_is_said(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with pytest.raises(CommandError, match="`braid audit --fix` writes what is missing"):
        asked(monkeypatch, Record("a-1", 1, AssetStatus.FAILED), 1e9, clock)
    assert clock.seconds <= 6
