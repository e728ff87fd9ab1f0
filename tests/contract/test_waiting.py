"""How many assets that wait for a place came before one, as ``braid status`` says it."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from braid.domain.asset.asset import AssetRef, Source
from braid.domain.clock import iso
from braid.store.records import AssetRecords
from cli.showing.records import Record, read_record
from cli.showing.standing import Standing, show_standing
from cli.showing.waiting import WaitingBefore, waiting_before
from tests.contract.conftest import Storage, create_table


@dataclass(frozen=True)
class Deployment:
    """What the command reads of a deployment."""

    dynamodb: Any
    assets_table: str
    is_local: bool = True


@pytest.fixture
def target(storage: Storage) -> Any:
    """A deployment in whose table nobody else waits."""
    table = f"waiting-{uuid.uuid4().hex[:8]}"
    create_table(storage, table)
    return Deployment(storage.dynamodb, table)


def _received(target: Any, at: str, *, waits: bool = True, now: datetime | None = None) -> Record:
    """Received at ``at``; ``now`` is when its record changed last."""
    asset = AssetRef(f"cup-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/general/cup.txt", "v1"))
    records, changed = AssetRecords(target.assets_table, dynamodb=target.dynamodb), iso(now or _now())
    records.put_received(asset, received_at=at, now=changed)
    if waits:
        records.wait(asset, reason="It waits", now=changed)
    record = read_record(target, asset.asset_id)
    assert record is not None
    return record


def _now() -> datetime:
    return datetime.now(UTC)


def _shown(standing: Standing) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    show_standing(console, standing, is_local=True)
    return console.export_text()


def test_those_that_came_before_are_counted(target: Any) -> None:
    records = [_received(target, f"2026-11-20T10:00:{second:02}.000Z") for second in (3, 1, 2)]
    standings = [Standing.of(target, each, None) for each in records]
    assert [each.as_json()["waiting_before"] for each in standings] == [2, 0, 1]
    assert not any(each.as_json()["waiting_before_or_more"] for each in standings)
    assert "2 came before it" in _shown(standings[0])


def test_who_does_not_wait_counts_nobody(target: Any) -> None:
    record = _received(target, "2026-11-20T10:00:05.000Z", waits=False)
    assert Standing.of(target, record, None).waiting_before is None


def test_more_than_are_looked_at_are_told_of(target: Any) -> None:
    _received(target, "2026-11-20T09:00:00.000Z")
    last = _received(target, "2026-11-20T09:00:01.000Z")
    assert waiting_before(target, last, most=2) == WaitingBefore(1, or_more=False)
    assert waiting_before(target, last, most=1) == WaitingBefore(0, or_more=True)


def test_who_waits_for_longer_than_is_looked_back_is_told_of(target: Any) -> None:
    _received(target, "2026-11-01T09:00:00.000Z", now=_now() - timedelta(days=9))
    last = _received(target, "2026-11-20T09:00:01.000Z")
    standing = Standing.of(target, last, None)
    assert standing.waiting_before == WaitingBefore(0, or_more=True)
    assert standing.as_json()["waiting_before_or_more"] is True
    assert "0 or more came before it" in _shown(standing)
