"""The local Converse: answers in Bedrock's shapes, refusals in its words, evidence quoted."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from PIL import Image

from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.service_model import assert_answer, assert_documented_error, assert_request
from tests.local.writing.talk_evidence import GENERAL, TALK, fenced

LITE = "amazon.nova-lite-v1:0"
CALLER = Caller("test", "000000000000", "us-east-1")


@pytest.fixture(scope="module")
def service(engines: EnginePool) -> Service:
    return bedrock_runtime.build_service(engines, environment={"BRAID_WRITER": "off"})


def picture(kind: str = "png", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


def image(body: bytes, kind: str = "png") -> dict[str, Any]:
    return {"image": {"format": kind, "source": {"bytes": body}}}


def user(*content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def question(text: str = "", **more: Any) -> dict[str, Any]:
    """A request as the inference step sends it."""
    return {
        "modelId": LITE,
        "system": [{"text": "You answer from evidence only."}],
        "messages": [user({"text": text or fenced(TALK)})],
        "toolConfig": {
            "tools": [
                {
                    "toolSpec": {
                        "name": "answer",
                        "description": "The answer.",
                        "inputSchema": {"json": GENERAL},
                    }
                }
            ],
            "toolChoice": {"tool": {"name": "answer"}},
        },
        "inferenceConfig": {"maxTokens": 4000, "temperature": 0.0},
    } | more


def converse(service: Service, request: dict[str, Any], region: str = "us-east-1") -> Any:
    assert_request("bedrock-runtime", "Converse", request)
    return service.operations["Converse"](request, Caller("test", "000000000000", region))


def refused(service: Service, request: dict[str, Any], region: str = "us-east-1") -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        service.operations["Converse"](request, Caller("test", "000000000000", region))
    assert_documented_error("bedrock-runtime", "Converse", caught.value.code, caught.value.status)
    return caught.value


def test_the_forced_tool_is_called_with_a_quoted_answer(service: Service) -> None:
    answer = converse(service, question())
    assert_answer("bedrock-runtime", "Converse", answer)
    assert answer["stopReason"] == "tool_use"
    assert answer["additionalModelResponseFields"] == {"method": "extractive"}
    (block,) = answer["output"]["message"]["content"]
    assert block["toolUse"]["name"] == "answer"
    jsonschema.validate(block["toolUse"]["input"], GENERAL)
    known = {each["evidence_id"] for each in TALK}
    cited = {
        identifier
        for items in block["toolUse"]["input"].values()
        for item in items
        for identifier in item["evidence_ids"]
    }
    assert cited <= known


def test_the_same_question_gets_the_same_answer_and_id(service: Service) -> None:
    first, second = converse(service, question()), converse(service, question())
    assert first["output"] == second["output"]


def test_tokens_are_counted_by_what_is_read_and_said(service: Service) -> None:
    short = converse(service, question(fenced(TALK[:3])))["usage"]
    long = converse(service, question())["usage"]
    assert 0 < short["inputTokens"] < long["inputTokens"]
    assert long["totalTokens"] == long["inputTokens"] + long["outputTokens"]
    assert len(fenced(TALK)) / 8 < long["inputTokens"] < len(fenced(TALK))


def test_a_repair_answers_from_the_evidence_of_the_turn_before(service: Service) -> None:
    request = question()
    first = converse(service, request)["output"]["message"]
    use_id = first["content"][0]["toolUse"]["toolUseId"]
    complaint = {
        "toolResult": {
            "toolUseId": use_id,
            "status": "error",
            "content": [{"text": "summary[0].evidence_ids: unknown id u99"}],
        }
    }
    request["messages"] += [first, user(complaint, {"text": "Call the tool again and mend that."})]
    answer = converse(service, request)
    assert_answer("bedrock-runtime", "Converse", answer)
    assert (
        answer["output"]["message"]["content"][0]["toolUse"]["input"]
        == first["content"][0]["toolUse"]["input"]
    )


def test_without_a_tool_it_summarises(service: Service) -> None:
    request = question()
    del request["toolConfig"]
    answer = converse(service, request)
    assert_answer("bedrock-runtime", "Converse", answer)
    assert answer["stopReason"] == "end_turn"
    assert "solar panels turn sunlight into electricity" in answer["output"]["message"]["content"][0]["text"]


def test_an_answer_over_the_limit_stops_there(service: Service) -> None:
    answer = converse(service, question(inferenceConfig={"maxTokens": 20}))
    assert_answer("bedrock-runtime", "Converse", answer)
    assert answer["stopReason"] == "max_tokens"
    assert answer["output"]["message"]["content"] == []


def test_what_quoting_can_not_answer_is_a_model_error(service: Service) -> None:
    error = refused(service, question("What is on the picture?"))
    assert (error.code, error.status) == ("ModelErrorException", 424)
    assert "/summary" in error.message


def test_a_guardrail_is_not_silently_passed_over(service: Service) -> None:
    answer = converse(
        service, question(guardrailConfig={"guardrailIdentifier": "abc123", "guardrailVersion": "1"})
    )
    assert answer["additionalModelResponseFields"]["guardrail"] == "not_applied"


def test_applying_a_guardrail_is_refused_in_words(service: Service) -> None:
    request = {
        "guardrailIdentifier": "abc123",
        "guardrailVersion": "1",
        "source": "OUTPUT",
        "content": [{"text": {"text": "The mug costs 19 euros."}}],
    }
    with pytest.raises(ServiceError, match="It works on AWS") as refusal:
        service.operations["ApplyGuardrail"](request, CALLER)
    assert_documented_error("bedrock-runtime", "ApplyGuardrail", refusal.value.code, refusal.value.status)


def test_pictures_are_taken_and_leave_the_answer_as_it_is(service: Service) -> None:
    request = question()
    request["messages"] = [user(image(picture()), image(picture("jpeg"), "jpeg"), {"text": fenced(TALK)})]
    answer = converse(service, request)
    assert_answer("bedrock-runtime", "Converse", answer)
    assert answer["output"]["message"]["content"][0]["toolUse"]["input"]["summary"]


def test_a_question_about_a_picture_alone_is_refused_with_what_to_set(service: Service) -> None:
    request = question() | {"messages": [user(image(picture()), {"text": "Describe this picture."})]}
    error = refused(service, request)
    assert (error.code, error.status) == ("UnknownOperationException", 404)
    assert "BRAID_LLM_URL" in error.message


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (image(picture("png"), "jpeg"), "appears to be an image/png"),
        (image(b"GIF89a no picture"), "Could not process image"),
        (image(picture() + b"\0" * 3_932_160), "exceeds 3932160 bytes"),
        (image(picture(size=(8001, 1))), "8000 pixels"),
        ({"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/key.png"}}}}, "as bytes"),
        ({"document": {"name": "x", "format": "txt", "source": {"bytes": b"x"}}}, "document"),
        ({"text": " \n"}, "is blank"),
    ],
)
def test_content_that_bedrock_would_refuse(service: Service, block: dict[str, Any], reason: str) -> None:
    error = refused(service, question() | {"messages": [user({"text": fenced(TALK)}, block)]})
    assert error.code == "ValidationException"
    assert reason in error.message


def test_too_many_pictures(service: Service) -> None:
    blocks = [image(picture()) for _ in range(21)]
    assert "too many images" in refused(service, question() | {"messages": [user(*blocks)]}).message


def test_a_text_model_sees_no_pictures(service: Service) -> None:
    request = question(modelId="us.amazon.nova-micro-v1:0") | {"messages": [user(image(picture()))]}
    assert refused(service, request).code == "ValidationException"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"messages": []}, "must start with a user message"),
        (
            {"messages": [{"role": "assistant", "content": [{"text": "Hi"}]}]},
            "must start with a user message",
        ),
        ({"messages": [user({"text": "a"}), user({"text": "b"})]}, "must alternate"),
        ({"messages": [user()]}, "is empty"),
        ({"inferenceConfig": {"temperature": 1.5}}, "temperature"),
        ({"inferenceConfig": {"maxTokens": 0}}, "maxTokens"),
        ({"inferenceConfig": {"maxTokens": 10_001}}, "exceeds the model limit of 10000"),
        (
            {
                "toolConfig": {
                    "tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": {"type": "object"}}}}],
                    "toolChoice": {"tool": {"name": "b"}},
                }
            },
            "toolChoice names the tool b",
        ),
        (
            {
                "toolConfig": {
                    "tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": {"type": "array"}}}}]
                }
            },
            "must be one of the following: object",
        ),
        (
            {
                "messages": [
                    user({"toolResult": {"toolUseId": "never", "content": [{"text": "x"}]}}, {"text": "y"})
                ]
            },
            "exceeds the number of toolUse blocks",
        ),
    ],
)
def test_requests_that_bedrock_would_refuse(service: Service, change: dict[str, Any], reason: str) -> None:
    error = refused(service, question() | change)
    assert error.code == "ValidationException"
    assert reason in error.message


def test_a_prompt_over_the_context_is_refused(service: Service) -> None:
    error = refused(service, question("word " * 130_000, modelId="amazon.nova-micro-v1:0"))
    assert error.code == "ValidationException"
    assert error.message == "Input is too long for requested model."


@pytest.mark.parametrize(
    ("model_id", "region"),
    [
        ("amazon.nova-micro-v1:0", "us-east-1"),
        ("amazon.nova-pro-v1:0", "us-east-1"),
        ("us.amazon.nova-lite-v1:0", "us-west-2"),
        ("eu.amazon.nova-lite-v1:0", "eu-central-1"),
        ("us.amazon.nova-2-lite-v1:0", "us-east-1"),
        ("global.amazon.nova-2-lite-v1:0", "ap-south-1"),
        ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", "us-east-1"),
        ("arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.amazon.nova-2-lite-v1:0", "us-east-1"),
    ],
)
def test_live_models_answer(service: Service, model_id: str, region: str) -> None:
    request = question(fenced(TALK[:3]), modelId=model_id)
    assert converse(service, request, region)["stopReason"] == "tool_use"


@pytest.mark.parametrize(
    ("model_id", "region", "code", "reason"),
    [
        ("does-not-exist", "us-east-1", "ValidationException", "model identifier is invalid"),
        ("amazon.nova-lite-v9:0", "us-east-1", "ValidationException", "model identifier is invalid"),
        ("us.amazon.nova-lite-v1:0", "eu-west-1", "ValidationException", "model identifier is invalid"),
        ("global.amazon.nova-lite-v1:0", "us-east-1", "ValidationException", "model identifier is invalid"),
        ("amazon.nova-2-lite-v1:0", "us-east-1", "ValidationException", "inference profile"),
        ("amazon.titan-embed-text-v2:0", "us-east-1", "ValidationException", "supported text or chat model"),
        ("amazon.nova-premier-v1:0", "us-east-1", "ResourceNotFoundException", "end of its life"),
        ("us.amazon.nova-premier-v1:0", "us-east-1", "ResourceNotFoundException", "end of its life"),
        (
            "arn:aws:bedrock:us-east-1:000000000000:provisioned-model/abcdefabcdef",
            "us-east-1",
            "ResourceNotFoundException",
            "provisioned-model",
        ),
    ],
)
def test_other_models_are_refused_as_bedrock_refuses_them(
    service: Service, model_id: str, region: str, code: str, reason: str
) -> None:
    error = refused(service, question(modelId=model_id), region)
    assert error.code == code
    assert reason in error.message


def recorded(shared_data: Path, name: str) -> dict[str, Any]:
    path = shared_data / "aws-bedrock" / "opentelemetry-python-contrib" / f"{name}.yaml"
    interaction: dict[str, Any] = yaml.safe_load(path.read_text())["interactions"][0]
    return interaction


def test_an_unknown_model_is_refused_as_recorded(service: Service, shared_data: Path) -> None:
    interaction = recorded(shared_data, "test_converse_with_invalid_model")
    request = json.loads(interaction["request"]["body"]) | {"modelId": "does-not-exist"}
    error = refused(service, request)
    assert error.status == interaction["response"]["status"]["code"]
    assert error.message == json.loads(interaction["response"]["body"]["string"])["message"]
    assert interaction["response"]["headers"]["x-amzn-ErrorType"][0].startswith(error.code)


def test_ours_has_the_members_of_a_recorded_tool_call(service: Service, shared_data: Path) -> None:
    interaction = recorded(shared_data, "test_converse_tool_call_with_content")
    real = json.loads(interaction["response"]["body"]["string"])
    assert_answer("bedrock-runtime", "Converse", real)
    ours = converse(service, question())
    assert set(ours) == set(real) | {"additionalModelResponseFields"}
    assert ours["stopReason"] == real["stopReason"]
    assert set(ours["usage"]) == set(real["usage"])
    tool_use = real["output"]["message"]["content"][1]["toolUse"]
    assert set(ours["output"]["message"]["content"][0]["toolUse"]) == set(tool_use)


def guarded(characters: int) -> dict[str, Any]:
    evidence = {"guardContent": {"text": {"text": "x" * characters}}}
    named = {"guardrailIdentifier": "g1", "guardrailVersion": "1"}
    return question() | {"messages": [user({"text": fenced(TALK)}, evidence)], "guardrailConfig": named}


@pytest.mark.parametrize(
    ("region", "units"), [("us-east-1", 1000), ("eu-west-1", 106), ("eu-west-3", 25), ("sa-east-1", 25)]
)
def test_a_guardrail_is_shown_no_more_than_its_regions_text_units(
    service: Service, region: str, units: int
) -> None:
    caller = Caller("test", "000000000000", region)
    with pytest.raises(ServiceError) as wrong:
        service.operations["Converse"](guarded(1000 * units + 1), caller)
    assert (wrong.value.code, wrong.value.status) == ("ValidationException", 400)
    content = [{"text": {"text": "x" * (1000 * units + 1)}}]
    asked = {"guardrailIdentifier": "g1", "guardrailVersion": "1", "source": "OUTPUT", "content": content}
    with pytest.raises(ServiceError) as busy:
        service.operations["ApplyGuardrail"](asked, caller)
    assert (busy.value.code, busy.value.status) == ("ThrottlingException", 429)
    for error in (wrong.value, busy.value):
        assert f"{units + 1} text units exceeds the maximum allowed" in error.message


def test_what_fits_the_text_units_is_answered(service: Service) -> None:
    caller = Caller("test", "000000000000", "eu-west-3")
    assert service.operations["Converse"](guarded(25_000), caller)["stopReason"] == "tool_use"
