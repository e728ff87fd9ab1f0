"""The deployment that is upgraded, as AWS's own clients see it: what stands, what is stored, what runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import boto3

from braid.domain.asset.asset import AssetStatus
from local import lifecycle
from local.home import LocalAws

__all__ = ["PIPELINE", "Deployed", "RehearsalError", "Resource", "Standing", "until"]

PIPELINE = "braid-dev-pipeline"
_SECONDS = 300.0
_POLL_SECONDS = 0.3
_Found = TypeVar("_Found")


class RehearsalError(Exception):
    """Something didn't come as it should; the message says what was expected and what came."""


def until(sought: Callable[[], _Found | None], what: str) -> _Found:
    """What ``sought`` gives once it is something. Raises ``RehearsalError`` where that takes too long."""
    deadline = time.monotonic() + _SECONDS
    while not (found := sought()):
        if time.monotonic() > deadline:
            raise RehearsalError(f"{what}: not within {_SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)
    return found


@dataclass(frozen=True)
class Resource:
    """A resource of a stack."""

    kind: str
    physical_id: str


@dataclass(frozen=True)
class Standing:
    """A deployment at one moment.

    ``resources`` by stack and logical id, ``records`` by their keys, ``objects`` of all its buckets by
    ``bucket/key`` with what tells their contents, ``schedules`` by group and name, ``events`` of its stacks.
    """

    resources: Mapping[tuple[str, str], Resource]
    records: Mapping[str, Mapping[str, Any]]
    objects: Mapping[str, str]
    schedules: frozenset[tuple[str, str]]
    events: int


@dataclass(frozen=True)
class Deployed:
    """The stacks of the deployment ``braid-dev`` in an embedded AWS."""

    aws: LocalAws
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A client of the account's owner."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.aws.endpoint,
                region_name=self.aws.region,
                aws_access_key_id=self.aws.access_key_id,
                aws_secret_access_key=self.aws.secret_access_key,
            )
        return self._clients[service]

    def control(
        self, name: str, method: str = "GET", body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A request to the launcher itself."""
        return lifecycle.control(self.aws, name, method=method, body=body)

    def output(self, name: str) -> str:
        """An output of the pipeline's stack."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=PIPELINE)["Stacks"]
        return str(next(each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name))

    def standing(self) -> Standing:
        """What stands and is stored now."""
        scheduler = self.client("scheduler")
        schedules = scheduler.get_paginator("list_schedules").paginate()
        return Standing(
            resources=self.resources(),
            records=self.records(),
            objects={key: tag for name in self._buckets() for key, tag in self._objects(name)},
            schedules=frozenset((s["GroupName"], s["Name"]) for page in schedules for s in page["Schedules"]),
            events=sum(1 for stack in self._stacks() for _ in self._events(stack)),
        )

    def resources(self) -> dict[tuple[str, str], Resource]:
        """Every resource of every stack."""
        cloudformation = self.client("cloudformation")
        return {
            (stack, each["LogicalResourceId"]): Resource(each["ResourceType"], each["PhysicalResourceId"])
            for stack in self._stacks()
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
            for each in page["StackResourceSummaries"]
        }

    def records(self) -> dict[str, dict[str, Any]]:
        """Every item of the assets table."""
        pages = (
            self.client("dynamodb").get_paginator("scan").paginate(TableName=self.output("AssetsTableName"))
        )
        return {item["asset_id"]["S"]: item for page in pages for item in page["Items"]}

    def record_of(self, key: str) -> dict[str, str]:
        """The record of an object of the inbox, its texts and numbers; empty while there is none."""
        found = [item for item in self.records().values() if item.get("source_key", {}).get("S") == key]
        return {name: str(*value.values()) for name, value in found[0].items()} if found else {}

    def ended(self, key: str, *, as_what: AssetStatus = AssetStatus.SUCCEEDED) -> str:
        """The asset's id, once it ended as expected."""

        def closed() -> dict[str, str] | None:
            record = self.record_of(key)
            return record if record and not AssetStatus(record["status"]).is_open else None

        record = until(closed, f"{key} ends")
        if record["status"] != as_what:
            raise RehearsalError(f"{key} is {record['status']}, not {as_what}: {record.get('reason', '')}")
        return record["asset_id"]

    def reached(self, key: str, status: AssetStatus) -> str:
        """The asset's id, once its record has the status."""

        def there() -> str | None:
            record = self.record_of(key)
            return record["asset_id"] if record.get("status") == status else None

        return until(there, f"{key} is {status}")

    def put(self, key: str, body: bytes) -> str:
        """Puts an object into the inbox, as any application would; returns its key."""
        self.client("s3").put_object(Bucket=self.output("InputBucketName"), Key=key, Body=body)
        return key

    def queue_url(self) -> str:
        """The queue that dispatch is fed from."""
        return next(
            each.physical_id
            for (_, name), each in self.resources().items()
            if name.startswith("InboxQueue") and each.kind == "AWS::SQS::Queue"
        )

    def queue_is_empty(self) -> bool:
        """Whether nothing waits in that queue, and nobody works on what did."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        asked = self.client("sqs").get_queue_attributes(QueueUrl=self.queue_url(), AttributeNames=names)
        return not any(int(asked["Attributes"][name]) for name in names)

    def _stacks(self) -> list[str]:
        found = self.client("cloudformation").describe_stacks()["Stacks"]
        return [each["StackName"] for each in found if each["StackName"].startswith("braid-dev-")]

    def _events(self, stack: str) -> Any:
        pages = self.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
        return (event for page in pages for event in page["StackEvents"])

    def _buckets(self) -> tuple[str, str]:
        return self.output("InputBucketName"), self.output("ResultsBucketName")

    def _objects(self, bucket: str) -> Any:
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return (
            (f"{bucket}/{entry['Key']}", entry["ETag"])
            for page in pages
            for entry in page.get("Contents", [])
        )
