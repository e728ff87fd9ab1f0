"""What an organisation asks of everything: a boundary for each role, one key of its own for all data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.conftest import EVERY_STACK, KEY_ARN, REPOSITORY, Synthesis, compose

PRIVILEGES = REPOSITORY / "docs" / "privileges.md"
BOUNDARY = "arn:aws:iam::111122223333:policy/edge/of/what-is-allowed"
# What keeps data, and where its template names the key.
KEPT = {
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::DynamoDB::Table": "SSESpecification",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
}
READS_OR_WRITES = ("s3:GetObject", "s3:PutObject", "dynamodb:", "sqs:ReceiveMessage", "sqs:SendMessage")

Resources = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Resources:
    """Every resource of a deployment with everything in it, by stack and logical id."""
    knobs = {**EVERY_STACK, "permissions_boundary": BOUNDARY, "source_key_arns": ""}
    app, _ = compose(tmp_path_factory.mktemp("bounded"), knobs)
    return {
        f"{stack.stack_name}/{name}": resource
        for stack in app.synth().stacks
        for name, resource in stack.template["Resources"].items()
    }


def of_type(resources: Resources, kind: str) -> dict[str, Mapping[str, Any]]:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def test_every_role_has_the_boundary(resources: Resources) -> None:
    roles = of_type(resources, "AWS::IAM::Role")
    assert len(roles) > 40
    assert {role.get("PermissionsBoundary") for role in roles.values()} == {BOUNDARY}


@pytest.fixture(scope="module")
def roles_in_opensearch(tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Any]]:
    """The roles of all stacks where vectors lie in the other of the two stores, and of the most knobs."""
    knobs = {**EVERY_STACK, "search_store": "opensearch", "search_knowledge_bases": "ABCDEFGHIJ"}
    app, _ = compose(tmp_path_factory.mktemp("opensearch"), knobs)
    return [
        resource["Properties"]
        for stack in app.synth().stacks
        for resource in stack.template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
    ]


def test_the_services_that_a_boundary_has_to_allow_are_those_that_roles_are_granted(
    resources: Resources, roles_in_opensearch: list[Mapping[str, Any]]
) -> None:
    roles = [*of_type(resources, "AWS::IAM::Role").values(), *roles_in_opensearch]
    granted = set()
    for policy in (policy for role in roles for policy in role["Policies"]):
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"]
            granted |= {
                action.partition(":")[0] for action in ([actions] if isinstance(actions, str) else actions)
            }
    text = PRIVILEGES.read_text("utf-8").partition("It has to allow what the roles do:")[2]
    listed = re.findall(r"`([^`]+)`", text.partition("The roles of `cdk bootstrap`")[0])
    assert {name.partition(":")[0] for name in listed} == granted


def test_everything_that_keeps_data_is_under_the_key(resources: Resources) -> None:
    for kind, member in KEPT.items():
        found = of_type(resources, kind)
        assert found
        for name, properties in found.items():
            assert KEY_ARN in json.dumps(properties.get(member)), name
            assert "SqsManagedSseEnabled" not in properties


def test_who_reads_or_writes_data_may_use_the_key_through_that_service(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        *own, last = role["Policies"]
        uses = any(f'"{action}' in json.dumps(own or last) for action in READS_OR_WRITES)
        assert uses == (last["PolicyName"] == "data-key"), name
        if not uses:
            continue
        for statement in last["PolicyDocument"]["Statement"]:
            assert statement["Resource"] == KEY_ARN
            service = statement["Condition"]["StringEquals"]["kms:ViaService"].partition(".")[0]
            assert f'"{service}:' in json.dumps(own)
            assert "kms:Decrypt" in json.dumps(statement["Action"])


def test_who_only_reads_makes_no_keys_of_data(resources: Resources) -> None:
    (deciding,) = (
        role for name, role in of_type(resources, "AWS::IAM::Role").items() if "DispatchRole" in name
    )
    statements = deciding["Policies"][-1]["PolicyDocument"]["Statement"]
    actions = {
        s["Condition"]["StringEquals"]["kms:ViaService"].partition(".")[0]: s["Action"] for s in statements
    }
    assert actions == {"dynamodb": "kms:Decrypt", "sqs": ["kms:Decrypt", "kms:GenerateDataKey"]}


def test_without_the_knobs_there_is_neither(for_aws: Synthesis) -> None:
    text = json.dumps([for_aws.storage, for_aws.pipeline])
    assert "PermissionsBoundary" not in text
    assert "data-key" not in text
