"""A picture is made by the deployed machine, and public once a person approved."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from PIL import Image

from braid.domain.asset.asset import AssetKind, AssetStatus
from cli.showing.records import read_record
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e


def told(done: Any) -> dict[str, Any]:
    """The one JSON line that a command printed."""
    assert done.returncode == 0, done.stderr
    line: dict[str, Any] = json.loads(done.stdout)
    return line


def stored(deployed: Deployed, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body: bytes = deployed.target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def approve(deployed: Deployed, asset_id: str) -> None:
    done = deployed.braid("review", "approve", asset_id, "--by", "ann")
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + 60
    while (record := read_record(deployed.target, asset_id)) is None or record.status.is_open:
        assert time.monotonic() < deadline, record
        time.sleep(0.2)
    assert record.status is AssetStatus.SUCCEEDED, record


def test_what_was_made_is_public_once_a_person_approved(deployed: Deployed) -> None:
    asked = ("--task", "text_to_image", "--prompt", "A photograph of a red boat on a lake, realistic")

    made = told(deployed.braid("generate", *asked, "--name", "boat", "--by", "bob", "--wait", "--json"))

    published = published_bucket(deployed)
    assert made["status"] == "AWAITING_REVIEW"
    record = read_record(deployed.target, made["asset_id"])
    assert record is not None
    assert record.kind == AssetKind.GENERATED
    assert not deployed.target.s3.list_objects_v2(Bucket=published).get("Contents")
    approve(deployed, made["asset_id"])
    (item,) = deployed.target.s3.list_objects_v2(Bucket=published)["Contents"]
    body = stored(deployed, f"s3://{published}/{item['Key']}")
    draft = deployed.document(made["asset_id"], "draft")
    assert body == stored(deployed, draft["file"]["uri"]), "the reviewed bytes are the published ones"
    assert Image.open(io.BytesIO(body)).size[0] >= 512


def published_bucket(deployed: Deployed) -> str:
    name = deployed.target.name_beside("generation")
    (stack,) = deployed.target.cloudformation.describe_stacks(StackName=name)["Stacks"]
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    return str(outputs["PublishedBucketName"])
