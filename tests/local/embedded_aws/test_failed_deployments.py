"""A first deployment that fails leaves nothing, whatever is retained once it was made."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.infra.conftest import synthesize
from tests.local.embedded_aws.harness import Embedded, until

_OVER = ("CREATE_COMPLETE", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_COMPLETE")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The storage stack as it is deployed, without the check of a bootstrapped account."""
    made = synthesize(tmp_path_factory.mktemp("synth"), {}).storage
    return {"Resources": {**made["Resources"]}}


def deployed(embedded: Embedded, template: dict[str, Any]) -> tuple[str, str]:
    """A new stack's name and status, once that stands."""
    name = f"first-{uuid.uuid4().hex[:8]}"
    cloudformation = embedded.client("cloudformation")
    cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
    )

    def status() -> str | None:
        found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        return found if found in _OVER else None

    return name, str(until(status))


def named(embedded: Embedded, stack: str) -> list[str]:
    """The buckets and tables of a stack, by their names."""
    buckets = [bucket["Name"] for bucket in embedded.client("s3").list_buckets()["Buckets"]]
    tables = embedded.client("dynamodb").list_tables()["TableNames"]
    return [name for name in (*buckets, *tables) if stack in name.lower()]


@pytest.mark.parametrize("policy", ["InputBucketPolicy", "ResultsBucketPolicy"])
def test_nothing_stays_of_a_first_deployment_that_failed(
    embedded: Embedded, storage: dict[str, Any], policy: str
) -> None:
    resources = json.loads(json.dumps(storage["Resources"]))
    (broken,) = [logical_id for logical_id in resources if logical_id.startswith(policy)]
    resources[broken]["Properties"]["Bucket"] = {"Fn::ImportValue": "what-nobody-exports"}

    stack, status = deployed(embedded, {"Resources": resources})

    assert status == "ROLLBACK_COMPLETE"
    assert named(embedded, stack) == []


def test_what_was_deployed_stays_when_the_stack_goes(embedded: Embedded, storage: dict[str, Any]) -> None:
    stack, status = deployed(embedded, storage)
    embedded.client("cloudformation").delete_stack(StackName=stack)

    assert status == "CREATE_COMPLETE"
    assert len(named(embedded, stack)) == 3


def test_deadlines_go_with_their_group(embedded: Embedded) -> None:
    group = f"group-{uuid.uuid4().hex[:8]}"
    resource = {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": group}}
    stack, _ = deployed(embedded, {"Resources": {"Deadlines": resource}})
    scheduler = embedded.client("scheduler")
    target = {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": embedded.role()}
    scheduler.create_schedule(
        GroupName=group,
        Name="0123-1",
        ScheduleExpression="at(2099-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )

    embedded.client("cloudformation").delete_stack(StackName=stack)

    assert until(lambda: not scheduler.list_schedules(GroupName=group)["Schedules"])
