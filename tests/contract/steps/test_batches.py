"""`braid batch` against the embedded AWS: its function, Bedrock's job under its own role, its answers."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from braid.store.documents import DocumentStore
from cli.answers import batches
from cli.answers.batches import find_batch, read_batch, submit_batch
from cli.errors import CommandError
from cli.target import Target
from lambdas.inference import handler_batch
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT
from tests.unit.inference.timelines import MODEL_IDS, shoe

SECONDS = 120
NAMES = itertools.count()
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def role(storage: Storage, *, folder: str) -> str:
    """A role that may read and write below ``folder`` of the results bucket; its ARN."""
    iam = storage.client("iam")
    name = f"batch-{next(NAMES)}"
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"])
    bucket = f"arn:aws:s3:::{storage.results}"
    statements = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{bucket}/{folder}/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=name, PolicyName="grants", PolicyDocument=policy)
    return arn


@pytest.fixture
def target(target: Target, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A deployment whose batch function runs in this process."""
    monkeypatch.setenv("MODEL_IDS", json.dumps(MODEL_IDS))
    monkeypatch.setenv("GUARDRAILS", json.dumps({"general": {"id": "g1", "version": "1"}}))
    monkeypatch.setattr(batches, "call", lambda _target, _name, event: handler_batch.handler(event, CONTEXT))
    return replace(target, batch_function="batch", batch_role_arn=role(storage, folder="work/batch"))


def shoes(storage: Storage, count: int) -> list[tuple[str, int]]:
    """``count`` assets with one asset's evidence."""
    assets = [(f"batch-shoe-{number}", 1) for number in range(count)]
    for asset_id, attempt in assets:
        store = DocumentStore(storage.results, asset_id, attempt, s3=storage.s3)
        store.put_document(store.result_key("timeline.json"), shoe())
    return assets


def ended(target: Target, batch_id: str) -> batches.Batch:
    deadline = time.monotonic() + SECONDS
    while (batch := find_batch(target, batch_id)).status in ("Submitted", "InProgress"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return batch


def submit(target: Target, assets: list[tuple[str, int]], second: int) -> batches.Submitted:
    now = datetime(2026, 11, 21, 5, 0, second, tzinfo=UTC)
    return submit_batch(target, "general", assets, tier=None, now=now, tell=lambda _line: None)


def test_a_hundred_assets_are_asked_and_every_answer_stands(storage: Storage, target: Target) -> None:
    assets = shoes(storage, 101)

    done = submit(target, [*assets, ("batch-gone", 1)], 0)
    batch = ended(target, done.batch_id)

    assert list(done.refused) == ["batch-gone"]
    assert (batch.status, batch.done, batch.total) == ("Completed", 101, 101), batch.message
    parts = list(read_batch(target, batch))
    found = [item for some, _ in parts for item in some]
    assert [item.asset_id for item in found] == [asset_id for asset_id, _ in [*assets, ("batch-gone", 1)]]
    assert all(item.answer is not None and item.answer.claims for item in found[:-1])
    assert found[-1].answer is None
    assert sum(cost for _, cost in parts) > 0


def test_too_few_assets_are_refused_before_anything_is_written(storage: Storage, target: Target) -> None:
    with pytest.raises(CommandError, match="a Bedrock batch job takes 100 to 50,000 assets, not 99"):
        submit(target, [(f"a{number}", 1) for number in range(99)], 1)

    assert storage.keys("work/batch/general-20261121-050001") == []


def test_a_deployment_without_the_knob_says_which(target: Target) -> None:
    with pytest.raises(CommandError, match="batch_inference"):
        submit(replace(target, batch_role_arn=""), [("a", 1)], 2)


def job(storage: Storage, role_arn: str, lines: int, **more: Any) -> dict[str, Any]:
    """A job over ``lines`` records, as Bedrock tells it at its end."""
    bedrock = storage.client("bedrock")
    folder = f"work/batch/job-{next(NAMES)}"
    asked = {
        "messages": [{"role": "user", "content": [{"text": '{"evidence_id":"u1","text":"Seven."}'}]}],
        "toolConfig": {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "object"}}}}]},
    }
    body = "".join(json.dumps({"recordId": f"r{n:010}", "modelInput": asked}) + "\n" for n in range(lines))
    storage.s3.put_object(Bucket=storage.results, Key=f"{folder}/input/0.jsonl", Body=body.encode())
    uri = f"s3://{storage.results}/{folder}"
    arn = bedrock.create_model_invocation_job(
        jobName=folder.rpartition("/")[2],
        roleArn=role_arn,
        modelId="us.amazon.nova-lite-v1:0",
        inputDataConfig={"s3InputDataConfig": {"s3Uri": f"{uri}/input/"}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"{uri}/output/"}},
        **more,
    )["jobArn"]
    deadline = time.monotonic() + SECONDS
    while (told := bedrock.get_model_invocation_job(jobIdentifier=arn))["status"] in (
        "Submitted",
        "InProgress",
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return dict(told)


def test_bedrock_fails_a_job_of_too_few_records(storage: Storage) -> None:
    told = job(storage, role(storage, folder="work/batch"), 99)

    assert told["status"] == "Failed"
    assert "less records (99) than the required minimum of: 100" in told["message"]


def test_a_job_reads_with_its_own_role(storage: Storage) -> None:
    told = job(storage, role(storage, folder="elsewhere"), 100)

    assert told["status"] == "Failed"
    assert "AccessDenied" in told["message"]


def test_records_with_tools_fail_in_a_job_of_converse(storage: Storage) -> None:
    told = job(storage, role(storage, folder="work/batch"), 100, modelInvocationType="Converse")

    assert (told["status"], told["errorRecordCount"]) == ("Completed", 100)


def test_what_isnt_about_batch_jobs_is_still_answered(storage: Storage) -> None:
    bedrock = storage.client("bedrock")

    assert bedrock.list_guardrails()["guardrails"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        bedrock.get_model_invocation_job(jobIdentifier="a" * 12)


def test_the_same_request_again_is_the_same_job_and_another_of_its_name_is_refused(
    storage: Storage, target: Target
) -> None:
    """By its token: a step that is tried again submits no second job."""
    bedrock = storage.client("bedrock")
    folder = f"s3://{storage.results}/work/batch/again"
    asked = {
        "jobName": "again",
        "clientRequestToken": "again-1",
        "roleArn": target.batch_role_arn,
        "modelId": "us.amazon.nova-micro-v1:0",
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"{folder}/input/"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"{folder}/output/"}},
    }
    first = bedrock.create_model_invocation_job(**asked)["jobArn"]

    assert bedrock.create_model_invocation_job(**asked)["jobArn"] == first
    with pytest.raises(ClientError, match="ConflictException"):
        bedrock.create_model_invocation_job(**{**asked, "clientRequestToken": "again-2"})
