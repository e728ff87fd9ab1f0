"""How many assets that wait for a place came before one, as ``braid status`` says it."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from braid.domain.asset.asset import AssetRef, Source
from braid.domain.clock import iso
from cli.showing.records import Record, read_record
from cli.showing.standing import Standing, show_standing
from tests.contract.conftest import Storage


@dataclass(frozen=True)
class Deployment:
    """What the command reads of a deployment."""

    dynamodb: Any
    assets_table: str
    is_local: bool = True


def _received(storage: Storage, at: str, *, waits: bool = True) -> Record:
    asset = AssetRef(f"cup-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/general/cup.txt", "v1"))
    now = iso(datetime.now(UTC))
    storage.records.put_received(asset, received_at=at, now=now)
    if waits:
        storage.records.wait(asset, reason="It waits", now=now)
    record = read_record(_of(storage), asset.asset_id)
    assert record is not None
    return record


def _of(storage: Storage) -> Any:
    return Deployment(storage.dynamodb, storage.table)


def test_those_that_came_before_are_counted(storage: Storage) -> None:
    records = [_received(storage, f"2026-11-20T10:00:{second:02}.000Z") for second in (3, 1, 2)]
    before = [Standing.of(_of(storage), each, None).waiting_before for each in records]
    assert None not in before
    assert before[0] == (before[2] or 0) + 1 == (before[1] or 0) + 2
    console = Console(width=80, record=True, file=io.StringIO())
    show_standing(console, Standing.of(_of(storage), records[0], None), is_local=True)
    assert f"{before[0]} came before it" in console.export_text()


def test_who_does_not_wait_counts_nobody(storage: Storage) -> None:
    record = _received(storage, "2026-11-20T10:00:05.000Z", waits=False)
    assert Standing.of(_of(storage), record, None).waiting_before is None
