"""The role for one of several teams, as its template makes it: its own folder of the inbox, and no other."""

from __future__ import annotations

import uuid
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.lifecycle import REPOSITORY
from tests.local.embedded_aws.harness import Embedded

TEMPLATE = REPOSITORY / "samples" / "teams" / "role.yaml"


@pytest.fixture(scope="module")
def buckets(embedded: Embedded) -> dict[str, str]:
    names = {kind: f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("inputs", "results")}
    for name in names.values():
        embedded.client("s3").create_bucket(Bucket=name)
    embedded.client("s3").put_object(Bucket=names["results"], Key="assets/a/result.json", Body=b"{}")
    return names


def as_team(embedded: Embedded, buckets: dict[str, str], team: str, *, reads: str) -> Any:
    """S3 as a member of the team sees it."""
    cloudformation = embedded.client("cloudformation")
    given = {
        "Team": team,
        "Profile": "general",
        "InputBucketName": buckets["inputs"],
        "ResultsBucketName": buckets["results"],
        "AssetsTableName": "records",
        "MemberArn": f"arn:aws:iam::{embedded.aws.account_id}:root",
        "ReadsResults": reads,
    }
    cloudformation.create_stack(
        StackName=f"team-{team}",
        TemplateBody=TEMPLATE.read_text("utf-8"),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=f"team-{team}", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    (stack,) = cloudformation.describe_stacks(StackName=f"team-{team}")["Stacks"]
    (role,) = (each["OutputValue"] for each in stack["Outputs"])
    session = embedded.client("sts").assume_role(RoleArn=role, RoleSessionName="ann")["Credentials"]
    return boto3.Session(
        session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"], embedded.aws.region
    ).client("s3", endpoint_url=embedded.aws.endpoint)


def refused(call: Any, **request: Any) -> bool:
    try:
        call(**request)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "403")
    return False


def test_a_team_drops_into_its_own_folder_alone(embedded: Embedded, buckets: dict[str, str]) -> None:
    s3, inputs = as_team(embedded, buckets, "press", reads="yes"), buckets["inputs"]
    s3.put_object(Bucket=inputs, Key="inbox/general/a.txt", Body=b"a")
    assert refused(s3.put_object, Bucket=inputs, Key="inbox/catalog/a.txt", Body=b"a")
    assert refused(s3.put_object, Bucket=inputs, Key="inbox/general-two/a.txt", Body=b"a")
    assert s3.list_objects_v2(Bucket=inputs, Prefix="inbox/general/")["KeyCount"] == 1
    assert refused(s3.list_objects_v2, Bucket=inputs, Prefix="inbox/")
    assert refused(s3.get_object, Bucket=inputs, Key="inbox/general/a.txt")


@pytest.mark.parametrize(("reads", "may"), [("yes", True), ("no", False)])
def test_results_are_read_where_the_template_says_so(
    embedded: Embedded, buckets: dict[str, str], reads: str, may: bool
) -> None:
    s3 = as_team(embedded, buckets, f"reads-{reads}", reads=reads)
    assert refused(s3.get_object, Bucket=buckets["results"], Key="assets/a/result.json") is not may
    assert refused(s3.put_object, Bucket=buckets["results"], Key="assets/a/result.json", Body=b"")


def test_cfn_lint_finds_nothing_in_the_template() -> None:
    from cfnlint.api import ManualArgs, lint

    found = lint(TEMPLATE.read_text("utf-8"), config=ManualArgs(regions=["us-east-1"]))
    assert [f"{match.rule.id} {match.message}" for match in found] == []
