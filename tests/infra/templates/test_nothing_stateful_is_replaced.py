"""An update never replaces what holds data: a new bucket, table, queue or key would begin empty.

The properties are those that CloudFormation's schemas call create-only, as cfn-lint carries them, and a few
that the resource reference marks "Update requires: Replacement" beyond them. A resource that goes, or comes
under another logical id or type, is lost or left behind as well.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.conftest import Synthesis
from tests.infra.templates.template_goldens import read_golden, shape_of

# By type of what holds data, messages or who is subscribed, what replaces it beyond its schema's properties.
STATEFUL: Mapping[str, tuple[str, ...]] = {
    "AWS::DynamoDB::Table": ("KeySchema",),
    "AWS::ECR::Repository": (),
    "AWS::Glue::Database": (),
    "AWS::KMS::Key": ("KeySpec", "KeyUsage", "MultiRegion", "Origin"),
    "AWS::Logs::LogGroup": (),
    "AWS::OpenSearchServerless::Collection": (),
    "AWS::OpenSearchServerless::Index": (),
    "AWS::S3::Bucket": ("ObjectLockEnabled",),
    "AWS::S3Vectors::Index": (),
    "AWS::S3Vectors::VectorBucket": (),
    "AWS::SNS::Topic": (),
    "AWS::SQS::Queue": (),
    "AWS::StepFunctions::StateMachine": (),
}
# Kept by a stack that goes, and empty of data: a version of a guardrail is its text.
WITHOUT_DATA = frozenset({"AWS::Bedrock::GuardrailVersion"})
# Versions that deployments may be of.
RELEASED = ("0.1.0", "0.2.0")
# (version, stack, logical id): why it may go.
MAY_GO: Mapping[tuple[str, str, str], str] = {}


@functools.cache
def replacing(kind: str) -> tuple[str, ...]:
    """The properties of a stateful type whose change makes a new resource."""
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    named = {pointer.split("/")[2] for pointer in schema.get("createOnlyProperties", ())}
    return tuple(sorted(named | set(STATEFUL[kind])))


def replaced(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What an update from one template to the other would replace or delete, by logical id and property."""
    for name, old in before["Resources"].items():
        if old["Type"] not in STATEFUL:
            continue
        new = now["Resources"].get(name)
        if new is None or new["Type"] != old["Type"]:
            yield name
            continue
        one, other = old.get("Properties", {}), new.get("Properties", {})
        for property_name in replacing(old["Type"]):
            if one.get(property_name) != other.get(property_name):
                yield f"{name}.{property_name}"


@pytest.mark.parametrize("stack", ["storage", "pipeline"])
@pytest.mark.parametrize("version", RELEASED)
def test_an_update_keeps_what_holds_data(version: str, stack: str, for_aws: Synthesis) -> None:
    now = shape_of(getattr(for_aws, stack))
    found = [
        name for name in replaced(read_golden(version)[stack], now) if (version, stack, name) not in MAY_GO
    ]
    assert found == [], "this update would lose data: keep the logical id and these properties"


@pytest.mark.parametrize("version", RELEASED)
def test_the_goldens_hold_something_to_keep(version: str) -> None:
    kinds = {r["Type"] for stack in read_golden(version).values() for r in stack["Resources"].values()}
    assert {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue"} <= kinds


def test_every_type_that_outlives_its_stack_is_looked_at(every_stack: Mapping[str, Any]) -> None:
    kept = {
        resource["Type"]
        for template in every_stack.values()
        for resource in template["Resources"].values()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    }
    assert kept - WITHOUT_DATA <= STATEFUL.keys()


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("AWS::S3::Bucket", "BucketName"),
        ("AWS::DynamoDB::Table", "KeySchema"),
        ("AWS::S3Vectors::Index", "MetadataConfiguration"),
    ],
)
def test_what_replaces_is_read_from_the_schemas(kind: str, named: str) -> None:
    assert named in replacing(kind)


def test_every_change_that_would_replace_is_found(for_aws: Synthesis) -> None:
    before = shape_of(for_aws.storage)
    (table,) = (n for n, r in before["Resources"].items() if r["Type"] == "AWS::DynamoDB::Table")
    renamed, keyed, gone, harmless = (copy.deepcopy(before) for _ in range(4))
    renamed["Resources"]["Other"] = renamed["Resources"].pop(table)
    keyed["Resources"][table]["Properties"]["KeySchema"] = [{"AttributeName": "id", "KeyType": "HASH"}]
    gone["Resources"].pop(table)
    harmless["Resources"][table]["Properties"]["BillingMode"] = "PROVISIONED"
    found = [list(replaced(before, now)) for now in (renamed, keyed, gone, harmless)]
    assert found == [[table], [f"{table}.KeySchema"], [table], []]
