"""S3 and DynamoDB of the embedded AWS, with the buckets and the table that the steps work on."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef, Source, asset_id_for, read_inbox_key
from braid.store.counts import AssetCounts
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.review_records import ReviewRecords
from cli.target import Target
from local import lifecycle
from local.launcher.ports import free_port
from tests.doubles.memory_stores import MemoryStorage


@dataclass(frozen=True)
class Storage:
    """An input bucket, a results bucket and an assets table; ``session`` leads to where they are."""

    session: boto3.Session
    endpoint: str
    s3: Any
    dynamodb: Any
    inbox: str = "steps-input"
    results: str = "steps-results"
    table: str = "steps-assets"

    def client(self, service: str) -> Any:
        """A client of another service that is there."""
        return self.session.client(service, endpoint_url=self.endpoint)

    @property
    def records(self) -> AssetRecords:
        return AssetRecords(self.table, dynamodb=self.dynamodb)

    @property
    def counts(self) -> AssetCounts:
        return AssetCounts(self.table, dynamodb=self.dynamodb)

    @property
    def reviews(self) -> ReviewRecords:
        return ReviewRecords(self.table, dynamodb=self.dynamodb)

    @property
    def sources(self) -> SourceObjects:
        return SourceObjects(self.inbox, s3=self.s3)

    def store(self, asset: AssetRef) -> DocumentStore:
        return DocumentStore(self.results, asset.asset_id, asset.attempt, s3=self.s3)

    def drop(self, key: str, body: bytes = b"hello") -> AssetRef:
        """Puts an object and returns the asset that it is the head of."""
        version_id = self.s3.put_object(Bucket=self.inbox, Key=key, Body=body)["VersionId"]
        source = Source(self.inbox, key, version_id)
        return AssetRef(asset_id_for(source), 1, read_inbox_key(key).profile, source)

    def record(self, asset_id: str) -> dict[str, str]:
        """The record's attributes as text."""
        item = self.dynamodb.get_item(TableName=self.table, Key={"asset_id": {"S": asset_id}})["Item"]
        return {name: str(next(iter(value.values()))) for name, value in item.items()}

    def tags(self, asset: AssetRef) -> dict[str, str]:
        source = asset.source
        found = self.s3.get_object_tagging(Bucket=source.bucket, Key=source.key, VersionId=source.version_id)
        return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}

    def result(self, key: str) -> bytes:
        """The bytes under ``key`` of the results bucket."""
        body: bytes = self.s3.get_object(Bucket=self.results, Key=key)["Body"].read()
        return body

    def result_json(self, asset: AssetRef) -> dict[str, Any]:
        """``result.json``."""
        value: dict[str, Any] = json.loads(self.result(f"assets/{asset.asset_id}/result.json"))
        return value

    def keys(self, prefix: str) -> list[str]:
        """The keys below ``prefix`` of the results bucket."""
        found = self.s3.list_objects_v2(Bucket=self.results, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """The embedded AWS of this process, with buckets and table."""
    home = tmp_path_factory.mktemp("contract-aws")
    aws = lifecycle.up(home, free_port(), parent_pid=os.getpid())
    session = boto3.Session(aws.access_key_id, aws.secret_access_key, region_name=aws.region)
    try:
        clients = [session.client(name, endpoint_url=aws.endpoint) for name in ("s3", "dynamodb")]
        made = Storage(session, aws.endpoint, *clients)
        _create(made)
        yield made
    finally:
        lifecycle.down(home)


@pytest.fixture
def target(storage: Storage) -> Iterator[Target]:
    """What commands reach of a deployment that has no function and no state machine."""
    sqs = storage.client("sqs")
    queues = [sqs.create_queue(QueueName=f"target-{name}")["QueueUrl"] for name in ("inbox", "letters")]
    yield Target(
        stack_name="contract-pipeline",
        deployment_name="contract",
        is_local=True,
        input_bucket=storage.inbox,
        results_bucket=storage.results,
        assets_table=storage.table,
        state_machine_arn="",
        review_function="",
        trial_function="",
        session=storage.session,
        endpoint_url=storage.endpoint,
        inbox_queue_url=queues[0],
        dead_letters_url=queues[1],
    )
    for url in queues:
        sqs.delete_queue(QueueUrl=url)


@pytest.fixture(autouse=True)
def _deployed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test over ``storage`` has the environment of a function there: the adapters' own clients reach it."""
    if "storage" not in request.fixturenames:
        return
    storage: Storage = request.getfixturevalue("storage")
    key = storage.session.get_credentials()
    environment = {
        "AWS_ENDPOINT_URL": storage.endpoint,
        "AWS_ACCESS_KEY_ID": key.access_key,
        "AWS_SECRET_ACCESS_KEY": key.secret_key,
        "AWS_DEFAULT_REGION": storage.session.region_name,
        "ASSETS_TABLE": Storage.table,
        "RESULTS_BUCKET": Storage.results,
        "CAPTION_LANGUAGES": "[]",
        "SPOKEN_DESCRIPTIONS": "false",
        "MAX_OBJECT_BYTES": str(50 * 1024 * 1024),
        "MAX_DURATION_SECONDS": "3600",
        "MAX_PAGES": "20",
        "MAX_TEXT_CHARACTERS": "2000000",
        "MAX_IMAGE_PIXELS": "50000000",
        "BUNDLE_WAIT_SECONDS": "600",
        "MAX_USD_PER_DAY": "0",
        "MAX_KEYFRAMES": "40",
        "EVIDENCE_BUDGET_TOKENS": "12000",
        "FOUR_EYES": "false",
        "MODEL_IDS": '{"micro": "us.amazon.nova-micro-v1:0", "pro": "us.amazon.nova-pro-v1:0"}',
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # The session that `boto3.client` goes through; a new one for each test would take a tenth of a second.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", storage.session)


@pytest.fixture(params=["embedded AWS", "memory"])
def any_storage(request: pytest.FixtureRequest) -> Storage | MemoryStorage:
    """The embedded AWS's stores, then those in memory that unit tests stand on: both keep the same rules."""
    if request.param == "memory":
        return MemoryStorage()
    storage: Storage = request.getfixturevalue("storage")
    return storage


@pytest.fixture
def folder() -> str:
    """A folder of the inbox that no other test uses."""
    return f"inbox/general/{uuid.uuid4().hex[:8]}"


def _create(storage: Storage) -> None:
    for bucket in (storage.inbox, storage.results):
        storage.s3.create_bucket(Bucket=bucket)
    storage.s3.put_bucket_versioning(Bucket=storage.inbox, VersioningConfiguration={"Status": "Enabled"})
    create_table(storage, storage.table)


def create_table(storage: Storage, name: str) -> None:
    """An assets table with its indexes."""
    storage.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "asset_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("asset_id", "status_day", "kind", "updated_at")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": key, "KeyType": "HASH"},
                    {"AttributeName": "updated_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, key in (("by-status", "status_day"), ("by-kind", "kind"))
        ],
    )
