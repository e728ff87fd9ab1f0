"""EventBridge is switched on in a bucket of the user's own, whose other notifications stay."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from cli.machine import input_bucket
from cli.machine.input_bucket import enable_events, input_bucket_of
from tests.contract.conftest import Storage


class _Deployment:
    """A deployment as far as its input bucket goes."""

    stack_name = "braid-dev-pipeline"

    def __init__(self, s3: Any, bucket: str) -> None:
        self.s3, self.input_bucket = s3, bucket


@pytest.fixture
def deployment(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> _Deployment:
    name = f"own-{uuid.uuid4().hex[:12]}"
    storage.s3.create_bucket(Bucket=name)
    made = _Deployment(storage.s3, name)
    monkeypatch.setattr(input_bucket, "find_target", lambda _stack: made)
    return made


def test_what_the_bucket_lacks_is_said_with_the_command_that_mends_it(deployment: _Deployment) -> None:
    versions, events = input_bucket_of(deployment)  # type: ignore[arg-type]  # all that is asked
    assert not versions.ok
    assert f"put-bucket-versioning --bucket {deployment.input_bucket}" in versions.remedy
    assert not events.ok
    assert "--enable-events" in events.remedy


def test_switching_events_on_keeps_what_was_there(storage: Storage, deployment: _Deployment) -> None:
    bucket = deployment.input_bucket
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    created = storage.client("sqs").create_queue(QueueName=bucket, Attributes={"Policy": policy})
    queue = created["QueueUrl"]
    attributes = storage.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    told = {
        "Id": "ours",
        "QueueArn": attributes["Attributes"]["QueueArn"],
        "Events": ["s3:ObjectRemoved:*"],
    }
    storage.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    storage.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    assert enable_events("braid-dev-pipeline")
    assert not enable_events("braid-dev-pipeline"), "it is on"

    configuration = storage.s3.get_bucket_notification_configuration(Bucket=bucket)
    assert configuration["QueueConfigurations"] == [told]
    assert [found.ok for found in input_bucket_of(deployment)] == [True, True]  # type: ignore[arg-type]  # as above
