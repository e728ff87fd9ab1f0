"""Whom roles and resources trust: services of AWS, and these on behalf of this account alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.conftest import Synthesis
from tests.infra.granted import allowed

# Services whose trust names no account -> why.
WITHOUT_CONDITIONS = {
    "lambda.amazonaws.com": "a function's role is passed within its account alone, and Lambda's documents "
    "name no condition key for the trust: one that it doesn't send would stop every function",
}


@pytest.fixture(params=["for_aws", "everything"])
def deployed(request: pytest.FixtureRequest) -> Synthesis:
    """The deployment of cdk.json, and the one with every knob on."""
    synthesis: Synthesis = request.getfixturevalue(request.param)
    return synthesis


def test_a_service_takes_a_role_on_behalf_of_this_account_alone(deployed: Synthesis) -> None:
    trusts = [
        (logical_id, statement)
        for logical_id, role in deployed.of_type("AWS::IAM::Role").items()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    ]

    assert {statement["Principal"]["Service"] for _, statement in trusts} >= {
        "lambda.amazonaws.com",
        "scheduler.amazonaws.com",
        "states.amazonaws.com",
    }
    for logical_id, statement in trusts:
        if statement["Principal"]["Service"] not in WITHOUT_CONDITIONS:
            given = _keys(statement)
            assert given["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}, logical_id
            assert "AWS::AccountId" in json.dumps(given["aws:SourceArn"]), logical_id


def test_the_state_machines_role_is_for_the_one_machine(for_aws: Synthesis) -> None:
    machine = for_aws.machine()
    (trust,) = for_aws.role_of(machine)["AssumeRolePolicyDocument"]["Statement"]

    assert json.dumps(_keys(trust)["aws:SourceArn"]).endswith(
        f':stateMachine:{machine["StateMachineName"]}"]]}}'
    )


def test_deadlines_of_this_version_and_the_last_may_call(for_aws: Synthesis) -> None:
    """Deadlines of the version before lie in the account's default group, the last of them for a month."""
    (trust,) = [
        statement
        for role in for_aws.properties_of_type("AWS::IAM::Role")
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    ]

    groups = [str(arn["Fn::Join"][1][-1]) for arn in _keys(trust)["aws:SourceArn"]]
    assert groups == [":schedule-group/braid-dev", ":schedule-group/default"]


def test_a_resource_takes_from_a_service_what_is_of_this_account(deployed: Synthesis) -> None:
    statements = list(_resource_statements(deployed))

    assert statements
    for logical_id, statement in statements:
        assert {"aws:SourceArn", "aws:SourceAccount"} & _keys(statement).keys(), logical_id


@pytest.mark.parametrize("service", WITHOUT_CONDITIONS)
def test_an_exception_is_needed_and_says_why(deployed: Synthesis, service: str) -> None:
    roles = json.dumps(deployed.properties_of_type("AWS::IAM::Role"))

    assert service in roles
    assert len(WITHOUT_CONDITIONS[service]) > 40


def _resource_statements(synthesis: Synthesis) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What policies of resources allow to services, with permissions of functions as statements too."""
    for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"):
        for logical_id, policy in synthesis.of_type(kind).items():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Allow" and "Service" in statement["Principal"]:
                    yield logical_id, statement
    for logical_id, permission in synthesis.of_type("AWS::Lambda::Permission").items():
        given = permission["Properties"].get("SourceArn")
        yield logical_id, {"Condition": {"ArnLike": {"aws:SourceArn": given}} if given else {}}


def _keys(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The condition keys of a statement with their values."""
    return {key: value for keys in statement.get("Condition", {}).values() for key, value in keys.items()}


def test_transcribe_reads_and_writes_sound_alone(for_aws: Synthesis) -> None:
    """As the role of its queue; whom it trusts is tested above."""
    (role,) = [
        role
        for role in for_aws.properties_of_type("AWS::IAM::Role")
        if role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
        == {"Service": "transcribe.amazonaws.com"}
    ]
    (policy,) = role["Policies"]

    assert allowed(iter(policy["PolicyDocument"]["Statement"])) == {
        "s3:GetObject": ["work/*"],
        "s3:PutObject": [".write_access_check_file.temp", "work/*"],
        "s3:ListBucket": ["ResultsBucket"],
    }
