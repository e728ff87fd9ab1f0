"""What deleted stacks left is found by what CloudFormation remembers, and goes with all that is in it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.repair.leftovers import KINDS, Leftover, delete_leftover, leftovers, standing
from tests.contract.conftest import Storage

TABLE = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "DeletionProtectionEnabled": True,
}
INDEX = {"IndexName": "text", "DataType": "float32", "Dimension": 3, "DistanceMetric": "cosine"}
PARTS: Mapping[str, Mapping[str, Any]] = {
    "storage": {
        "Files": ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}),
        "Records": ("AWS::DynamoDB::Table", TABLE),
    },
    "generation": {"Signing": ("AWS::KMS::Key", {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"})},
}


class Account:
    """Stacks as a deployment has them."""

    def __init__(self, storage: Storage) -> None:
        self.session = storage.session
        self.name = f"braid-{uuid.uuid4().hex[:8]}"
        self._cloudformation = storage.client("cloudformation")

    def deploy(self, stack: str, resources: Mapping[str, Any], *, kept: bool = True) -> str:
        policy = {"DeletionPolicy": "Retain"} if kept else {}
        template = {
            "Resources": {
                name: {"Type": kind, "Properties": properties, **policy}
                for name, (kind, properties) in resources.items()
            }
        }
        full = f"{self.name}-{stack}"
        self._cloudformation.create_stack(StackName=full, TemplateBody=json.dumps(template))
        self._wait("create", full)
        return full

    def destroy(self, stack: str) -> None:
        self._cloudformation.delete_stack(StackName=stack)
        self._wait("delete", stack)

    def left(self) -> list[Leftover]:
        return list(leftovers(self.session, self.name))

    def _wait(self, what: str, stack: str) -> None:
        waiter = self._cloudformation.get_waiter(f"stack_{what}_complete")
        waiter.wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


@pytest.fixture
def account(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage.endpoint)
    return Account(storage)


def test_what_was_kept_is_listed_once_its_stack_is_gone_and_can_go(
    account: Account, storage: Storage
) -> None:
    stacks = [account.deploy(stack, resources) for stack, resources in PARTS.items()]
    assert account.left() == [], "what stands is no leftover"
    for stack in stacks:
        account.destroy(stack)
    found = {each.kind: each for each in account.left()}
    assert list(found) == ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key"]
    files = found["AWS::S3::Bucket"].name
    for body in (b"one", b"two"):
        storage.s3.put_object(Bucket=files, Key="inbox/a.txt", Body=body)
    storage.s3.delete_object(Bucket=files, Key="inbox/a.txt")
    assert account.left()[0].holds == "3 versions of objects"
    for each in account.left():
        delete_leftover(account.session, each)
    assert account.left() == []


def test_what_goes_with_its_stack_and_what_others_left_is_not_listed(account: Account) -> None:
    bucket = {"Files": ("AWS::S3::Bucket", {})}
    account.destroy(account.deploy("storage", bucket, kept=False))
    account.destroy(account.deploy("two-storage", bucket))
    account.destroy(account.deploy("elsewhere", bucket))
    assert account.left() == []


def test_a_stack_that_a_destruction_passed_over_is_named(account: Account) -> None:
    bucket = {"Files": ("AWS::S3::Bucket", {})}
    account.destroy(account.deploy("storage", bucket, kept=False))
    forgotten = account.deploy("search", bucket)
    account.deploy("elsewhere", bucket)

    assert standing(account.session, account.name) == [forgotten]


def test_nothing_is_deleted_unless_somebody_means_it(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.destroy(account.deploy("storage", {"Files": ("AWS::S3::Bucket", {})}))
    credentials = account.session.get_credentials()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", str(credentials.access_key))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", str(credentials.secret_key))
    # As the CDK and the AWS CLI are told; of its own boto3 reads only the other one.
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", str(account.session.region_name))
    listed = CliRunner().invoke(app, ["leftovers", account.name])
    refused = CliRunner().invoke(app, ["leftovers", account.name, "--delete"])
    (left,) = account.left()
    assert left.name in listed.stdout
    assert "still standing" not in listed.output
    account.deploy("pipeline", {"Files": ("AWS::S3::Bucket", {})})
    assert (
        f"still standing: {account.name}-pipeline;"
        in CliRunner().invoke(app, ["leftovers", account.name]).output
    )
    assert refused.exit_code != 0
    assert CliRunner().invoke(app, ["leftovers", account.name, "--delete", "--yes"]).exit_code == 0
    assert account.left() == []


def test_every_kind_can_be_looked_at_after_it_went(account: Account) -> None:
    gone = {"AWS::KMS::Key": str(uuid.uuid4())}
    arn = "arn:aws:s3vectors:us-east-1:000000000000:bucket/nothing-here"
    gone |= {"AWS::S3Vectors::VectorBucket": arn, "AWS::S3Vectors::Index": f"{arn}/index/text"}
    # Those of OpenSearch Serverless, which no embedded AWS has, are in tests/unit/cli/repair.
    here = {kind: each for kind, each in KINDS.items() if not kind.startswith("AWS::OpenSearchServerless::")}
    for kind, each in here.items():
        assert each.holds(account.session, gone.get(kind, "nothing-is-here")) == ""
