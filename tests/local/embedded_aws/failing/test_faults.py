"""Faults and quotas at the wire: what a client, a function and a state meet."""

from __future__ import annotations

import json
import urllib.error
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.embedded_aws.harness import Embedded, until

pytestmark = [
    pytest.mark.patch("ministack/faults.py", "ministack/state_services.py"),
    pytest.mark.usefixtures("faultless"),
]

PROFILE = "us.amazon.nova-lite-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "hello"}]}]
PUTS = """
import boto3
def handler(event, context):
    boto3.client("s3").put_object(Bucket=event["bucket"], Key=event["key"], Body=b"1")
    return event["key"]
"""
ASL = Path(__file__).resolve().parents[4] / "statemachines" / "analyze_asset.asl.json"
THROTTLED_ONCE = """
import pathlib, tempfile
class ThrottledError(Exception):
    pass
def handler(event, context):
    mark = pathlib.Path(tempfile.gettempdir()) / "tried"
    if not mark.exists():
        mark.touch()
        raise ThrottledError("rate exceeded")
    return {"entered_at": event["retries"]["entered_at"]}
"""


def test_a_fault_strikes_as_often_as_told(embedded: Embedded) -> None:
    fault = {"service": "rekognition", "operation": "DetectLabels", "error_code": "ThrottlingException"}
    embedded.control("faults", "POST", {**fault, "count": 2, "message": "slow down"})
    client = embedded.client("rekognition")
    for _ in range(2):
        with pytest.raises(client.exceptions.ThrottlingException, match="slow down"):
            client.detect_labels(Image={"Bytes": b"1"})
    assert client.detect_labels(Image={"Bytes": b"1"})["Labels"]
    (report,) = embedded.control("faults")["faults"]
    assert (report["met"], report["struck"], report["spent"]) == (3, 2, True)


def test_a_head_has_no_body_to_damage(embedded: Embedded) -> None:
    bucket, client = f"bucket-{uuid.uuid4().hex[:8]}", embedded.client("s3")
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="k", Body=b"12345678")
    embedded.control("faults", "POST", {"service": "s3", "operation": "*", "corrupt": "truncate"})
    assert client.head_object(Bucket=bucket, Key="k")["ContentLength"] == 8
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1234"


def test_a_delay_ends_when_its_fault_is_taken_back(embedded: Embedded) -> None:
    function = embedded.function(PUTS, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    embedded.client("s3").create_bucket(Bucket=bucket)
    # Longer than the function may run.
    fault = {"service": "s3", "operation": "PutObject", "about": bucket, "delay_seconds": 600.0}
    fault_id = embedded.control("faults", "POST", fault)["fault_id"]
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(embedded.invoke, function, {"bucket": bucket, "key": "late"})
        until(lambda: embedded.control("faults")["faults"][0]["struck"])
        embedded.control(f"faults?fault_id={fault_id}", "DELETE")
        assert call.result() == ("late", None)


@pytest.mark.parametrize(
    ("service", "operation", "call"),
    [
        ("s3", "PutObject", lambda c: c.put_object(Bucket="a-bucket-for-faults", Key="k", Body=b"")),
        ("dynamodb", "PutItem", lambda c: c.put_item(TableName="t", Item={})),
        ("stepfunctions", "StartExecution", lambda c: c.start_execution(
            stateMachineArn="arn:aws:states:us-east-1:000000000000:stateMachine:none")),
        ("bedrock-runtime", "Converse", lambda c: c.converse(modelId=PROFILE, messages=MESSAGES)),
    ],
)  # fmt: skip
def test_any_service_can_fail(embedded: Embedded, service: str, operation: str, call: Any) -> None:
    embedded.client("s3").create_bucket(Bucket="a-bucket-for-faults")
    embedded.control(
        "faults", "POST", {"service": service, "operation": operation, "error_code": "Boom", "status": 503}
    )
    with pytest.raises(ClientError) as failed:
        call(embedded.client(service))
    assert failed.value.response["Error"]["Code"] == "Boom"
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "needs service and operation"),
        ({"service": "s3"}, "needs service and operation"),
        ({"service": "s3", "operation": "*", "counts": 1}, "needs service and operation"),
        ({"service": "s3", "operation": "*", "kill": "Boredom"}, "kill is one of"),
    ],
)
def test_a_malformed_fault_is_explained(embedded: Embedded, fault: dict[str, Any], message: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        embedded.control("faults", "POST", fault)
    assert message in json.load(refused.value)["message"]


def test_an_answer_can_be_cut_off_or_of_another_type(embedded: Embedded) -> None:
    client = embedded.client("rekognition")
    fault = {"service": "rekognition", "operation": "DetectLabels", "count": 1}
    embedded.control("faults", "POST", {**fault, "corrupt": "truncate"})
    # botocore takes what isn't JSON for a message.
    assert "Labels" not in client.detect_labels(Image={"Bytes": b"1"})
    embedded.control("faults", "DELETE")
    embedded.control("faults", "POST", {**fault, "corrupt": "wrong_type"})
    # Its parser stumbles over what isn't as the model says; the adapters know.
    with pytest.raises(AttributeError):
        client.detect_labels(Image={"Bytes": b"1"})


@pytest.mark.parametrize("does_work", [False, True])
def test_a_function_dies_in_the_middle_of_a_call(embedded: Embedded, does_work: bool) -> None:
    bucket = f"killed-{uuid.uuid4().hex[:8]}"
    embedded.client("s3").create_bucket(Bucket=bucket)
    function = embedded.function(PUTS, {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"})
    fault = {"service": "s3", "operation": "PutObject", "about": bucket, "after": 1, "count": 1}
    embedded.control("faults", "POST", {**fault, "kill": "Sandbox.Timedout", "does_work": does_work})
    answers = [embedded.invoke(function, {"bucket": bucket, "key": str(n)}) for n in range(3)]
    assert [kind is None for _, kind in answers] == [True, False, True]
    assert answers[1][0]["errorType"] == "Sandbox.Timedout"
    stored = {found["Key"] for found in embedded.client("s3").list_objects_v2(Bucket=bucket)["Contents"]}
    assert stored == ({"0", "1", "2"} if does_work else {"0", "2"})


def test_a_rate_throttles_what_exceeds_it_until_it_is_lifted(embedded: Embedded) -> None:
    client = embedded.client("rekognition")
    embedded.control("quotas", "POST", {"service": "rekognition", "operation": "*", "per_second": 0.001})
    client.detect_labels(Image={"Bytes": b"1"})
    with pytest.raises(client.exceptions.ProvisionedThroughputExceededException):
        client.detect_labels(Image={"Bytes": b"1"})
    (counted,) = embedded.control("quotas")["quotas"]
    assert (counted["granted"], counted["refused"]) == (1, 1)
    embedded.control("quotas", "DELETE")
    assert client.detect_labels(Image={"Bytes": b"1"})


@pytest.mark.parametrize(
    "quota",
    [
        {"service": "rekognition", "operation": "*"},
        {"service": "rekognition", "operation": "*", "jobs_at_once": 2},
        {"service": "rekognition", "operation": "*", "per_second": 0},
    ],
)
def test_a_malformed_quota_is_explained(embedded: Embedded, quota: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        embedded.control("quotas", "POST", quota)
    assert refused.value.code == 400
    assert json.load(refused.value)["message"]


def test_a_throttle_is_waited_for_after_six_busy_functions(embedded: Embedded) -> None:
    """``$$.State.RetryCount`` would be six by then: patience is time, and each retrier counts its own."""
    function = embedded.function(THROTTLED_ONCE)
    machine = json.loads(ASL.read_text())
    state = machine["States"]["Fuse Evidence"]
    task = {
        **{name: state[name] for name in ("Type", "Resource", "TimeoutSeconds", "Retry")},
        "Parameters": {
            "FunctionName": function,
            "Payload": {"retries": state["Parameters"]["Payload"]["retries"]},
        },
        "End": True,
    }
    for error_code in ("TooManyRequestsException", "ServiceException"):
        embedded.control(
            "faults",
            "POST",
            {"service": "lambda", "operation": "Invoke", "count": 3, "error_code": error_code},
        )
    ended = embedded.run({"StartAt": "Task", "States": {"Task": task}})
    assert ended.status == "SUCCEEDED", ended.cause
    errors = [
        event["taskFailedEventDetails"]["error"] for event in ended.history if event["type"] == "TaskFailed"
    ]
    assert errors == [
        *["Lambda.TooManyRequestsException"] * 3,
        *["Lambda.ServiceException"] * 3,
        "ThrottledError",
    ]
