"""A table of its own for each test, in the embedded AWS, and records in it as the pipeline writes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source
from braid.domain.search.hit import Hit
from braid.domain.wire import encode
from braid.store.records import AssetRecords, RecordClosing
from cli.target import Target
from console.views import search
from tests.contract.conftest import Storage, create_table
from tests.doubles.served_console import Served, served, target_over

Answering = Callable[..., list[dict[str, Any]]]


@dataclass
class Table:
    """An assets table; ``put`` moves an asset to a status at a moment, with its counts."""

    storage: Storage
    name: str
    target: Target
    records: AssetRecords = field(init=False)

    def __post_init__(self) -> None:
        self.records = AssetRecords(self.name, dynamodb=self.storage.dynamodb)

    def put(
        self,
        name: str,
        status: AssetStatus,
        at: str,
        *,
        profile: str = "general",
        key: str = "",
        kind: AssetKind | None = None,
        **more: Any,
    ) -> str:
        """The asset's id."""
        source = Source("inbox", key or f"inbox/{profile}/{name}.txt", "v1")
        asset = AssetRef(name, 1, profile, source)
        self.records.put_received(asset, received_at=at, now=at, kind=kind)
        arn = f"arn:{name}"
        if status is AssetStatus.PROCESSING:
            self.records.process(asset, execution_arn=arn, now=at)
        elif status is AssetStatus.AWAITING_REVIEW:
            self.records.await_review(
                asset, execution_arn=arn, token="secret-token", reason="why", now=at, **more
            )
        elif not status.is_open:
            closing = RecordClosing(status, more.pop("reason", None), None, arn, **more)
            self.records.close(asset, closing, now=at)
        return name


@pytest.fixture
def table(storage: Storage) -> Table:
    name = f"console-{uuid.uuid4().hex[:8]}"
    create_table(storage, name)
    target = target_over(
        storage.session, storage.endpoint, inbox=storage.inbox, results=storage.results, table=name
    )
    return Table(storage, name, target)


@pytest.fixture
def console(table: Table) -> Iterator[Served]:
    with served(table.target) as running:
        yield running


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """A search that answers with these hits; gives what it is asked."""

    def answer_with(*hits: Hit, **answer: Any) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def find(**request: Any) -> dict[str, Any]:
            asked.append(request)
            return {"hits": [encode(hit) for hit in hits], **answer}

        monkeypatch.setattr(search, "find_search", lambda _target: SimpleNamespace(find=find))
        return asked

    return answer_with
