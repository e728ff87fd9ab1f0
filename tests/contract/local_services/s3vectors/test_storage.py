"""Buckets, indexes and vectors: what is stored is told as it was given, and the limits are the service's."""

from __future__ import annotations

from typing import Any

import pytest

from local.services.protocol import ServiceError
from local.services.s3vectors.service import build_service, vectors_are_read
from tests.contract.local_services.s3vectors.vector_index import open_index, vector
from tests.local.service_calls import ServiceClient


def test_a_bucket_holds_indexes_and_goes_when_it_is_empty() -> None:
    client = ServiceClient(build_service())
    arn = client.call("CreateVectorBucket", vectorBucketName="braid-search")["vectorBucketArn"]
    assert arn == "arn:aws:s3vectors:us-east-1:111122223333:bucket/braid-search"
    asked = {"dataType": "float32", "dimension": 3, "distanceMetric": "euclidean"}
    for name in ("text.titan.384", "pictures.titan.384"):
        client.call("CreateIndex", vectorBucketArn=arn, indexName=name, **asked)
    index = client.call("GetIndex", indexArn=f"{arn}/index/text.titan.384")["index"]

    assert {**asked, "indexMode": "ENHANCED"}.items() <= index.items()
    assert client.call("ListVectorBuckets")["vectorBuckets"][0]["vectorBucketName"] == "braid-search"
    listed = client.call("ListIndexes", vectorBucketArn=arn, prefix="text.")["indexes"]
    assert [each["indexName"] for each in listed] == ["text.titan.384"]
    with pytest.raises(ServiceError, match="not empty"):
        client.call("DeleteVectorBucket", vectorBucketArn=arn)
    for name in ("text.titan.384", "pictures.titan.384"):
        client.call("DeleteIndex", vectorBucketName="braid-search", indexName=name)
    client.call("DeleteVectorBucket", vectorBucketName="braid-search")
    with pytest.raises(ServiceError) as gone:
        client.call("GetVectorBucket", vectorBucketName="braid-search")
    assert gone.value.code == "NotFoundException"


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("CreateVectorBucket", {"vectorBucketName": "braid-search"}, "ConflictException"),
        ("CreateVectorBucket", {"vectorBucketName": "Braid_Search"}, "ValidationException"),
        ("GetIndex", {"vectorBucketName": "braid-search", "indexName": "other"}, "NotFoundException"),
        ("ListIndexes", {"vectorBucketName": "another"}, "NotFoundException"),
    ],
)
def test_what_there_is_and_what_there_is_not(operation: str, request_: dict[str, Any], code: str) -> None:
    with pytest.raises(ServiceError) as refused:
        open_index().client.call(operation, **request_)
    assert refused.value.code == code


def test_a_vector_is_told_as_it_was_put_and_replaced_whole() -> None:
    index = open_index()
    index.put(vector("a", (0.5, 1), text="one", page=2), vector("b", (1, 1)))
    index.put(vector("a", (2, 0), text="two"))

    answer = index.call("GetVectors", keys=["b", "nobody", "a"], returnData=True, returnMetadata=True)
    assert [each["key"] for each in answer["vectors"]] == ["b", "a"]
    assert answer["vectors"][1] == {
        "key": "a", "data": {"float32": [2.0, 0.0]}, "metadata": {"text": "two"},
    }  # fmt: skip
    assert index.call("GetVectors", keys=["a"])["vectors"] == [{"key": "a"}]


@pytest.mark.parametrize(
    "refused",
    [
        vector("a", (1, 2, 3)),
        vector("a", (0, 0)),
        vector("a", (1, float("nan"))),
        vector("a", (1, 1), text={"nested": 1}),
        vector("a", (1, 1), text="ü" * 1023),  # 2,046 bytes and its key
        vector("a", (1, 1), secret="x" * 41_000),
        vector("a", (1, 1), **{f"key{number}": 1 for number in range(51)}),
    ],
)
def test_a_vector_over_the_limits_is_refused_and_nothing_is_kept(refused: dict[str, Any]) -> None:
    index = open_index(nonFilterableMetadataKeys=["secret"])
    with pytest.raises(ServiceError) as error:
        index.put(vector("fine", (1, 1)), refused)

    assert error.value.code == "ValidationException"
    assert index.call("ListVectors")["vectors"] == []


def test_metadata_up_to_the_limits_is_kept() -> None:
    index = open_index(nonFilterableMetadataKeys=["secret"])
    index.put(vector("a", (1, 1), text="ü" * 1022, secret="x" * 38_000))

    assert len(index.call("ListVectors", returnMetadata=True)["vectors"]) == 1


def test_a_key_twice_in_one_request_is_refused() -> None:
    with pytest.raises(ServiceError, match="twice"):
        open_index().put(vector("a", (1, 1)), vector("a", (1, 2)))


def test_all_vectors_are_listed_once_by_pages_and_by_segments() -> None:
    index = open_index()
    index.put(*(vector(f"k{place}", (1, place)) for place in range(25)))
    seen: list[str] = []
    for segment in range(4):
        asked: dict[str, Any] = {"segmentCount": 4, "segmentIndex": segment, "maxResults": 3}
        page = index.call("ListVectors", **asked)
        seen += [each["key"] for each in page["vectors"]]
        while "nextToken" in page:
            page = index.call("ListVectors", **asked, nextToken=page["nextToken"])
            seen += [each["key"] for each in page["vectors"]]

    assert sorted(seen) == sorted(f"k{place}" for place in range(25))


@pytest.mark.parametrize(
    ("operation", "request_", "needs"),
    [
        ("QueryVectors", {"topK": 1}, False),
        ("QueryVectors", {"filter": {"a": 1}}, True),
        ("QueryVectors", {"queryTexts": [{}]}, True),
        ("ListVectors", {"returnData": True}, True),
        ("PutVectors", {"filter": 1}, False),
    ],
)
def test_looking_into_vectors_needs_the_permission_to_get_them(
    operation: str, request_: dict[str, Any], needs: bool
) -> None:
    assert vectors_are_read(operation, request_) is needs


def test_a_put_larger_than_20_mib_is_refused() -> None:
    index = open_index(4_096)
    rows = [vector(f"k{number}", [0.123456789012345 + number] * 4_096) for number in range(300)]
    with pytest.raises(ServiceError, match="larger than 20 MiB"):
        index.put(*rows)
    index.put(*rows[:200])
