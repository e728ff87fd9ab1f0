"""How many requests a page of assets costs: one round of a day's partitions, wherever in the day it lies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetStatus
from console.reading.counts import StatusCounts
from console.reading.record_pages import SHOWN, Cursor, Filter, RecordPage, read_page

TODAY = date(2026, 11, 29)
_PARTITION = "status_day"


@dataclass
class Index:
    """The index by status and day, newest first; ``asked`` counts requests."""

    partitions: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    asked: int = 0

    def add(self, name: str, status: AssetStatus, at: datetime) -> None:
        moment = at.isoformat()
        item = {"asset_id": name, "attempt": "1", "status": status.value, "updated_at": moment}
        values = {key: {"N" if key == "attempt" else "S": value} for key, value in item.items()}
        self.partitions[f"{status}#{moment[:10]}"].append(values)

    def query(self, *, Limit: int, **request: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        self.asked += 1
        ((_, named),) = request["ExpressionAttributeValues"].items()
        items = sorted(
            self.partitions[named["S"]],
            key=lambda item: (item["updated_at"]["S"], item["asset_id"]["S"]),
            reverse=True,
        )
        start = request.get("ExclusiveStartKey")
        if start is not None:
            shown = (start["updated_at"]["S"], start["asset_id"]["S"])
            items = [item for item in items if (item["updated_at"]["S"], item["asset_id"]["S"]) < shown]
        page = items[:Limit]
        more = len(items) > Limit
        return {"Items": page, **({"LastEvaluatedKey": _key(page[-1], named["S"])} if more else {})}

    def counts(self) -> StatusCounts:
        """As the maintained items say it: open assets without their days."""
        opened: dict[AssetStatus, int] = {}
        ended: defaultdict[date, dict[AssetStatus, int]] = defaultdict(dict)
        for key, items in self.partitions.items():
            status, day = AssetStatus(key.partition("#")[0]), date.fromisoformat(key.partition("#")[2])
            if status.is_open:
                opened[status] = opened.get(status, 0) + len(items)
            else:
                ended[day][status] = len(items)
        return StatusCounts(opened, ended, {})

    def page(self, start: Cursor | None, *, limit: int = 50, days: int = 90) -> RecordPage:
        target: Any = SimpleNamespace(dynamodb=self, assets_table="assets")
        wanted = Filter(SHOWN)
        return read_page(target, wanted, self.counts(), today=TODAY, days=days, start=start, limit=limit)


def _key(item: dict[str, Any], partition: str) -> dict[str, Any]:
    return {"asset_id": item["asset_id"], "updated_at": item["updated_at"], _PARTITION: {"S": partition}}


@pytest.fixture(scope="module")
def busy() -> Index:
    """Three days of 870 assets each, most of which succeeded; ten a day still await review."""
    index = Index()
    shares = [AssetStatus.SUCCEEDED] * 80 + [AssetStatus.PARTIAL] * 4 + [AssetStatus.FAILED] * 2
    kinds = [*shares, AssetStatus.AWAITING_REVIEW]
    for number in range(3 * 870):
        at = datetime(2026, 11, 29, 23, 59, tzinfo=UTC) - timedelta(seconds=number * 86_300 / 870)
        index.add(f"asset-{number:05}", kinds[(number * 37) % len(kinds)], at)
    # Others await review for a month: of a day's share they say nothing.
    for number in range(900):
        index.add(f"old-{number}", AssetStatus.AWAITING_REVIEW, datetime(2026, 11, 1, tzinfo=UTC))
    return index


def test_a_page_costs_one_request_a_partition(busy: Index) -> None:
    start, requests = None, []
    for _ in range(15):
        before = busy.asked
        start = busy.page(start).following
        requests.append(busy.asked - before)

    assert max(requests) <= len(SHOWN)


_MOMENTS = st.integers(0, 40)
_ASSETS = st.lists(st.tuples(st.sampled_from(SHOWN), _MOMENTS, st.integers(0, 2)), max_size=60)


@given(assets=_ASSETS, limit=st.integers(1, 9))
def test_pages_show_every_asset_once_and_in_order(
    assets: list[tuple[AssetStatus, int, int]], limit: int
) -> None:
    index = Index()
    for number, (status, minute, back) in enumerate(assets):
        at = datetime(2026, 11, 29, 12, minute, tzinfo=UTC) - timedelta(days=back)
        index.add(f"asset-{number:02}", status, at)
    start, seen = None, []
    for _ in range(len(assets) + 5):
        found = index.page(start, limit=limit, days=5)
        assert len(found.records) <= limit
        seen += found.records
        start = found.following
        if start is None:
            break

    assert start is None
    assert len(seen) == len({record.asset_id for record in seen}) == len(assets)
    assert [record.updated_at for record in seen] == sorted(
        (record.updated_at for record in seen), key=str, reverse=True
    )
