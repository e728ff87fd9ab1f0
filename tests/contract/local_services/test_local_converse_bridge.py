"""Converse through the user's own OpenAI-compatible server: what is sent, what comes back, what goes wrong.

The server is a small one on loopback that answers what the test says.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.chat_server import ChatServer
from local.services.bedrock.model_server import ModelServer as OwnServer
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.local_services.test_local_converse import image, picture, question, user
from tests.contract.model_server import ModelServer, running_model_server
from tests.contract.service_model import assert_answer, assert_documented_error

CALLER = Caller("test", "000000000000", "us-east-1")


class NoEngines(EnginePool):
    """A pool that nobody may ask."""

    def run(self, task: str, *_args: Any, **_keywords: Any) -> Any:
        raise AssertionError(f"{task} was asked")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running_model_server() as running:
        yield running


@pytest.fixture
def service(server: ModelServer, engines: EnginePool) -> Service:
    environment = {
        "BRAID_LLM_URL": server.url,
        "BRAID_LLM_MODEL": "tiny",
        "BRAID_LLM_API_KEY": "sesame",
        "BRAID_LLM_TIMEOUT_SECONDS": "1",
    }
    return bedrock_runtime.build_service(engines, environment=environment)


def converse(service: Service, request: dict[str, Any]) -> Any:
    answer = service.operations["Converse"](request, CALLER)
    assert_answer("bedrock-runtime", "Converse", answer)
    return answer


def refused(service: Service) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        service.operations["Converse"](question(), CALLER)
    assert_documented_error("bedrock-runtime", "Converse", caught.value.code, caught.value.status)
    return caught.value


def called(arguments: Any, name: str = "answer") -> dict[str, Any]:
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"content": None, "tool_calls": [call]}


def test_a_tool_call_comes_back_as_bedrock_writes_it(server: ModelServer, service: Service) -> None:
    server.answers(called('{"summary": []}'), finish="tool_calls")
    answer = converse(service, question())
    assert answer["stopReason"] == "tool_use"
    assert answer["output"]["message"]["content"] == [
        {"toolUse": {"toolUseId": "call_1", "name": "answer", "input": {"summary": []}}}
    ]
    assert answer["usage"] == {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18}
    assert answer["additionalModelResponseFields"] == {"method": "model", "served_by": "tiny-test-model"}


def test_the_request_says_the_same_in_the_other_protocol(server: ModelServer, service: Service) -> None:
    server.answers({"content": "Hello"})
    body = picture()
    request = question(
        messages=[
            user({"text": "Look"}, image(body)),
            {
                "role": "assistant",
                "content": [{"toolUse": {"toolUseId": "t1", "name": "answer", "input": {"a": "ü"}}}],
            },
            user(
                {"toolResult": {"toolUseId": "t1", "content": [{"json": {"ok": False}}, {"text": "no"}]}},
                {"text": "Again"},
            ),
        ],
        inferenceConfig={"maxTokens": 9, "temperature": 0.5, "topP": 0.9, "stopSequences": ["|"]},
    )
    converse(service, request)
    (sent,) = server.requests
    url = "data:image/png;base64," + base64.b64encode(body).decode()
    assert sent["messages"] == [
        {"role": "system", "content": "You answer from evidence only."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": url}}],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "t1", "type": "function", "function": {"name": "answer", "arguments": '{"a": "ü"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "t1", "content": '{"ok": false}\nno'},
        {"role": "user", "content": "Again"},
    ]
    assert (sent["model"], sent["stream"]) == ("tiny", False)
    assert (sent["max_tokens"], sent["temperature"], sent["top_p"], sent["stop"]) == (9, 0.5, 0.9, ["|"])
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "answer"}}
    assert sent["tools"][0]["function"]["parameters"]["required"] == ["summary", "topics", "key_moments"]
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == "Bearer sesame"


@pytest.mark.parametrize(
    ("finish", "stop_reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "content_filtered"),
        ("odd", "end_turn"),
    ],
)
def test_stop_reasons(server: ModelServer, service: Service, finish: str, stop_reason: str) -> None:
    server.answers({"content": "Some words"}, finish=finish)
    answer = converse(service, question())
    assert answer["stopReason"] == stop_reason
    assert answer["output"]["message"]["content"] == [{"text": "Some words"}]


@pytest.mark.parametrize("text", ['{"summary": []}', 'Here:\n```json\n{"summary": []}\n```'])
def test_a_server_that_ignores_tool_choice_is_understood(
    server: ModelServer, service: Service, text: str
) -> None:
    server.answers({"content": text})
    answer = converse(service, question())
    assert answer["stopReason"] == "tool_use"
    assert answer["output"]["message"]["content"][0]["toolUse"]["input"] == {"summary": []}


@pytest.mark.parametrize(
    ("message", "finish", "stop_reason"),
    [
        (called('{"summary": ['), "tool_calls", "malformed_tool_use"),
        (called('["a list"]'), "tool_calls", "malformed_tool_use"),
        (called("{}", name="unheard_of"), "tool_calls", "malformed_tool_use"),
        (called('{"summary": ['), "length", "max_tokens"),
    ],
)
def test_malformed_tool_calls_have_their_stop_reason_and_show_the_text(
    server: ModelServer, service: Service, message: dict[str, Any], finish: str, stop_reason: str
) -> None:
    server.answers(message, finish=finish)
    answer = converse(service, question())
    assert answer["stopReason"] == stop_reason
    written = message["tool_calls"][0]["function"]
    assert json.loads(answer["output"]["message"]["content"][0]["text"]) == [written]


@pytest.mark.parametrize(
    ("finish", "stop_reason"), [("length", "max_tokens"), ("content_filter", "content_filtered")]
)
def test_a_call_that_was_broken_off_is_none_however_whole_it_looks(
    server: ModelServer, service: Service, finish: str, stop_reason: str
) -> None:
    server.answers(called('{"summary": []}'), finish=finish)
    assert converse(service, question())["stopReason"] == stop_reason


def test_arguments_may_be_an_object_and_ids_missing(server: ModelServer, service: Service) -> None:
    message = called({"summary": []})
    del message["tool_calls"][0]["id"]
    server.answers(message)
    answer = converse(service, question())
    assert answer["output"]["message"]["content"][0]["toolUse"]["toolUseId"] == "tooluse_0"


def test_what_a_server_answers_takes_no_turn_at_the_engines(server: ModelServer) -> None:
    server.answers({"content": "Hello"})
    # Its engines have no worker and can't start one: whoever asks them fails.
    service = bedrock_runtime.build_service(
        NoEngines(), environment={"BRAID_LLM_URL": server.url, "BRAID_LLM_MODEL": "tiny"}
    )
    request = {"modelId": question()["modelId"], "messages": [user({"text": "Is this a threat?"})]}

    assert converse(service, request)["usage"]["inputTokens"] == 11


def test_a_server_that_does_not_count_is_counted_for(server: ModelServer, service: Service) -> None:
    server.answers({"content": "Some words"}, usage=None)
    usage = converse(service, question())["usage"]
    assert usage["outputTokens"] == 2
    assert usage["inputTokens"] > 100


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"error": {"message": "bad schema"}}, "ValidationException"),
        (401, {"error": {"message": "no key"}}, "AccessDeniedException"),
        (403, b"forbidden", "AccessDeniedException"),
        (404, {"error": {"message": "model 'tiny' not found"}}, "ResourceNotFoundException"),
        (408, b"", "ModelTimeoutException"),
        (413, b"large", "ValidationException"),
        (429, {"error": "slow down"}, "ThrottlingException"),
        (500, {"error": {"message": "runner crashed"}}, "ModelErrorException"),
        (503, {"error": {"message": "Loading model"}}, "ModelNotReadyException"),
        (503, b"busy", "ServiceUnavailableException"),
        (504, b"", "ModelTimeoutException"),
        (307, b"", "ValidationException"),
        (200, b"<html>", "ModelErrorException"),
        (200, {"object": "list"}, "ModelErrorException"),
        (200, {"choices": [{"message": "text"}]}, "ModelErrorException"),
        (200, [], "ModelErrorException"),
    ],
)
def test_errors_have_bedrocks_names(
    server: ModelServer, service: Service, status: int, body: Any, code: str
) -> None:
    server.replies.append((status, body))
    error = refused(service)
    assert error.code == code
    if isinstance(body, dict) and "error" in body:
        reason = body["error"]["message"] if isinstance(body["error"], dict) else body["error"]
        assert reason in error.message


def test_a_prompt_that_the_server_finds_too_long(server: ModelServer, service: Service) -> None:
    server.replies.append((400, {"error": {"message": "exceeds the available context size"}}))
    assert refused(service).message.startswith("Input is too long for requested model.")


def test_a_slow_server_is_a_timeout(server: ModelServer, service: Service) -> None:
    server.answers({"content": "late"})
    server.delay_seconds = 2.0
    error = refused(service)
    assert error.code == "ModelTimeoutException"
    assert "1 seconds" in error.message


def test_a_server_that_is_not_there(engines: EnginePool) -> None:
    with running_model_server() as ended:
        url = ended.url
    environment = {"BRAID_LLM_URL": url, "BRAID_LLM_MODEL": "tiny"}
    error = refused(bedrock_runtime.build_service(engines, environment=environment))
    assert error.code == "ServiceUnavailableException"
    assert "BRAID_LLM_URL" in error.message


def test_a_proxy_in_the_environment_is_no_way_to_this_machine(
    server: ModelServer, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    server.answers({"content": "Hello"})
    assert converse(service, question())["stopReason"] == "end_turn"


def test_models_are_checked_before_the_server_is_asked(server: ModelServer, service: Service) -> None:
    with pytest.raises(ServiceError, match="identifier is invalid"):
        service.operations["Converse"](question(modelId="nothing"), CALLER)
    assert server.requests == []


def test_settings_are_optional_and_errors_list_all() -> None:
    assert ChatServer.from_environment({}) is None
    full = ChatServer.from_environment({"BRAID_LLM_URL": "http://localhost:1/v1/", "BRAID_LLM_MODEL": "m"})
    assert full == ChatServer(OwnServer("http://localhost:1/v1"), "m")
    with pytest.raises(ValueError, match=r"BRAID_LLM_URL.*BRAID_LLM_TIMEOUT_SECONDS.*BRAID_LLM_MODEL"):
        ChatServer.from_environment({"BRAID_LLM_URL": "localhost", "BRAID_LLM_TIMEOUT_SECONDS": "soon"})


def test_the_key_is_not_shown() -> None:
    assert "sesame" not in repr(ChatServer(OwnServer("http://localhost:1/v1", "sesame"), "m"))
