"""What assets cost: their receipts, and beside them what search was asked to embed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetStatus
from braid.domain.clock import iso
from braid.domain.money.accounting import Usage
from braid.domain.money.receipt import price
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import encode
from cli.costs import spent as spent_module
from cli.costs.prices import price_book
from cli.costs.spent import By, SpentRow, spent
from cli.showing.records import Record
from tests.doubles.memory_s3 import MemoryS3

BUCKET = "results"
NOW = datetime.now(UTC)
TITAN = "InvokeModel:amazon.titan-embed-text-v2:0"


class _S3(MemoryS3):
    exceptions = SimpleNamespace(NoSuchKey=ClientError)

    def get_object(self, **request: Any) -> dict[str, Any]:
        return {"LastModified": NOW, **super().get_object(**request)}

    def get_paginator(self, _operation: str) -> Any:
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803  # as boto3 has it
        keys = [key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix)]
        return [{"Contents": [{"Key": key, "LastModified": datetime.now(UTC)} for key in keys]}]

    def put(self, key: str, document: Any) -> None:
        self.objects[BUCKET, key] = json.dumps(encode(document)).encode()


class _Days:
    """The client of a table that has the items of days alone, with what was counted on them."""

    def __init__(self, **usd: float) -> None:
        self._usd = {f"count#{day}": each for day, each in usd.items()}

    def get_item(self, *, TableName: str, Key: dict[str, dict[str, str]]) -> dict[str, Any]:  # noqa: N803  # as boto3 has it
        usd = self._usd.get(Key["asset_id"]["S"])
        return {} if usd is None else {"Item": {"usd": {"N": str(usd)}}}


def _reached(s3: _S3, usd: float) -> Any:
    days = _Days(**{NOW.date().isoformat(): usd})
    return SimpleNamespace(s3=s3, results_bucket=BUCKET, assets_table="assets", dynamodb=days)


def _target(monkeypatch: pytest.MonkeyPatch, *, gone_usd: float = 0.0) -> Any:
    """A deployment of two assets, of which one was indexed, and of others that were deleted since."""
    s3 = _S3()
    receipt = price([Usage("textract", "DetectDocumentText", "page", 2)], price_book())
    s3.put("assets/a-1/1/receipt.json", receipt)
    s3.put("assets/b-1/1/receipt.json", price([], price_book()))
    usage = (Usage("bedrock", TITAN, "input_token", 1_000_000),)
    s3.put(manifest_key("a-1"), VectorManifest("a-1", 1, "d", True, {}, usage=usage))
    records = [
        Record("a-1", 1, AssetStatus.SUCCEEDED, profile="catalog", cost_usd=receipt.total_usd),
        Record("b-1", 1, AssetStatus.SUCCEEDED, profile="general", cost_usd=0.0),
    ]
    records = [replace(record, finished_at=iso(NOW)) for record in records]
    monkeypatch.setattr(spent_module, "recent_records", lambda *_args, **_options: records)
    return _reached(s3, receipt.total_usd + gone_usd)


def test_what_search_embedded_is_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {row.name: row for row in spent(_target(monkeypatch), "service", datetime.now(UTC).date())}

    assert rows["search (indexing)"].usd == pytest.approx(0.02)
    assert rows["search (indexing)"].assets == 1
    assert rows["textract"].usd == pytest.approx(0.003)


@pytest.mark.parametrize("by", ["day", "profile", "service"])
def test_days_profiles_and_services_add_up_to_the_same(monkeypatch: pytest.MonkeyPatch, by: By) -> None:
    rows = spent(_target(monkeypatch), by, datetime.now(UTC).date())

    assert sum(row.usd for row in rows) == pytest.approx(0.023)
    if by == "profile":
        assert [(row.name, row.usd) for row in rows] == [("catalog", 0.023), ("general", 0.0)]


@pytest.mark.parametrize("by", ["day", "profile", "service"])
def test_what_deleted_assets_cost_is_told(monkeypatch: pytest.MonkeyPatch, by: By) -> None:
    rows = {row.name: row for row in spent(_target(monkeypatch, gone_usd=0.5), by, NOW.date())}

    assert sum(row.usd for row in rows.values()) == pytest.approx(0.523)
    if by == "day":
        assert rows[NOW.date().isoformat()] == SpentRow(NOW.date().isoformat(), 2, 0.523)
    else:
        assert rows["(deleted, or without a receipt)"] == SpentRow("(deleted, or without a receipt)", 0, 0.5)


@pytest.mark.parametrize("by", ["day", "profile", "service"])
@pytest.mark.parametrize("status", [AssetStatus.SUCCEEDED, AssetStatus.PROCESSING])
def test_what_earlier_attempts_cost_is_told(
    monkeypatch: pytest.MonkeyPatch, by: By, status: AssetStatus
) -> None:
    s3, first = _S3(), price([Usage("textract", "DetectDocumentText", "page", 2)], price_book())
    s3.put("assets/a-1/1/receipt.json", first)
    is_open = status is AssetStatus.PROCESSING
    record = Record("a-1", 2, status, profile="catalog", cost_usd=None if is_open else 0.001)
    monkeypatch.setattr(spent_module, "recent_records", lambda *_args, **_options: [record])
    total = 0.003 if is_open else 0.004

    found = spent(_reached(s3, total), by, NOW.date())
    rows = {row.name: row.usd for row in found}

    assert sum(row.assets for row in found) == (0 if is_open else 1), "an attempt is no asset more"
    assert sum(rows.values()) == pytest.approx(total)
    names = {"day": NOW.date().isoformat(), "profile": "catalog", "service": "textract"}
    assert rows[names[by]] == pytest.approx(0.003 if by == "service" else total)
    later = spent(_reached(s3, 0.0), by, NOW.date() + timedelta(days=1))
    assert sum(row.usd for row in later) == pytest.approx(0.0 if is_open or by == "day" else 0.001)


def test_a_tuning_run_is_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = _S3()
    trained = Usage("sagemaker", "CreateTrainingJob:amazon.nova-lite-v1:0", "training_token", 1_000_000)
    s3.put("tuning/moderation-1/receipt.json", price([trained], price_book()))
    s3.put("tuning/models/moderation.json", {})
    record = Record("a-1", 1, AssetStatus.SUCCEEDED, profile="moderation", cost_usd=0.003)
    monkeypatch.setattr(spent_module, "recent_records", lambda *_args, **_options: [record])

    target = _reached(s3, 0.003)
    rows = {row.name: row.usd for row in spent(target, "profile", datetime.now(UTC).date())}

    assert rows == {"moderation": 0.003, "moderation-1, tuning": 2.0}
    services = {row.name: row.usd for row in spent(target, "service", datetime.now(UTC).date())}
    assert services["sagemaker"] == 2.0
