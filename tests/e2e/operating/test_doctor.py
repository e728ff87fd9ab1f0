"""`braid doctor` over the deployed stacks: a sample through them, and an identity that may ask little."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest

from cli.costs.planning import knobs_of_stack
from cli.machine.smoke import MAX_USD, smoke_price_usd
from tests.e2e.conftest import ROOT, Deployed

pytestmark = pytest.mark.e2e


def found(done: Any) -> dict[str, dict[str, Any]]:
    """The findings by their names, of a command that may have found something to fix."""
    assert done.returncode in (0, 1), done.stderr
    return {each["name"]: each for each in json.loads(done.stdout)}


def as_user(deployed: Deployed, name: str, *statements: dict[str, Any]) -> dict[str, str]:
    """The environment of somebody with these grants, to whom the embedded AWS is an account."""
    iam = deployed.target.client("iam")
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName=name, PolicyName="grants", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "BRAID_HOME": str(deployed.home / "nowhere"),
        "AWS_ENDPOINT_URL": deployed.aws.endpoint,
        "AWS_REGION": deployed.aws.region,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        "AWS_CONFIG_FILE": os.devnull,
    }


def finding_the_stack() -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "cloudformation:DescribeStacks", "Resource": "*"}


def test_the_smoke_test_lets_a_sample_through_and_leaves_nothing(deployed: Deployed) -> None:
    assert 0 < smoke_price_usd(deployed.target) <= MAX_USD
    assert knobs_of_stack(deployed.target).limits.max_duration_seconds > 5

    done = deployed.braid("doctor", "--smoke", "--json")

    smoke = {name: each for name, each in found(done).items() if name.startswith("Smoke")}
    assert {"Smoke: processed", "Smoke: words heard", "Smoke: cost", "Smoke: deleted"} <= smoke.keys()
    assert [each for each in smoke.values() if not each["ok"]] == []
    assert "here nothing is paid" in " ".join(done.stderr.split())
    records = deployed.target.dynamodb.scan(TableName=deployed.target.assets_table)["Items"]
    left = [each for each in records if each["asset_id"]["S"].startswith("braid-smoke-")]
    assert {each["status"]["S"] for each in left} == {"DELETED"}
    listed = deployed.target.s3.list_objects_v2(
        Bucket=deployed.target.results_bucket, Prefix="assets/braid-smoke-"
    )
    assert listed["KeyCount"] == 0


def test_whoever_may_only_find_the_stack_reads_what_else_to_allow(deployed: Deployed) -> None:
    environment = as_user(deployed, "finder", finding_the_stack())

    findings = found(
        deployed.braid("doctor", "--stack", deployed.target.stack_name, "--json", environment=environment)
    )

    denied = {name: each["remedy"] for name, each in findings.items() if "AWS denies" in each["detail"]}
    assert "lambda:GetFunctionConfiguration" in denied["Bedrock's models"]
    assert "lambda:GetFunctionConfiguration" in denied["Lambda concurrency"]
    assert {"Guardrails", "Alarms", "input bucket", "CDK bootstrap"} <= denied.keys()


def test_the_role_of_the_example_may_ask_all_that_doctor_asks(deployed: Deployed) -> None:
    readme = (ROOT / "examples" / "github-actions" / "README.md").read_text("utf-8")
    _, access = re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
    statements = json.loads(access.replace("ACCOUNT", deployed.aws.account_id))["Statement"]
    environment = as_user(deployed, "deployer", *statements)

    findings = found(
        deployed.braid("doctor", "--stack", deployed.target.stack_name, "--json", environment=environment)
    )

    denied = {name: each["detail"] for name, each in findings.items() if "AWS denies" in each["detail"]}
    # The shared deployment tunes, which the example's doesn't.
    assert denied.keys() <= {"Tuned models"}
    assert findings["Lambda concurrency"]["detail"]


def test_a_deletion_that_aws_denies_ends_in_a_sentence(deployed: Deployed) -> None:
    grants = {
        "Effect": "Allow",
        "Action": ["dynamodb:*", "s3:GetObject", "states:*", "transcribe:*"],
        "Resource": "*",
    }
    environment = as_user(deployed, "deleter", finding_the_stack(), grants)
    path = deployed.home / "a-ferry.txt"
    path.write_text("The ferry to the island leaves at noon.\n", "utf-8")
    (dropped,) = deployed.drop([path])

    done = deployed.braid(
        "delete", dropped.asset_id, "--yes", "--stack", deployed.target.stack_name, environment=environment
    )

    assert done.returncode == 1
    assert done.stderr.startswith("braid: AWS denies List")
    assert "Traceback" not in done.stderr
