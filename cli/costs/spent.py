"""What the assets of a deployment cost: by their records or receipts, and with what indexing them cost.

A receipt is written before its asset is indexed and never changes, so that what search embedded stands in the
asset's manifest of vectors. It counts for the asset's day and profile, whenever it was indexed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from braid.domain.asset.asset import AssetStatus
from braid.domain.money.receipt import Receipt, price
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import decode_json
from cli.costs.prices import price_book
from cli.showing.records import Record, recent_records
from cli.target import Target

__all__ = ["By", "Spending", "SpentRow", "read_spending", "spent"]

By = Literal["day", "profile", "service"]
_CLOSED = tuple(status for status in AssetStatus if not status.is_open)
_MOST_RECORDS = 1_000_000
_AT_ONCE = 24
_SEARCH = "search (indexing)"
_TUNING_RECEIPT = re.compile(r"tuning/(?P<run_id>[a-z0-9-]+)/receipt\.json")


@dataclass(frozen=True)
class SpentRow:
    """What ``assets`` cost, in USD; of a service, how many were billed for it."""

    name: str
    assets: int
    usd: float


@dataclass(frozen=True)
class Spending:
    """What was read of all that was paid for: records with what indexing each cost, and tuning runs."""

    target: Target
    paid: Sequence[Record]
    indexed: Sequence[float]
    runs: Sequence[tuple[str, str, Receipt]]

    def rows(self, by: By) -> tuple[SpentRow, ...]:
        """A row for each day (UTC, of the end), profile or service; services are in the receipts."""
        if by == "service":
            lines = ((line.service, line.cost_usd) for _, _, receipt in self.runs for line in receipt.lines)
            searched = ((_SEARCH, usd) for usd in self.indexed if usd)
            return _rows((*_by_service(self.target, self.paid), *searched, *lines))
        tuned = (
            (f"{day if by == 'day' else run_id}, tuning", receipt.total_usd)
            for run_id, day, receipt in self.runs
        )
        with_indexing = (
            (_name(record, by), (record.cost_usd or 0.0) + usd)
            for record, usd in zip(self.paid, self.indexed, strict=True)
        )
        return _rows((*with_indexing, *tuned))


def read_spending(target: Target, since: date) -> Spending:
    """Of the assets that ended since then, and the runs that spent something."""
    days = (datetime.now(UTC).date() - since).days + 1
    records = recent_records(target, days=days, statuses=_CLOSED, limit=_MOST_RECORDS)
    paid = [record for record in records if record.cost_usd is not None]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        indexed = list(pool.map(lambda record: _indexing_usd(target, record), paid))
    return Spending(target, paid, indexed, _tuning_receipts(target, since))


def spent(target: Target, by: By, since: date) -> tuple[SpentRow, ...]:
    """A row for each day, profile or service, of the assets that ended since then."""
    return read_spending(target, since).rows(by)


def _tuning_receipts(target: Target, since: date) -> list[tuple[str, str, Receipt]]:
    """Of each tuning run that spent something since then: its id, the day when it did last, its receipt."""
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix="tuning/"
    )
    found = []
    for entry in (entry for page in pages for entry in page.get("Contents", [])):
        match = _TUNING_RECEIPT.fullmatch(entry["Key"])
        if match is not None and entry["LastModified"].date() >= since:
            body = target.s3.get_object(Bucket=target.results_bucket, Key=entry["Key"])["Body"].read()
            receipt = decode_json(Receipt, body, source=entry["Key"])
            found.append((match["run_id"], entry["LastModified"].date().isoformat(), receipt))
    return found


def _name(record: Record, by: By) -> str:
    return record.profile if by == "profile" else (record.finished_at or record.updated_at or "")[:10]


def _by_service(target: Target, records: Sequence[Record]) -> Iterable[tuple[str, float]]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        receipts = list(pool.map(lambda record: _receipt(target, record), records))
    for record, receipt in zip(records, receipts, strict=True):
        if receipt is None:
            yield "(no receipt)", record.cost_usd or 0.0
            continue
        sums: defaultdict[str, float] = defaultdict(float)
        for line in receipt.lines:
            sums[line.service] += line.cost_usd
        yield from sums.items()


def _receipt(target: Target, record: Record) -> Receipt | None:
    key = f"assets/{record.asset_id}/{record.attempt}/receipt.json"
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except target.s3.exceptions.NoSuchKey:
        return None
    return decode_json(Receipt, body, source=key)


def _indexing_usd(target: Target, record: Record) -> float:
    """What the models of search were paid for it, in batches too."""
    key = manifest_key(record.asset_id)
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except target.s3.exceptions.NoSuchKey:
        return 0.0
    return price(decode_json(VectorManifest, body, source=key).usage, price_book()).total_usd


def _rows(amounts: Iterable[tuple[str, float]]) -> tuple[SpentRow, ...]:
    counts: defaultdict[str, int] = defaultdict(int)
    sums: defaultdict[str, float] = defaultdict(float)
    for name, usd in amounts:
        counts[name] += 1
        sums[name] += usd
    return tuple(SpentRow(name, counts[name], round(sums[name], 6)) for name in sorted(sums))
