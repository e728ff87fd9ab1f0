"""What assets cost: their receipts, and beside them what search was asked to embed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetStatus
from braid.domain.money.accounting import Usage
from braid.domain.money.receipt import price
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import encode
from cli.costs import spent as spent_module
from cli.costs.prices import price_book
from cli.costs.spent import By, spent
from cli.showing.records import Record
from tests.doubles.memory_s3 import MemoryS3

BUCKET = "results"
TITAN = "InvokeModel:amazon.titan-embed-text-v2:0"


class _S3(MemoryS3):
    exceptions = SimpleNamespace(NoSuchKey=ClientError)

    def get_paginator(self, _operation: str) -> Any:
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803  # as boto3 has it
        keys = [key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix)]
        return [{"Contents": [{"Key": key, "LastModified": datetime.now(UTC)} for key in keys]}]

    def put(self, key: str, document: Any) -> None:
        self.objects[BUCKET, key] = json.dumps(encode(document)).encode()


def _target(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A deployment of two assets, of which one was indexed."""
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
    monkeypatch.setattr(spent_module, "recent_records", lambda *_args, **_options: records)
    return SimpleNamespace(s3=s3, results_bucket=BUCKET)


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


def test_a_tuning_run_is_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = _S3()
    trained = Usage("sagemaker", "CreateTrainingJob:amazon.nova-lite-v1:0", "training_token", 1_000_000)
    s3.put("tuning/moderation-1/receipt.json", price([trained], price_book()))
    s3.put("tuning/models/moderation.json", {})
    record = Record("a-1", 1, AssetStatus.SUCCEEDED, profile="moderation", cost_usd=0.003)
    monkeypatch.setattr(spent_module, "recent_records", lambda *_args, **_options: [record])

    target: Any = SimpleNamespace(s3=s3, results_bucket=BUCKET)
    rows = {row.name: row.usd for row in spent(target, "profile", datetime.now(UTC).date())}

    assert rows == {"moderation": 0.003, "moderation-1, tuning": 2.0}
    services = {row.name: row.usd for row in spent(target, "service", datetime.now(UTC).date())}
    assert services["sagemaker"] == 2.0
