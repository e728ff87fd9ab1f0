"""Erasing over the events that S3 really sends: what goes with a version, and what doesn't."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.store.duplicate_marks import DuplicateMarks
from lambdas.erasing import handler_erase
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

NOW = "2026-11-20T10:11:12.000Z"
INDEX = "text.m.8"


@pytest.fixture
def heard(storage: Storage) -> Iterator[str]:
    """A queue that hears what the stack's rule hears of the inbox, and "Asset Deleted"."""
    events, sqs = storage.client("events"), storage.client("sqs")
    url = sqs.create_queue(QueueName="erasing")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [may_send]})}
    )
    storage.s3.put_bucket_notification_configuration(
        Bucket=storage.inbox, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    deleted = {
        "source": ["aws.s3"],
        "detail-type": ["Object Deleted"],
        "detail": {
            "bucket": {"name": [storage.inbox]},
            "object": {"key": [{"prefix": "inbox/"}]},
            "deletion-type": ["Permanently Deleted"],
        },
    }
    for name, pattern in (
        ("deleted", deleted),
        ("told", {"source": ["braid"], "detail-type": ["Asset Deleted"]}),
    ):
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    yield url
    for name in ("deleted", "told"):
        events.remove_targets(Rule=name, Ids=["queue"])
        events.delete_rule(Name=name)
    storage.s3.put_bucket_notification_configuration(Bucket=storage.inbox, NotificationConfiguration={})
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture(autouse=True)
def _settings(heard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DEAD_LETTERS_URL", heard), ("OF_OTHER_STACKS", "{}")):
        monkeypatch.setenv(name, value)


def next_message(storage: Storage, url: str) -> str | None:
    """The next message, which comes within seconds or not at all."""
    sqs = storage.client("sqs")
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=1).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found[0]["Body"] if found else None


def handle(*bodies: str) -> list[str]:
    """Calls the function with messages; the ids of those that failed."""
    messages = [
        {"messageId": str(number), "body": body, "receiptHandle": "r", "attributes": {}}
        for number, body in enumerate(bodies)
    ]
    answer = handler_erase.handler({"Records": messages}, CONTEXT)
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def processed(storage: Storage, key: str) -> AssetRef:
    """An asset that is through, with something in every place."""
    asset = storage.drop(key)
    storage.records.put_received(asset, received_at=NOW, now=NOW)
    storage.records.process(asset, execution_arn="arn:aws:states:us-east-1:0:execution:m:n", now=NOW)
    DuplicateMarks(storage.table, storage.records, dynamodb=storage.dynamodb).claim(
        asset, f"SHA256:{asset.asset_id}", now=NOW
    )
    for result in (
        f"assets/{asset.asset_id}/result.json",
        f"assets/{asset.asset_id}/1/report.html",
        f"work/{asset.asset_id}/still.png",
        f"by-source/{key}/report.html",
        f"catalogue/assets/{asset.asset_id}.jsonl",
    ):
        storage.s3.put_object(Bucket=storage.results, Key=result, Body=b"of it")
    return asset


def traces(storage: Storage, asset: AssetRef) -> list[str]:
    """Where anything of an asset is, its tombstone apart."""
    listed = storage.s3.list_objects_v2(Bucket=storage.results).get("Contents", [])
    of_it = (asset.asset_id, asset.source.key)
    keys = [each["Key"] for each in listed if any(name in each["Key"] for name in of_it)]
    items = storage.dynamodb.scan(TableName=storage.table)["Items"]
    marks = [item["asset_id"]["S"] for item in items if item.get("content_of", {}).get("S") == asset.asset_id]
    return [*keys, *marks]


def delete(storage: Storage, asset: AssetRef, *, version: bool) -> None:
    which = {"VersionId": asset.source.version_id} if version else {}
    storage.s3.delete_object(Bucket=storage.inbox, Key=asset.source.key, **which)


def test_an_asset_goes_with_its_version_and_others_are_told(
    storage: Storage, heard: str, folder: str
) -> None:
    asset, other = processed(storage, f"{folder}/a+b ü.txt"), processed(storage, f"{folder}/c.txt")
    delete(storage, asset, version=True)
    body = next_message(storage, heard)
    assert body

    assert handle(body) == []

    assert traces(storage, asset) == []
    assert len(traces(storage, other)) == 6
    record = storage.record(asset.asset_id)
    assert record["status"] == "DELETED"
    assert "source_key" not in record
    told: dict[str, Any] = json.loads(next_message(storage, heard) or "{}")
    assert told["detail-type"] == "Asset Deleted"
    assert told["detail"]["asset_id"] == asset.asset_id
    assert told["detail"]["result_uri"].startswith(f"s3://{storage.results}/"), "whose search listens"
    assert asset.source.key not in json.dumps(told)
    assert handle(body) == [], "the queue may deliver twice"


def test_what_is_hidden_by_a_delete_marker_stays(storage: Storage, heard: str, folder: str) -> None:
    """And comes back when the marker goes, which S3 calls a permanent deletion of the marker."""
    asset = processed(storage, f"{folder}/kept.txt")
    delete(storage, asset, version=False)
    (marker,) = storage.s3.list_object_versions(Bucket=storage.inbox, Prefix=asset.source.key)[
        "DeleteMarkers"
    ]
    storage.s3.delete_object(Bucket=storage.inbox, Key=asset.source.key, VersionId=marker["VersionId"])
    body = next_message(storage, heard)
    assert body, "of the marker's end alone"
    assert json.loads(body)["detail"]["object"]["version-id"] == marker["VersionId"]

    assert handle(body) == []

    assert len(traces(storage, asset)) == 6
    assert storage.record(asset.asset_id)["status"] == "PROCESSING"


def test_what_is_written_meanwhile_is_erased_by_the_next_try(
    storage: Storage, heard: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = processed(storage, f"{folder}/late.txt")
    delete(storage, asset, version=True)
    body = next_message(storage, heard)
    assert body
    late = {"Bucket": storage.results, "Key": f"assets/{asset.asset_id}/1/late.json", "Body": b"{}"}
    with monkeypatch.context() as patched:
        patched.setattr("braid.store.erasing.announce", lambda *_, **__: storage.s3.put_object(**late))
        assert handle(body) == ["0"]
    assert traces(storage, asset) == [late["Key"]]

    assert handle(body) == []
    assert traces(storage, asset) == []


def test_vectors_go_before_the_list_of_their_keys(
    storage: Storage, heard: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = processed(storage, f"{folder}/found.txt")
    vectors = storage.client("s3vectors")
    arn = vectors.create_vector_bucket(vectorBucketName="erasing-vectors")["vectorBucketArn"]
    vectors.create_index(
        vectorBucketArn=arn, indexName=INDEX, dataType="float32", dimension=8, distanceMetric="cosine"
    )
    put = [{"key": key, "data": {"float32": [0.5] * 8}} for key in (f"{asset.asset_id}/1", "other/1")]
    vectors.put_vectors(indexArn=f"{arn}/index/{INDEX}", vectors=put)
    manifest = VectorManifest(asset.asset_id, 1, "d", True, {INDEX: (f"{asset.asset_id}/1",), "gone": ("x",)})
    storage.store(asset).put_document(manifest_key(asset.asset_id), manifest)
    monkeypatch.setenv("OF_OTHER_STACKS", json.dumps({"vector_store": arn}))
    delete(storage, asset, version=True)
    body = next_message(storage, heard)
    assert body

    assert handle(body) == []

    left = vectors.list_vectors(indexArn=f"{arn}/index/{INDEX}")["vectors"]
    assert [each["key"] for each in left] == ["other/1"]
    assert traces(storage, asset) == []


@pytest.mark.parametrize(
    "body",
    [
        "no JSON",
        "[]",
        json.dumps({"detail-type": "Object Created", "detail": {}}),
        json.dumps({"detail-type": "Object Deleted", "detail": {"deletion-type": "Delete Marker Created"}}),
        json.dumps({"detail-type": "Object Deleted", "detail": {"deletion-type": "Permanently Deleted"}}),
    ],
)
def test_what_tells_of_no_version_is_parked_at_once(storage: Storage, heard: str, body: str) -> None:
    assert handle(body) == []
    assert next_message(storage, heard) == body
