"""Heads, versions, listings and tags of the input bucket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from braid.aws.s3_file import S3File
from braid.domain.errors import InvalidAssetError
from tests.contract.conftest import Storage
from tests.doubles.memory_stores import MemoryStorage

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
