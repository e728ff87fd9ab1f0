"""Real answers of Bedrock runtime: Converse's parse, those of other operations are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from braid.aws.bedrock.converse import Reply, StopReason, read_reply
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidServiceOutputError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter, Usage
from braid.models.asking import Models
from braid.models.purposes import ANSWER
from braid.models.question import Question, Text, Tool
from braid.models.routing import Route
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import NoAnswer, infer
from tests.contract.service_model import assert_answer, operation
from tests.unit.inference.timelines import GOOD, MODEL_IDS, answered, shoe

MICRO = MODEL_IDS["micro"]
QUESTION = Question(
    Route("micro", MICRO, model_registry().find(MICRO), ""),
    "Be brief",
    (Text("Say this is a test"),),
    Tool("answer", "Takes the answer", {"type": "object", "properties": {}}),
    max_output_tokens=100,
)


class _Raw:
    """The body of an HTTP response as urllib3 would hand it over."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_options: Any) -> Iterator[bytes]:
        yield self._body


def bedrock_answering(status: int, body: bytes, headers: dict[str, str]) -> Any:
    """A real client that gets this HTTP response from the wire."""
    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
    client.meta.events.register(
        "before-send.bedrock-runtime.Converse",
        lambda **_event: AWSResponse("https://bedrock", status, headers, _Raw(body)),
    )
    return client


def ask(status: int, body: bytes | str, headers: dict[str, str], meter: Meter | None = None) -> Reply:
    raw = body if isinstance(body, bytes) else body.encode()
    bedrock = bedrock_answering(status, raw, headers)
    return Models(ANSWER, bedrock=bedrock).ask(QUESTION, meter or Meter())


def recorded(folder: Path) -> list[tuple[str, str, int, bytes | str, dict[str, str]]]:
    """Every recorded exchange: cassette, operation's path, status, body, headers."""
    exchanges = []
    for path in sorted((folder / "aws-bedrock").glob("*/*.yaml")):
        for exchange in yaml.safe_load(path.read_text())["interactions"]:
            response = exchange["response"]
            headers = {
                name: values[0] for name, values in response["headers"].items() if isinstance(values, list)
            }
            exchanges.append(
                (
                    path.stem,
                    exchange["request"]["uri"].rsplit("/", 1)[-1],
                    response["status"]["code"],
                    response["body"]["string"],
                    headers,
                )
            )
    assert exchanges
    return exchanges


def test_every_recorded_answer_of_converse_parses_whole(shared_data: Path) -> None:
    found = [item for item in recorded(shared_data) if item[1] == "converse" and item[2] == 200]
    assert len(found) >= 3
    for name, _, status, body, headers in found:
        meter = Meter()
        response = ask(status, body, headers, meter)
        assert response.method == "model", name
        assert response.text or response.tool_uses, name
        assert meter.usage() == (
            Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "input_token", response.input_tokens),
            Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "output_token", response.output_tokens),
        )


def test_the_recorded_tool_calls_are_read(shared_data: Path) -> None:
    first = next(item for item in recorded(shared_data) if item[0] == "test_converse_tool_call_with_content")
    response = ask(*first[2:])
    assert response.stop_reason is StopReason.TOOL_USE
    assert [(call.name, call.input) for call in response.tool_uses] == [
        ("get_current_weather", {"location": "Seattle"}),
        ("get_current_weather", {"location": "San Francisco"}),
    ]
    assert (response.input_tokens, response.output_tokens) == (415, 190)


def test_answers_of_other_operations_are_refused(shared_data: Path) -> None:
    others = [item for item in recorded(shared_data) if item[1] != "converse" and item[2] == 200]
    assert {item[1] for item in others} == {"converse-stream", "invoke", "invoke-with-response-stream"}
    for _, _, status, body, headers in others:
        with pytest.raises(InvalidServiceOutputError, match="bedrock:Converse"):
            ask(status, body, headers)


def test_recorded_refusals_become_our_errors(shared_data: Path) -> None:
    refused = [item for item in recorded(shared_data) if item[2] == 400]
    assert refused
    for _, _, status, body, headers in refused:
        with pytest.raises(UnsupportedError, match="model identifier is invalid"):
            ask(status, body, headers)


# What each kind of recorded exchange becomes for whoever asked it for an answer.
REASONS = {
    "max_tokens": "was cut off at its token limit",
    "end_turn": "did not call the tool 'answer'",
    "tool_use": "did not call the tool 'answer'",
}


def test_no_recorded_exchange_passes_for_an_answer(shared_data: Path) -> None:
    """Each is refused by name: a cut-off one as cut off, another tool's as another tool's."""
    named = 0
    for name, path, status, body, headers in recorded(shared_data):
        raw = body if isinstance(body, bytes) else body.encode()
        models = Models(ANSWER, bedrock=_Repeating(status, raw, headers)).on(Meter())
        if path == "converse" and status == 200:
            result = infer(profile("general"), shoe(), models, MODEL_IDS, model_registry())
            assert isinstance(result, NoAnswer), name
            assert REASONS[json.loads(raw)["stopReason"]] in result.reason, name
            named += 1
            continue
        with pytest.raises(UnsupportedError if status == 400 else InvalidServiceOutputError):
            infer(profile("general"), shoe(), models, MODEL_IDS, model_registry())
    assert named >= 3


class _Repeating:
    """Bedrock that gives the same answer to every question."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._recorded = (status, body, headers)

    def converse(self, **request: Any) -> Any:
        return bedrock_answering(*self._recorded).converse(**request)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("AccessDeniedException", 403, AccessDeniedError),
        ("ThrottlingException", 429, ThrottledError),
        ("ModelTimeoutException", 408, ServiceUnavailableError),
        ("ModelNotReadyException", 429, ServiceUnavailableError),
        ("ServiceUnavailableException", 503, ServiceUnavailableError),
        ("InternalServerException", 500, ServiceUnavailableError),
        ("ModelErrorException", 424, InvalidServiceOutputError),
        ("ResourceNotFoundException", 404, UnsupportedError),
        ("ValidationException", 400, UnsupportedError),
    ],
)
def test_every_documented_error_has_its_class(code: str, status: int, expected: type[BraidError]) -> None:
    with pytest.raises(expected, match=code) as raised:
        ask(status, '{"message": "told"}', {"x-amzn-ErrorType": code})
    assert raised.type is expected


@pytest.mark.parametrize(
    "told",
    [
        "Input is too long for requested model.",
        "The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum",
        "The model returned the following errors: Input Tokens Exceeded: Number of input tokens exceeds",
        "Too many input tokens. Max input tokens: 128000, request input token count: 130001",
        "input length and `max_tokens` exceed context limit: 199000 + 4096 > 200000",
    ],
)
def test_a_prompt_that_is_refused_as_too_long_is_an_answer_of_no_room(told: str) -> None:
    meter = Meter()
    response = ask(400, json.dumps({"message": told}), {"x-amzn-ErrorType": "ValidationException"}, meter)
    assert response.stop_reason is StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED
    assert response.tool_uses == ()
    assert meter.usage() == ()


@pytest.mark.parametrize(
    "told",
    [
        "The maximum tokens you requested exceeds the model limit of 10000.",
        "The provided model identifier is invalid.",
        "Malformed input request: #/toolConfig: required key [tools] not found",
    ],
)
def test_other_refusals_of_a_request_stay_errors(told: str) -> None:
    with pytest.raises(UnsupportedError):
        ask(400, json.dumps({"message": told}), {"x-amzn-ErrorType": "ValidationException"})


def test_no_documented_error_is_forgotten() -> None:
    tested = {
        mark.args[1][index][0]
        for mark in test_every_documented_error_has_its_class.pytestmark  # type: ignore[attr-defined]  # set by the decorator
        for index in range(len(mark.args[1]))
    }
    assert {shape.name for shape in operation("bedrock-runtime", "Converse").error_shapes} == tested


def test_every_documented_stop_reason_is_known() -> None:
    shape = operation("bedrock-runtime", "Converse").output_shape
    assert shape is not None
    assert set(shape.members["stopReason"].enum) == {reason.value for reason in StopReason}


@pytest.mark.parametrize("reason", list(StopReason))
def test_every_stop_reason_is_read(reason: StopReason) -> None:
    answer = answered(GOOD, stop_reason=reason)
    assert_answer("bedrock-runtime", "Converse", answer)
    assert read_reply(answer).stop_reason is reason


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"stopReason": "bored"}, "'bored'"),
        ({"usage": {"inputTokens": "many", "outputTokens": 1}}, "inputTokens"),
        ({"output": {}}, "message"),
        ({"output": {"message": {"role": "user", "content": []}}}, "'user'"),
        ({"output": {"message": {"role": "assistant", "content": [{"video": {}}]}}}, "'video'"),
        ({"output": {"message": {"role": "assistant", "content": [None]}}}, "''"),
    ],
)
def test_what_is_no_answer_is_refused_by_what_is_wrong(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidServiceOutputError, match=told):
        read_reply({**answered(GOOD), **change})


def test_the_service_says_who_wrote_the_answer() -> None:
    assert read_reply(answered(GOOD, fields={"method": "extractive"})).method == "extractive"
