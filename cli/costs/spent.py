"""What the assets of a deployment cost: by the days' counts or by receipts, and with what indexing them cost.

A day's count keeps what every attempt that ended on it cost, also of assets that were asked for again or
deleted since. Profiles and services are told by the receipts, which go with a deleted asset: what the days
have beyond them is a row of its own.

A receipt is written before its asset is indexed and never changes, so that what search embedded stands in the
asset's manifest of vectors. It counts for the asset's day and profile, whenever it was indexed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
_LIVE = tuple(status for status in AssetStatus if status is not AssetStatus.DELETED)
_MOST_RECORDS = 1_000_000
_AT_ONCE = 24
_SEARCH = "search (indexing)"
_GONE = "(deleted, or without a receipt)"
_LEAST_USD = 0.000001  # as fine as receipts are
_TUNING_RECEIPT = re.compile(r"tuning/(?P<run_id>[a-z0-9-]+)/receipt\.json")


@dataclass(frozen=True)
class SpentRow:
    """What ``assets`` cost, in USD; of a service, how many were billed for it."""

    name: str
    assets: int
    usd: float


@dataclass(frozen=True)
class Spending:
    """What was read of all that was paid for: what each day counted, records with what indexing each cost,
    the receipts of their earlier attempts, and tuning runs."""

    target: Target
    days: Mapping[str, float]
    paid: Sequence[Record]
    indexed: Sequence[float]
    earlier: Sequence[tuple[Record, Receipt]]
    runs: Sequence[tuple[str, str, Receipt]]

    def rows(self, by: By) -> tuple[SpentRow, ...]:
        """A row for each day (UTC, of the end), profile or service; services are in the receipts."""
        if by == "service":
            earlier = (line for _, receipt in self.earlier for line in _services(receipt, assets=0))
            tuned_by = (line for _, _, receipt in self.runs for line in _services(receipt, assets=1))
            searched = ((_SEARCH, 1, usd) for usd in self.indexed if usd)
            paid = _by_service(self.target, self.paid)
            return _rows((*paid, *searched, *earlier, *tuned_by, *self._gone()))
        tuned = (
            (f"{day if by == 'day' else run_id}, tuning", 1, receipt.total_usd)
            for run_id, day, receipt in self.runs
        )
        indexed = zip(self.paid, self.indexed, strict=True)
        if by == "day":
            counted = ((day, 0, usd) for day, usd in self.days.items() if usd)
            return _rows((*counted, *((_day_of(record), 1, usd) for record, usd in indexed), *tuned))
        last = ((record.profile, 1, (record.cost_usd or 0.0) + usd) for record, usd in indexed)
        before = ((record.profile, 0, receipt.total_usd) for record, receipt in self.earlier)
        return _rows((*last, *before, *tuned, *self._gone()))

    def _gone(self) -> Iterable[tuple[str, int, float]]:
        """What the days counted that no record and no receipt tells any more."""
        known = sum(record.cost_usd or 0.0 for record in self.paid)
        known += sum(receipt.total_usd for _, receipt in self.earlier)
        if (usd := sum(self.days.values()) - known) >= _LEAST_USD:
            yield _GONE, 0, usd


def read_spending(target: Target, since: date) -> Spending:
    """Of the attempts that ended since then, and the runs that spent something."""
    days = (datetime.now(UTC).date() - since).days + 1
    records = recent_records(target, days=days, statuses=_LIVE, limit=_MOST_RECORDS)
    paid = [record for record in records if record.cost_usd is not None and not record.status.is_open]
    attempts = [(record, attempt) for record in records for attempt in range(1, record.attempt)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        names = [(since + timedelta(days=number)).isoformat() for number in range(days)]
        counted = dict(zip(names, pool.map(lambda day: _counted_usd(target, day), names), strict=True))
        indexed = list(pool.map(lambda record: _indexing_usd(target, record), paid))
        receipts = pool.map(lambda each: _receipt(target, each[0], each[1], since), attempts)
        earlier = [
            (record, receipt)
            for (record, _), receipt in zip(attempts, receipts, strict=True)
            if receipt is not None
        ]
    return Spending(target, counted, paid, indexed, earlier, _tuning_receipts(target, since))


def spent(target: Target, by: By, since: date) -> tuple[SpentRow, ...]:
    """A row for each day, profile or service, of what ended since then."""
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


def _day_of(record: Record) -> str:
    return (record.finished_at or record.updated_at or "")[:10]


def _counted_usd(target: Target, day: str) -> float:
    """What a day's item says that the attempts which ended on it cost."""
    from braid.store.counts import day_key  # imports boto3, which help does without

    key = {"asset_id": {"S": day_key(day)}}
    item = target.dynamodb.get_item(TableName=target.assets_table, Key=key).get("Item", {})
    return float(item.get("usd", {}).get("N", 0))


def _by_service(target: Target, records: Sequence[Record]) -> Iterable[tuple[str, int, float]]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        receipts = list(pool.map(lambda record: _receipt(target, record, record.attempt), records))
    for record, receipt in zip(records, receipts, strict=True):
        if receipt is None:
            yield "(no receipt)", 1, record.cost_usd or 0.0
            continue
        yield from _services(receipt, assets=1)


def _services(receipt: Receipt, *, assets: int) -> Iterable[tuple[str, int, float]]:
    """What each service cost, counted as so many assets of it."""
    sums: defaultdict[str, float] = defaultdict(float)
    for line in receipt.lines:
        sums[line.service] += line.cost_usd
    return ((service, assets, usd) for service, usd in sums.items())


def _receipt(target: Target, record: Record, attempt: int, since: date | None = None) -> Receipt | None:
    """An attempt's receipt; ``None`` where it left none, or ended before ``since``."""
    key = f"assets/{record.asset_id}/{attempt}/receipt.json"
    try:
        found = target.s3.get_object(Bucket=target.results_bucket, Key=key)
    except target.s3.exceptions.NoSuchKey:
        return None
    if since is not None and found["LastModified"].date() < since:
        return None
    return decode_json(Receipt, found["Body"].read(), source=key)


def _indexing_usd(target: Target, record: Record) -> float:
    """What the models of search were paid for it, in batches too."""
    key = manifest_key(record.asset_id)
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except target.s3.exceptions.NoSuchKey:
        return 0.0
    return price(decode_json(VectorManifest, body, source=key).usage, price_book()).total_usd


def _rows(amounts: Iterable[tuple[str, int, float]]) -> tuple[SpentRow, ...]:
    counts: defaultdict[str, int] = defaultdict(int)
    sums: defaultdict[str, float] = defaultdict(float)
    for name, assets, usd in amounts:
        counts[name] += assets
        sums[name] += usd
    return tuple(SpentRow(name, counts[name], round(sums[name], 6)) for name in sorted(sums))
