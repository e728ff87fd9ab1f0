"""What lies in the inbox and was never begun is begun, whoever lists it."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e


@pytest.fixture
def lost(deployed: Deployed, make_file: Callable[[str, bytes], Path]) -> dict[str, Any]:
    """The record of an asset that nobody knows of any more: its file alone is there."""
    text = b"Lanterns + oil (two litres) stand in the loft of the lighthouse.\n"
    (outcome,) = deployed.drop([make_file("loft + oil.txt", text)])
    key = {"asset_id": {"S": outcome.asset_id}}
    table = deployed.target.assets_table
    item: dict[str, Any] = deployed.target.dynamodb.get_item(TableName=table, Key=key)["Item"]
    deployed.target.dynamodb.delete_item(TableName=table, Key=key)
    return item


@pytest.fixture
def inventory(deployed: Deployed, lost: dict[str, Any]) -> Iterator[str]:
    """The address of an S3 Inventory's manifest that lists the lost file, a marker and a stranger."""
    s3, bucket = deployed.target.s3, "braid-test-lists"
    s3.create_bucket(Bucket=bucket)
    source = deployed.target.input_bucket
    rows = (
        (source, quote_plus(lost["source_key"]["S"]), lost["source_version_id"]["S"], "false", "64"),
        (source, quote_plus(lost["source_key"]["S"]), "marker", "true", ""),
        (source, "elsewhere%2Fa.txt", "v", "false", "3"),
    )
    text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    body = gzip.compress(text.encode())
    s3.put_object(Bucket=bucket, Key="data/1.csv.gz", Body=body)
    manifest = {
        "sourceBucket": source,
        "destinationBucket": f"arn:aws:s3:::{bucket}",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId, IsDeleteMarker, Size",
        "files": [{"key": "data/1.csv.gz", "size": len(body), "MD5checksum": hashlib.md5(body).hexdigest()}],
    }
    s3.put_object(Bucket=bucket, Key="day/manifest.json", Body=json.dumps(manifest).encode())
    yield f"s3://{bucket}/day/manifest.json"
    for key in ("data/1.csv.gz", "day/manifest.json"):
        s3.delete_object(Bucket=bucket, Key=key)
    s3.delete_bucket(Bucket=bucket)


def backfilled(deployed: Deployed, *options: str) -> dict[str, Any]:
    done = deployed.braid("backfill", "--json", "--yes", *options)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_what_was_lost_is_begun_once(deployed: Deployed, lost: dict[str, Any], inventory: str) -> None:
    asset_id = lost["asset_id"]["S"]
    place = f"s3://{deployed.target.input_bucket}/{lost['source_key']['S']}"

    listed = backfilled(deployed, place, "--dry-run")
    assert (listed["assets"], listed["is_begun"]) == (1, False)
    assert backfilled(deployed, "--inventory", inventory, "--dry-run") == {**listed, "bytes": 64}
    assert listed["bytes"] == 65

    assert backfilled(deployed, "--inventory", inventory)["assets"] == 1
    deadline = time.monotonic() + 90
    while True:
        item = deployed.target.dynamodb.get_item(
            TableName=deployed.target.assets_table, Key={"asset_id": {"S": asset_id}}, ConsistentRead=True
        ).get("Item")
        if item and item["status"]["S"] in ("SUCCEEDED", "PARTIAL"):
            break
        assert time.monotonic() < deadline, item
        time.sleep(0.3)
    assert backfilled(deployed, "--inventory", inventory)["assets"] == 0


def test_a_list_that_is_another_is_not_read(deployed: Deployed, inventory: str) -> None:
    bucket = inventory.removeprefix("s3://").partition("/")[0]
    deployed.target.s3.put_object(Bucket=bucket, Key="data/1.csv.gz", Body=gzip.compress(b""))

    done = deployed.braid("backfill", "--inventory", inventory, "--dry-run")

    assert done.returncode == 1
    assert "isn't the list that the manifest names" in " ".join(done.stderr.split())
