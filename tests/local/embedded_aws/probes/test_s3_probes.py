"""S3 and its events, as intake and dispatch rely on them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.embedded_aws.harness import Embedded, until

pytestmark = pytest.mark.patch("ministack/s3_fixes.py")

KEYS = [
    "inbox/a.txt",
    "inbox/talk+slides 50%25.mp4",
    "inbox/ü 日本.png",
    "inbox/a&b=c?.txt",
    "inbox/x//y",
    "inbox/folder/",
]


@pytest.fixture
def bucket(embedded: Embedded) -> str:
    """A versioned bucket that tells EventBridge."""
    name, s3 = f"events-{uuid.uuid4().hex[:8]}", embedded.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    return name


@pytest.fixture
def events(embedded: Embedded, bucket: str) -> Callable[[], list[Any]]:
    """Gives the events of the test's own bucket that came since the last call."""
    sqs, bus = embedded.client("sqs"), embedded.client("events")
    url = sqs.create_queue(QueueName=f"events-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
    rule = bus.put_rule(Name=f"rule-{bucket}", EventPattern=json.dumps(pattern))["RuleArn"]
    bus.put_targets(Rule=f"rule-{bucket}", Targets=[{"Id": "queue", "Arn": arn}])
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return lambda: until(lambda: embedded.received(url))


@pytest.mark.parametrize("key", KEYS)
def test_an_event_names_key_and_version_as_they_are(
    embedded: Embedded, bucket: str, events: Callable[[], list[Any]], key: str
) -> None:
    version = embedded.client("s3").put_object(Bucket=bucket, Key=key, Body=b"1")["VersionId"]
    (event,) = events()
    found = event["detail"]["object"]
    assert (found["key"], found["version-id"], found["size"]) == (key, version, 1)
    assert (event["detail-type"], event["detail"]["reason"]) == ("Object Created", "PutObject")
    assert found["sequencer"]


def test_multipart_and_copy_are_created_too(
    embedded: Embedded, bucket: str, events: Callable[[], list[Any]]
) -> None:
    s3 = embedded.client("s3")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="inbox/big")["UploadId"]
    parts = []
    for number, body in ((1, b"x" * 5_242_880), (2, b"y")):
        part = s3.upload_part(Bucket=bucket, Key="inbox/big", UploadId=upload, PartNumber=number, Body=body)
        parts.append({"ETag": part["ETag"], "PartNumber": number})
    completed = s3.complete_multipart_upload(
        Bucket=bucket, Key="inbox/big", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    (event,) = events()
    assert event["detail"]["reason"] == "CompleteMultipartUpload"
    assert event["detail"]["object"]["version-id"] == completed["VersionId"]
    assert event["detail"]["object"]["size"] == 5_242_881
    copied = s3.copy_object(
        Bucket=bucket, Key="inbox/copy", CopySource={"Bucket": bucket, "Key": "inbox/big"}
    )
    (event,) = events()
    assert event["detail"]["reason"] == "CopyObject"
    assert event["detail"]["object"]["version-id"] == copied["VersionId"]


def test_a_delete_is_no_creation(embedded: Embedded, bucket: str, events: Callable[[], list[Any]]) -> None:
    s3 = embedded.client("s3")
    s3.put_object(Bucket=bucket, Key="inbox/gone", Body=b"1")
    events()
    marker = s3.delete_object(Bucket=bucket, Key="inbox/gone")["VersionId"]
    (event,) = events()
    assert (event["detail-type"], event["detail"]["deletion-type"]) == (
        "Object Deleted",
        "Delete Marker Created",
    )
    assert event["detail"]["object"]["version-id"] == marker


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
@pytest.mark.parametrize("overwritten", [False, True])
def test_a_version_is_read_in_parts(
    embedded: Embedded, bucket: str, wanted: str, body: bytes, content_range: str, overwritten: bool
) -> None:
    s3, key = embedded.client("s3"), f"ranges/{uuid.uuid4().hex}"
    version = s3.put_object(Bucket=bucket, Key=key, Body=b"0123456789")["VersionId"]
    if overwritten:
        s3.put_object(Bucket=bucket, Key=key, Body=b"another")
    part = s3.get_object(Bucket=bucket, Key=key, VersionId=version, Range=wanted)
    assert (part["Body"].read(), part["ContentRange"]) == (body, content_range)
    assert (part["ResponseMetadata"]["HTTPStatusCode"], part["VersionId"]) == (206, version)


def test_a_range_beyond_the_end_is_refused(embedded: Embedded, bucket: str) -> None:
    s3 = embedded.client("s3")
    version = s3.put_object(Bucket=bucket, Key="ranges/short", Body=b"1")["VersionId"]
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(Bucket=bucket, Key="ranges/short", VersionId=version, Range="bytes=5-9")


def test_a_version_has_its_own_tags(embedded: Embedded, bucket: str) -> None:
    s3, key = embedded.client("s3"), "tags/a"
    first = s3.put_object(Bucket=bucket, Key=key, Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key=key, Body=b"2")["VersionId"]
    tags = [{"Key": "braid-status", "Value": "SUCCEEDED"}]
    s3.put_object_tagging(Bucket=bucket, Key=key, VersionId=first, Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key=key, VersionId=first)["TagSet"] == tags
    assert s3.get_object_tagging(Bucket=bucket, Key=key, VersionId=second)["TagSet"] == []


def test_conditional_writes(embedded: Embedded, bucket: str) -> None:
    s3 = embedded.client("s3")
    etag = s3.put_object(Bucket=bucket, Key="once", Body=b"1", IfNoneMatch="*")["ETag"]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="once", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket=bucket, Key="once", Body=b"3", IfMatch=etag)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="once", Body=b"4", IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="once")["Body"].read() == b"3"


def test_metadata_media_type_and_checksum_come_back(embedded: Embedded, bucket: str) -> None:
    s3 = embedded.client("s3")
    s3.put_object(
        Bucket=bucket, Key="meta", Body=b"1", ContentType="text/html; charset=utf-8", Metadata={"a": "b"},
        ChecksumAlgorithm="SHA256",
    )  # fmt: skip
    head = s3.head_object(Bucket=bucket, Key="meta", ChecksumMode="ENABLED")
    assert (head["ContentType"], head["Metadata"], head["ContentLength"]) == (
        "text/html; charset=utf-8",
        {"a": "b"},
        1,
    )
    assert head["ChecksumSHA256"] == "a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s="


def test_a_presigned_url_opens(embedded: Embedded, bucket: str) -> None:
    import urllib.request

    s3 = embedded.client("s3")
    s3.put_object(Bucket=bucket, Key="open me.txt", Body=b"hello")
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "open me.txt"}, ExpiresIn=60
    )
    with urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.read() == b"hello"


def test_aws_kms_without_a_key_takes_the_managed_one(embedded: Embedded, bucket: str) -> None:
    s3 = embedded.client("s3")
    s3.put_object(Bucket=bucket, Key="kms", Body=b"1", ServerSideEncryption="aws:kms")
    assert s3.head_object(Bucket=bucket, Key="kms")["SSEKMSKeyId"].endswith("alias/aws/s3")
