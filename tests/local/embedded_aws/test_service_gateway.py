"""Our own services behind real clients: wire formats, permissions, call log, faults."""

from __future__ import annotations

import contextlib
import http.client
import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.embedded_aws.harness import Embedded, until

pytestmark = pytest.mark.patch("gateway.py", "wire.py", "ministack/objects.py", "calls.py")

PROFILE = "us.amazon.nova-lite-v1:0"
PROFILE_ARN = f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/{PROFILE}"
MESSAGES = [{"role": "user", "content": [{"text": "hello"}]}]

CONVERSE = """
import boto3
def handler(event, context):
    messages = [{"role": "user", "content": [{"text": "x"}]}]
    return boto3.client("bedrock-runtime").converse(modelId=event, messages=messages)["stopReason"]
"""
LABELS = """
import boto3
def handler(event, context):
    return boto3.client("rekognition").detect_labels(Image=event)["Labels"][0]["Name"]
"""


def allow(action: str, *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": list(resources) or "*"}


@pytest.fixture(scope="module")
def bucket(embedded: Embedded) -> str:
    name = f"pictures-{uuid.uuid4().hex[:8]}"
    embedded.client("s3").create_bucket(Bucket=name)
    embedded.client("s3").put_object(Bucket=name, Key="a b/ü.png", Body=b"12345")
    return name


def test_health_lists_what_is_hosted(embedded: Embedded) -> None:
    health = embedded.control("health")
    assert health["ready"] is True
    assert health["iam_enforced"] is True
    assert health["services"]["bedrock-runtime"] == ["Converse"]


def test_bytes_come_and_members_go(embedded: Embedded) -> None:
    answer = embedded.client("rekognition").detect_labels(Image={"Bytes": b"\x00\xff\x00"})
    assert answer["Labels"] == [{"Name": "3 bytes", "Confidence": 99.5}]


@pytest.mark.parametrize("model_id", ["amazon.nova-lite-v1:0", PROFILE, PROFILE_ARN])
def test_a_model_id_arrives_whole(embedded: Embedded, model_id: str) -> None:
    answer = embedded.client("bedrock-runtime").converse(modelId=model_id, messages=MESSAGES)
    assert answer["output"]["message"]["content"][0]["toolUse"]["input"] == {"model": model_id}
    assert answer["additionalModelResponseFields"] == {"method": "toy"}


def test_a_service_error_keeps_its_code(embedded: Embedded) -> None:
    client = embedded.client("rekognition")
    with pytest.raises(client.exceptions.InvalidImageFormatException, match="invalid image format"):
        client.detect_labels(Image={"Bytes": b""})


def test_an_answer_that_breaks_the_model_is_our_defect(embedded: Embedded) -> None:
    client = embedded.client("rekognition")
    with pytest.raises(client.exceptions.InternalServerError, match="against its service model"):
        client.detect_faces(Image={"Bytes": b"1"})


def test_what_nothing_can_answer_says_so(embedded: Embedded) -> None:
    with pytest.raises(ClientError, match="honestly") as refused:
        embedded.client("rekognition").detect_protective_equipment(Image={"Bytes": b"1"})
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"


def test_a_request_beyond_the_models_limits_is_refused(embedded: Embedded) -> None:
    """Botocore itself checks neither enums nor maxima."""
    with pytest.raises(ClientError, match="ValidationException"):
        embedded.client("rekognition").detect_labels(Image={"Bytes": b"1"}, Features=["NO_SUCH_FEATURE"])


def test_an_object_is_read_as_the_caller(embedded: Embedded, bucket: str) -> None:
    where = {"S3Object": {"Bucket": bucket, "Name": "a b/ü.png"}}
    both = (allow("rekognition:DetectLabels"), allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    assert embedded.invoke(embedded.function(LABELS, *both), where) == ("5 bytes", None)
    body, kind = embedded.invoke(embedded.function(LABELS, both[0]), where)
    assert (body["errorType"], kind) == ("AccessDeniedException", "Unhandled")
    assert "s3:GetObject" in body["errorMessage"]


def test_the_operation_itself_needs_a_grant(embedded: Embedded) -> None:
    body, kind = embedded.invoke(embedded.function(LABELS, allow("s3:GetObject")), {"Bytes": "MQ=="})
    assert kind is not None
    assert "rekognition:DetectLabels" in body["errorMessage"]


@pytest.mark.parametrize(
    ("resources", "passes"),
    [
        ((PROFILE_ARN, "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0"), True),
        ((PROFILE_ARN,), False),
        (("arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0",), False),
    ],
)
def test_a_profile_needs_itself_and_its_model(
    embedded: Embedded, resources: tuple[str, ...], passes: bool
) -> None:
    body, kind = embedded.invoke(
        embedded.function(CONVERSE, allow("bedrock:InvokeModel", *resources)), PROFILE
    )
    assert (body == "tool_use") is passes
    assert passes or (body["errorType"], kind) == ("AccessDeniedException", "Unhandled")


def test_a_service_writes_and_tells_the_bus(embedded: Embedded, bucket: str, chain: dict[str, str]) -> None:
    embedded.received(chain["StatusQueue"])
    job = {
        "TranscriptionJobName": "job-1",
        "LanguageCode": "en-US",
        "Media": {"MediaFileUri": "s3://x/y.flac"},
    }
    answer = embedded.client("transcribe").start_transcription_job(
        **job, OutputBucketName=bucket, OutputKey="out/job-1.json"
    )
    assert answer["TranscriptionJob"]["StartTime"].year >= 2024
    body = embedded.client("s3").get_object(Bucket=bucket, Key="out/job-1.json")["Body"].read()
    assert json.loads(body) == {}
    (event,) = until(lambda: embedded.received(chain["StatusQueue"]))
    assert (event["source"], event["detail"]["TranscriptionJobStatus"]) == ("aws.transcribe", "COMPLETED")


def test_calls_are_logged_with_their_execution(embedded: Embedded) -> None:
    function = embedded.function(LABELS, allow("rekognition:*"))
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": function, "Payload": {"Bytes": "MQ=="}}, "End": True}  # fmt: skip
    ended = embedded.run({"StartAt": "A", "States": {"A": task}})
    name = ended.execution_arn.rsplit(":", 1)[-1]
    (logged,) = embedded.control(f"calls?execution={name}")["calls"]
    assert (logged["service"], logged["operation"], logged["error_code"]) == (
        "rekognition",
        "DetectLabels",
        None,
    )
    assert logged["principal"].endswith(f"/{function}")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 101), ({"Origin": "http://localhost:3000"}, 403), ({"Origin": "https://page.example"}, 403)],
)
def test_web_pages_open_no_socket(embedded: Embedded, headers: dict[str, str], status: int) -> None:
    """A browser lets any page open a WebSocket to loopback and only names the page as its origin."""
    gateway = embedded.client("apigatewayv2")
    api = gateway.create_api(Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body")
    gateway.create_stage(ApiId=api["ApiId"], StageName="live")
    connection = http.client.HTTPConnection("127.0.0.1", embedded.aws.port, timeout=60)
    shaking_hands = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    with contextlib.closing(connection):
        path = f"/_aws/execute-api/{api['ApiId']}/live"
        connection.request("GET", path, headers={**shaking_hands, **headers})
        assert connection.getresponse().status == status
