"""What a destroyed deployment left: what holds data, which no stack takes with it unless a knob says so.

CloudFormation remembers a deleted stack for 90 days, with each resource that it was told to leave. Only what
stands there, still exists and belongs to no other stack is a leftover: nothing is guessed from names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.repair import collection_leftovers

if TYPE_CHECKING:
    from boto3 import Session

__all__ = ["KINDS", "OTHER_STACKS", "STACKS", "Leftover", "delete_leftover", "leftovers", "standing"]

# The stacks that leave something, by their names after the deployment's, and the others.
STACKS = ("storage", "search", "generation")
OTHER_STACKS = ("pipeline", "tuning", "data-catalog", "processing", "erasing", "operations")
_GONE = frozenset({"404", "NoSuchBucket", "NotFoundException", "ResourceNotFoundException"})
_KEY_DAYS = 30
_A_PAGE = 1000


@dataclass(frozen=True)
class Leftover:
    """One resource: its CloudFormation type, its physical id, and what it holds in words."""

    kind: str
    name: str
    holds: str


def leftovers(session: Session, deployment: str) -> Iterator[Leftover]:
    """What deleted stacks of the deployment left, in the order in which it can be deleted."""
    cloudformation = session.client("cloudformation")
    names = {f"{deployment}-{stack}" for stack in STACKS}
    found = {
        (event["ResourceType"], event["PhysicalResourceId"])
        for page in cloudformation.get_paginator("list_stacks").paginate(
            StackStatusFilter=["DELETE_COMPLETE"]
        )
        for stack in page["StackSummaries"]
        if stack["StackName"] in names
        for event in _events(cloudformation, stack["StackId"])
        if event["ResourceStatus"] == "DELETE_SKIPPED" and event["ResourceType"] in KINDS
    }
    for kind in KINDS:
        for _, name in sorted(each for each in found if each[0] == kind):
            holds = KINDS[kind].holds(session, name)
            if holds and not _is_of_a_stack(cloudformation, name):
                yield Leftover(kind, name, holds)


def standing(session: Session, deployment: str) -> list[str]:
    """The deployment's stacks that aren't deleted: what they hold is no leftover."""
    names = {f"{deployment}-{stack}" for stack in (*STACKS, *OTHER_STACKS)}
    pages = session.client("cloudformation").get_paginator("list_stacks").paginate()
    summaries = (each for page in pages for each in page["StackSummaries"])
    return sorted(
        {each["StackName"] for each in summaries if each["StackStatus"] != "DELETE_COMPLETE"} & names
    )


def delete_leftover(session: Session, leftover: Leftover) -> None:
    """Deletes it with all that it holds."""
    KINDS[leftover.kind].delete(session, leftover.name)


def _events(cloudformation: Any, stack_id: str) -> Iterator[Mapping[str, Any]]:
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        yield from page["StackEvents"]


def _is_of_a_stack(cloudformation: Any, name: str) -> bool:
    """Whether a stack that stands has taken it over; CloudFormation names all that the same stack has."""
    try:
        found = cloudformation.describe_stack_resources(PhysicalResourceId=name)["StackResources"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return False
    return any(
        each.get("PhysicalResourceId") == name and each["ResourceStatus"] != "DELETE_SKIPPED"
        for each in found
    )


def _or_gone(look: Callable[[], str]) -> str:
    """What ``look`` says; nothing where the resource doesn't exist any more."""
    try:
        return look()
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        return ""


def _bucket(session: Session, name: str) -> str:
    def look() -> str:
        listed = session.client("s3").list_object_versions(Bucket=name, MaxKeys=_A_PAGE)
        count = len(listed.get("Versions", ())) + len(listed.get("DeleteMarkers", ()))
        return f"{count:,}{' and more' if listed['IsTruncated'] else ''} versions of objects"

    return _or_gone(look)


def _delete_bucket(session: Session, name: str) -> None:
    bucket = session.resource("s3").Bucket(name)
    for upload in bucket.multipart_uploads.all():
        upload.abort()
    bucket.object_versions.delete()
    bucket.delete()


def _table(session: Session, name: str) -> str:
    def look() -> str:
        table = session.client("dynamodb").describe_table(TableName=name)["Table"]
        return f"some {table['ItemCount']:,} records" if table["TableStatus"] != "DELETING" else ""

    return _or_gone(look)


def _delete_table(session: Session, name: str) -> None:
    dynamodb = session.client("dynamodb")
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    dynamodb.delete_table(TableName=name)


def _index(session: Session, arn: str) -> str:
    def look() -> str:
        found = session.client("s3vectors").get_index(indexArn=arn)["index"]
        return f"vectors of {found['dimension']} dimensions"

    return _or_gone(look)


def _delete_index(session: Session, arn: str) -> None:
    session.client("s3vectors").delete_index(indexArn=arn)


def _vector_bucket(session: Session, arn: str) -> str:
    def look() -> str:
        session.client("s3vectors").get_vector_bucket(vectorBucketArn=arn)
        return "the indexes of search"

    return _or_gone(look)


def _delete_vector_bucket(session: Session, arn: str) -> None:
    vectors = session.client("s3vectors")
    # `braid index --switch` may have made more of them.
    for page in vectors.get_paginator("list_indexes").paginate(vectorBucketArn=arn):
        for index in page["indexes"]:
            vectors.delete_index(indexArn=index["indexArn"])
    vectors.delete_vector_bucket(vectorBucketArn=arn)


def _access_policy(session: Session, policy_id: str) -> str:
    return _or_gone(lambda: collection_leftovers.access_policy(session, policy_id))


def _key(session: Session, key_id: str) -> str:
    def look() -> str:
        state = session.client("kms").describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
        return "what it signed is checked with it; $1.00 a month" if state != "PendingDeletion" else ""

    return _or_gone(look)


def _delete_key(session: Session, key_id: str) -> None:
    session.client("kms").schedule_key_deletion(KeyId=key_id, PendingWindowInDays=_KEY_DAYS)


@dataclass(frozen=True)
class _Kind:
    """``holds`` says what is in it, nothing where it is gone; ``delete`` takes it away."""

    shown: str
    holds: Callable[[Session, str], str]
    delete: Callable[[Session, str], None]


# In the order in which they can go.
KINDS: Mapping[str, _Kind] = {
    "AWS::S3::Bucket": _Kind("bucket", _bucket, _delete_bucket),
    "AWS::DynamoDB::Table": _Kind("table", _table, _delete_table),
    "AWS::S3Vectors::Index": _Kind("vector index", _index, _delete_index),
    "AWS::S3Vectors::VectorBucket": _Kind("vector bucket", _vector_bucket, _delete_vector_bucket),
    "AWS::OpenSearchServerless::Collection": _Kind(
        "collection", collection_leftovers.collection, collection_leftovers.delete_collection
    ),
    "AWS::OpenSearchServerless::CollectionGroup": _Kind(
        "collection group",
        collection_leftovers.collection_group,
        collection_leftovers.delete_collection_group,
    ),
    "AWS::OpenSearchServerless::AccessPolicy": _Kind(
        "access policy", _access_policy, collection_leftovers.delete_access_policy
    ),
    "AWS::OpenSearchServerless::SecurityPolicy": _Kind(
        "security policy", collection_leftovers.security_policy, collection_leftovers.delete_security_policy
    ),
    "AWS::KMS::Key": _Kind(f"key, deleted after {_KEY_DAYS} days", _key, _delete_key),
}
