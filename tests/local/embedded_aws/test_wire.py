"""The wire formats against botocore's own models, without a server."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from local.launcher.wire import WireError, wire


def test_a_json_request() -> None:
    headers = {"x-amz-target": "Comprehend_20171127.BatchDetectEntities"}
    body = json.dumps({"TextList": ["a"], "LanguageCode": "en", "NoSuchMember": 1}).encode()
    operation, members = wire("comprehend").parse("POST", "/", headers, {}, body)
    assert (operation.name, members) == ("BatchDetectEntities", {"TextList": ["a"], "LanguageCode": "en"})


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("Comprehend_20171127.DetectNothing", b"{}", "UnknownOperationException"),
        ("Comprehend_20171127.DetectEntities", b"{", "SerializationException"),
        ("Comprehend_20171127.DetectSentiment", b'{"Text": "a"}', "ValidationException"),
        (
            "Comprehend_20171127.DetectSentiment",
            b'{"Text": "a", "LanguageCode": "xx"}',
            "ValidationException",
        ),
        ("Comprehend_20171127.DetectSentiment", b'{"Text": 1, "LanguageCode": "en"}', "ValidationException"),
    ],
)
def test_a_broken_json_request(target: str, body: bytes, code: str) -> None:
    with pytest.raises(WireError) as broken:
        wire("comprehend").parse("POST", "/", {"x-amz-target": target}, {}, body)
    assert broken.value.code == code


def test_documents_pass_untouched() -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "x": 1.5}
    tool = {"toolSpec": {"name": "answer", "inputSchema": {"json": schema}}}
    body = {"messages": [{"role": "user", "content": [{"text": "hi"}]}], "toolConfig": {"tools": [tool]}}
    path = "/model/arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.amazon.nova-lite-v1:0/converse"
    operation, members = wire("bedrock-runtime").parse("POST", path, {}, {}, json.dumps(body).encode())
    assert operation.name == "Converse"
    assert members["modelId"].endswith("/us.amazon.nova-lite-v1:0")
    assert members["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] == schema


def test_a_blob_payload_goes_both_ways() -> None:
    spoken = wire("bedrock-runtime")
    headers = {"content-type": "application/json", "accept": "application/json"}
    operation, members = spoken.parse("POST", "/model/m/invoke", headers, {}, b'{"inputText": "x"}')
    assert (operation.name, members["body"], members["modelId"]) == (
        "InvokeModel",
        b'{"inputText": "x"}',
        "m",
    )
    status, answer_headers, body = spoken.respond(
        operation, {"body": b"{}", "contentType": "application/json"}
    )
    assert (status, answer_headers["Content-Type"], body) == (200, "application/json", b"{}")


def test_blobs_in_json_are_base64() -> None:
    headers = {"x-amz-target": "RekognitionService.DetectText"}
    _, members = wire("rekognition").parse("POST", "/", headers, {}, b'{"Image": {"Bytes": "AAEC"}}')
    assert members["Image"]["Bytes"] == b"\x00\x01\x02"


def test_timestamps_leave_as_seconds() -> None:
    spoken = wire("transcribe")
    operation = spoken.model.operation_model("GetTranscriptionJob")
    job = {"TranscriptionJobName": "j", "StartTime": datetime(2026, 1, 2, tzinfo=UTC), "FailureReason": None}
    with pytest.raises(ValueError, match="FailureReason"):
        spoken.respond(operation, {"TranscriptionJob": job})
    del job["FailureReason"]
    _, _, body = spoken.respond(operation, {"TranscriptionJob": job})
    assert json.loads(body)["TranscriptionJob"] == {"TranscriptionJobName": "j", "StartTime": 1767312000.0}


def test_an_error_has_its_code_in_header_and_body() -> None:
    status, headers, body = wire("rekognition").error("ThrottlingException", "slow", 400)
    assert (status, headers["x-amzn-ErrorType"]) == (400, "ThrottlingException")
    assert json.loads(body) == {"__type": "ThrottlingException", "message": "slow"}


def test_an_error_has_the_http_status_that_its_service_states() -> None:
    assert wire("bedrock-runtime").error("ThrottlingException", "wait", 400)[0] == 429
    assert wire("bedrock-runtime").error("AccessDeniedException", "no", 400)[0] == 403
    assert wire("rekognition").error("ThrottlingException", "wait", 400)[0] == 400
    assert wire("comprehend").error("NobodyStatesThisException", "no", 418)[0] == 418
