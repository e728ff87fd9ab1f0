"""JSON lines in a distributed Map with results in S3, redrives, nested executions, other services."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.local.embedded_aws.harness import Embedded

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.patch("ministack/step_functions.py", "ministack/state_services.py"),
]

INVOKE = "arn:aws:states:::lambda:invoke"
FAILS_ONCE = """
import boto3, os
def handler(event, context):
    s3, place = boto3.client("s3"), {"Bucket": event["bucket"], "Key": "tried"}
    try:
        s3.head_object(**place)
    except Exception:
        s3.put_object(**place, Body=b"1")
        raise KeyError("the first time")
    return {"done": True}
"""
COUNTS = """
def handler(event, context):
    return [{"id": post["id"], "run": event["BatchInput"]["run"]} for post in event["Items"]]
"""
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.fixture(scope="module")
def bucket(embedded: Embedded) -> str:
    name = f"runs-{uuid.uuid4().hex[:8]}"
    embedded.client("s3").create_bucket(Bucket=name)
    return name


def posts_machine(function: str, bucket: str) -> dict[str, Any]:
    invoke = {"FunctionName": function, "Payload.$": "$"}
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": invoke, "OutputPath": "$.Payload", "End": True}
    state = {
        "Type": "Map",
        "Label": "Posts",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": bucket, "Key.$": "$.key"},
        },
        "ItemBatcher": {"MaxItemsPerBatch": 4, "BatchInput": {"run.$": "$$.Execution.Name"}},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Judge",
            "States": {"Judge": task},
        },
        "ToleratedFailurePercentage": 100,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": bucket, "Prefix": "decisions"},
            "WriterConfig": {"OutputType": "JSONL", "Transformation": "FLATTEN"},
        },
        "End": True,
    }
    return {"StartAt": "Judge Posts", "States": {"Judge Posts": state}}


def test_posts_become_decisions(embedded: Embedded, bucket: str) -> None:
    s3, states = embedded.client("s3"), embedded.client("stepfunctions")
    lines = "".join(json.dumps({"id": n, "text": "ü" * n}) + "\n" for n in range(10))
    s3.put_object(Bucket=bucket, Key="posts.jsonl", Body=lines.encode())
    ended = embedded.run(posts_machine(embedded.function(COUNTS), bucket), {"key": "posts.jsonl"})
    assert ended.status == "SUCCEEDED", ended.cause
    manifest = json.loads(s3.get_object(**ended.output["ResultWriterDetails"])["Body"].read())
    (file,) = manifest["ResultFiles"]["SUCCEEDED"]
    decisions = s3.get_object(Bucket=bucket, Key=file["Key"])["Body"].read().splitlines()
    assert [json.loads(line)["id"] for line in decisions] == list(range(10))
    (run,) = states.list_map_runs(executionArn=ended.execution_arn)["mapRuns"]
    described = states.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (
        described["status"],
        described["executionCounts"]["succeeded"],
        described["itemCounts"]["total"],
    ) == (
        "SUCCEEDED",
        3,
        10,
    )
    assert len(states.list_executions(mapRunArn=run["mapRunArn"])["executions"]) == 3


@pytest.mark.usefixtures("faultless")
def test_what_children_call_is_told_and_struck_as_their_executions(embedded: Embedded, bucket: str) -> None:
    embedded.client("s3").put_object(Bucket=bucket, Key="few.jsonl", Body=b'{"id": 1}\n{"id": 2}\n')
    fault = {
        "service": "lambda",
        "operation": "Invoke",
        "about": "of-one-name",
        "error_code": "ServiceException",
    }
    embedded.control("faults", "POST", fault)
    ended = embedded.run(
        posts_machine(embedded.function(COUNTS), bucket), {"key": "few.jsonl"}, name="of-one-name"
    )
    assert ended.status == "SUCCEEDED", "it tolerates children that fail"
    states = embedded.client("stepfunctions")
    (run,) = states.list_map_runs(executionArn=ended.execution_arn)["mapRuns"]
    assert states.describe_map_run(mapRunArn=run["mapRunArn"])["executionCounts"]["failed"] == 1
    told = embedded.control("executions?works_for=of-one-name")["executions"]
    assert [each["name"] == "of-one-name" for each in told] == [True, False]


@pytest.mark.parametrize("missing", ["s3:GetObject", "s3:PutObject", "states:StartExecution"])
def test_a_map_needs_its_grants(embedded: Embedded, bucket: str, missing: str) -> None:
    embedded.client("s3").put_object(Bucket=bucket, Key="one.jsonl", Body=b'{"id": 1}\n')
    role = embedded.role(ANYTHING, {"Effect": "Deny", "Action": missing, "Resource": "*"})
    ended = embedded.run(posts_machine(embedded.function(COUNTS), bucket), {"key": "one.jsonl"}, role)
    assert ended.status == "FAILED"
    assert missing in (ended.cause or "")


def test_a_failed_execution_is_redriven(embedded: Embedded, bucket: str) -> None:
    states = embedded.client("stepfunctions")
    function = embedded.function(FAILS_ONCE, ANYTHING)
    invoke = {"FunctionName": function, "Payload": {"bucket": bucket}}
    first = {"Type": "Pass", "Next": "Try"}
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": invoke, "OutputPath": "$.Payload", "End": True}
    failed = embedded.run({"StartAt": "First", "States": {"First": first, "Try": task}})
    assert (failed.status, failed.error) == ("FAILED", "KeyError")
    described = states.describe_execution(executionArn=failed.execution_arn)
    assert (described["redriveStatus"], described["redriveCount"]) == ("REDRIVABLE", 0)

    states.redrive_execution(executionArn=failed.execution_arn)
    again = embedded.ended(failed.execution_arn)

    assert (again.status, again.output) == ("SUCCEEDED", {"done": True})
    assert again.entered == ["First", "Try"], "what succeeded isn't run again"
    assert [event["type"] for event in again.history][len(failed.history)] == "ExecutionRedriven"
    described = states.describe_execution(executionArn=failed.execution_arn)
    assert (described["redriveStatus"], described["redriveCount"]) == ("NOT_REDRIVABLE", 1)
    with pytest.raises(states.exceptions.ExecutionNotRedrivable):
        states.redrive_execution(executionArn=failed.execution_arn)


@pytest.mark.parametrize(
    ("resource", "output"), [("startExecution.sync", '{"x":1}'), ("startExecution.sync:2", {"x": 1})]
)
def test_a_nested_execution(embedded: Embedded, resource: str, output: Any) -> None:
    inner = embedded.machine({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::states:{resource}",
        "OutputPath": "$.Output",
        "End": True,
    }
    parameters = {"StateMachineArn": inner, "Input.$": "$"}
    ended = embedded.run({"StartAt": "S", "States": {"S": {**task, "Parameters": parameters}}}, {"x": 1})
    assert ended.output == output


def test_a_function_as_a_resource(embedded: Embedded) -> None:
    name = embedded.function("def handler(event, context): return event['x'] + 1")
    arn = embedded.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    ended = embedded.run(
        {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": arn, "End": True}}}, {"x": 1}
    )
    assert ended.output == 2
    assert ended.count("LambdaFunctionSucceeded") == 1


def test_a_history_in_reverse(embedded: Embedded) -> None:
    states = embedded.client("stepfunctions")
    ended = embedded.run({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=ended.execution_arn, reverseOrder=True, PaginationConfig={"PageSize": 2}
    )
    assert [event["id"] for page in pages for event in page["events"]] == [4, 3, 2, 1]


def test_a_notification_and_a_message(embedded: Embedded) -> None:
    topic = embedded.client("sns").create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]
    url = embedded.client("sqs").create_queue(QueueName=f"queue-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    publish = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Next": "Send",
               "Parameters": {"TopicArn": topic, "Message.$": "$.text"}, "ResultPath": None}  # fmt: skip
    send = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True,
            "Parameters": {"QueueUrl": url, "MessageBody.$": "$"}}  # fmt: skip
    ended = embedded.run(
        {"StartAt": "Publish", "States": {"Publish": publish, "Send": send}}, {"text": "hello"}
    )
    assert ended.status == "SUCCEEDED", ended.cause
    assert embedded.received(url) == [{"text": "hello"}]
