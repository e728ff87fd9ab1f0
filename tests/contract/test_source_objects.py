"""Heads, versions, listings and tags of the input bucket."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from braid.aws.s3.s3_file import S3File
from braid.aws.s3.source_objects import SourceObjects
from braid.domain.errors import AccessDeniedError, InvalidAssetError, ThrottledError
from local.services.protocol import ServiceError
from tests.contract.conftest import Storage
from tests.doubles.memory_stores import MemoryStorage
from tests.doubles.service_clients import answered_by

HARD_NAMES = ("a+b.txt", "50%25 & 100%.txt", "two  spaces.txt", "ü 日本.txt", "x~(1)!'*.txt", "q?a=b#c.txt")


@pytest.mark.parametrize("name", HARD_NAMES)
def test_keys_are_taken_as_they_are(any_storage: Storage | MemoryStorage, folder: str, name: str) -> None:
    asset = any_storage.drop(f"{folder}/{name}", b"12345")
    head = any_storage.sources.find_current(asset.source.key)
    assert head is not None
    assert (head.version_id, head.size_bytes) == (asset.source.version_id, 5)
    assert any_storage.sources.tag(asset.source.key, head.version_id, {"braid-status": "FAILED"})
    assert any_storage.tags(asset) == {"braid-status": "FAILED"}


def test_special_keys_of_localstack(storage: Storage, folder: str, shared_data: Path) -> None:
    keys = json.loads((shared_data / "aws-s3" / "localstack" / "special-keys.json").read_text("utf-8"))
    for key in keys:
        asset = storage.drop(f"{folder}/{key}")
        found = storage.sources.find_current(asset.source.key)
        assert found is not None, key
        assert found.version_id == asset.source.version_id, key
    assert set(storage.sources.names_below(f"{folder}/")) == set(keys)


def test_an_overwritten_version_is_still_that_version(storage: Storage, folder: str) -> None:
    first = storage.drop(f"{folder}/a.txt", b"first")
    second = storage.drop(f"{folder}/a.txt", b"second!")
    assert storage.sources.head(first.source.key, first.source.version_id).size_bytes == 5
    assert storage.sources.read_small(first.source.key, first.source.version_id, max_bytes=9) == b"first"
    current = storage.sources.find_current(first.source.key)
    assert current is not None
    assert current.version_id == second.source.version_id


def test_a_deleted_version_is_told_in_words(storage: Storage, folder: str) -> None:
    source = storage.drop(f"{folder}/a.txt").source
    storage.s3.delete_object(Bucket=source.bucket, Key=source.key, VersionId=source.version_id)
    with pytest.raises(InvalidAssetError, match="was deleted before it could be processed"):
        storage.sources.head(source.key, source.version_id)
    with pytest.raises(InvalidAssetError, match="was deleted before it could be processed"):
        storage.sources.read_small(source.key, source.version_id, max_bytes=9)
    with pytest.raises(InvalidAssetError, match="was deleted before it could be processed"):
        S3File(source.bucket, source.key, source.version_id, 4, s3=storage.s3).read(4)
    assert not storage.sources.tag(source.key, source.version_id, {"braid-status": "x"})


def test_behind_a_delete_marker_there_is_nothing(storage: Storage, folder: str) -> None:
    source = storage.drop(f"{folder}/a.txt").source
    storage.s3.delete_object(Bucket=source.bucket, Key=source.key)
    assert storage.sources.find_current(source.key) is None
    assert storage.sources.head(source.key, source.version_id).size_bytes == 5


def test_a_longer_key_is_another_object(any_storage: Storage | MemoryStorage, folder: str) -> None:
    any_storage.drop(f"{folder}/a.txt.bak")
    assert any_storage.sources.find_current(f"{folder}/a.txt") is None


def test_tags_of_others_stay(any_storage: Storage | MemoryStorage, folder: str) -> None:
    asset = any_storage.drop(f"{folder}/a.txt")
    source = asset.source
    theirs = {f"team-{number}": "ü" for number in range(8)}
    assert any_storage.sources.tag(source.key, source.version_id, theirs)
    ours = {"braid-status": "SUCCEEDED", "braid-asset-id": "a-1"}
    assert any_storage.sources.tag(source.key, source.version_id, ours)
    assert any_storage.tags(asset) == {**theirs, **ours}
    assert any_storage.sources.tag(source.key, source.version_id, {"braid-status": "FAILED"})
    assert not any_storage.sources.tag(source.key, source.version_id, {"one": "too many"})
    assert any_storage.tags(asset) == {**theirs, **ours, "braid-status": "FAILED"}


def test_a_file_under_a_key_that_may_not_be_used_is_told_in_words(storage: Storage, folder: str) -> None:
    """Its reader may read the bucket; the key is somebody else's, and the knob for it is named."""
    key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
    key = f"{folder}/sealed.txt"
    version_id = storage.s3.put_object(
        Bucket=storage.inbox, Key=key, Body=b"hello", ServerSideEncryption="aws:kms", SSEKMSKeyId=key_arn
    )["VersionId"]
    s3 = _reader(storage, {"Action": "s3:GetObject*", "Resource": "*"})
    sources = SourceObjects(storage.inbox, s3=s3)
    reads: list[Callable[[], Any]] = [
        lambda: sources.head(key, version_id),
        lambda: sources.read_small(key, version_id, max_bytes=9),
        lambda: S3File(storage.inbox, key, version_id, 5, s3=s3).read(5),
    ]

    for read in reads:
        with pytest.raises(InvalidAssetError, match=rf"KMS key {key_arn}.* knob source_key_arns"):
            read()
    with_key = _reader(
        storage,
        {"Action": "s3:GetObject*", "Resource": "*"},
        {"Action": "kms:Decrypt", "Resource": key_arn},
    )
    found = SourceObjects(storage.inbox, s3=with_key).read_small(key, version_id, max_bytes=9)
    assert found == b"hello"


def test_a_file_that_may_not_be_read_for_another_reason_is_no_bad_file(storage: Storage, folder: str) -> None:
    source = storage.drop(f"{folder}/a.txt").source
    s3 = _reader(storage, {"Action": "s3:PutObject", "Resource": "*"})

    with pytest.raises(AccessDeniedError):
        SourceObjects(storage.inbox, s3=s3).head(source.key, source.version_id)
    with pytest.raises(AccessDeniedError):
        S3File(storage.inbox, source.key, source.version_id, 5, s3=s3).read(5)


def _reader(storage: Storage, *statements: dict[str, str]) -> Any:
    """An S3 client of a user with these grants."""
    iam, name = storage.client("iam"), f"reader-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    iam.put_user_policy(UserName=name, PolicyName="grants", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(
        key["AccessKeyId"], key["SecretAccessKey"], region_name=storage.session.region_name
    )
    return session.client("s3", endpoint_url=storage.endpoint)


def test_a_head_that_is_throttled_is_no_outage() -> None:
    """It has no body, so that SlowDown comes through as the number 503 alone."""

    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError("503", "Service Unavailable", status=503)

    sources = SourceObjects("inbox", s3=answered_by("s3", {"HeadObject": refuse}))
    with pytest.raises(ThrottledError):
        sources.head("inbox/a.txt", "v1")
