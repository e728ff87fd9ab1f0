"""Lines of a batch job: a model's own form out, a reply or an error per record in."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.money.accounting import Usage
from braid.models.asking import StopReason
from braid.models.batch import BatchRecord, batch_line, read_batch_line
from braid.models.question import Guardrail, Picture, Question, Text, Tool
from tests.unit.models.model_requests import FAMILIES, JPEG, route
from tests.unit.models.test_dialects import MESSAGE

TOOL = Tool("answer", "what to fill", {"type": "object", "properties": {}, "additionalProperties": False})
NOVA_OUTPUT: dict[str, Any] = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [{"toolUse": {"toolUseId": "t", "name": "answer", "input": {"a": 1}}}],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 10, "outputTokens": 3, "totalTokens": 13},
}
OUTPUTS = {"nova": NOVA_OUTPUT, "claude": MESSAGE}


def asked(family: str, guardrail: Guardrail | None = None) -> dict[str, Any]:
    question = Question(
        route(family),
        "rules " * 5_000,
        (Picture(JPEG), Text("naïve\u2028line", is_evidence=True)),
        TOOL,
        max_output_tokens=100,
        caches_instructions=True,
        service_tier="flex",
        guardrail=guardrail,
    )
    line = batch_line("abc", question)
    assert "\n" not in line
    value: dict[str, Any] = json.loads(line)
    assert value["recordId"] == "abc"
    found: dict[str, Any] = value["modelInput"]
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_a_guardrail_leaves_nothing_in_a_line(family: str) -> None:
    assert asked(family, Guardrail("g-1", "3")) == asked(family)


def test_a_line_is_novas_own_request_without_what_a_batch_lacks() -> None:
    found = asked("nova")

    assert found.keys() == {"system", "messages", "inferenceConfig", "toolConfig"}
    assert [block.keys() for block in found["system"]] == [{"text"}]
    assert found["inferenceConfig"] == {"maxTokens": 100, "temperature": 0.0, "topK": 1}
    assert found["toolConfig"]["toolChoice"] == {"tool": {"name": "answer"}}
    picture = found["messages"][0]["content"][0]["image"]["source"]["bytes"]
    assert base64.b64decode(picture) == JPEG


def test_a_line_is_claudes_own_request_without_what_a_batch_lacks() -> None:
    found = asked("claude")

    assert found.keys() == {
        *("anthropic_version", "max_tokens", "temperature", "top_k"),
        *("system", "messages", "tools", "tool_choice"),
    }
    assert (found["max_tokens"], found["top_k"]) == (100, 1)
    assert isinstance(found["system"], str)
    picture, text = found["messages"][0]["content"]
    assert text == {"type": "text", "text": "naïve\u2028line"}
    assert (picture["type"], picture["source"]["media_type"]) == ("image", "image/jpeg")
    assert base64.b64decode(picture["source"]["data"]) == JPEG
    assert found["tools"] == [
        {"name": "answer", "description": "what to fill", "input_schema": dict(TOOL.schema)}
    ]
    assert found["tool_choice"] == {"type": "tool", "name": "answer"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_families_own_answer_is_read_as_converses_is(family: str) -> None:
    line = json.dumps({"recordId": "abc", "modelInput": {}, "modelOutput": OUTPUTS[family]})
    record = read_batch_line(line, route(family))

    assert record.record_id == "abc"
    assert record.reply is not None
    assert record.reply.stop_reason is StopReason.TOOL_USE
    assert record.reply.tool_uses[0].input == {"a": 1}
    operation = f"ModelInvocationJob:{route(family).model.model_id}"
    assert record.reply.usage == (
        Usage("bedrock", operation, "input_token", 10),
        Usage("bedrock", operation, "output_token", 3),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"error": {"errorCode": 400, "errorMessage": "Too many tokens"}}, "Too many tokens"),
        ({"error": {"errorCode": 424}}, "424"),
        ({"error": "gone"}, "gone"),
        ({}, "neither modelOutput nor error"),
        ({"modelOutput": {"completion": "hello"}}, "no usage that can be read"),
        ({"modelOutput": {**NOVA_OUTPUT, "stopReason": "bored"}}, "unknown stopReason"),
    ],
)
def test_a_record_without_a_readable_answer_says_why(line: dict[str, Any], said: str) -> None:
    record = read_batch_line(json.dumps({"recordId": "abc", **line}), route("nova"))

    assert record.reply is None
    assert said in record.error


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80)))
def test_what_is_no_record_is_refused_by_name(line: bytes | str) -> None:
    with pytest.raises(InvalidServiceOutputError, match="bedrock:ModelInvocationJob"):
        read_batch_line(line, route("nova"))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from(["error", "modelOutput"]), _JSON, st.data())
@pytest.mark.parametrize("family", FAMILIES)
def test_no_member_of_a_record_breaks_its_reading(family: str, name: str, value: Any, data: Any) -> None:
    output = OUTPUTS[family]
    inside = data.draw(st.sampled_from([None, *output]))
    member = value if inside is None else {**output, inside: value}

    record = read_batch_line(json.dumps({"recordId": "r", name: member}), route(family))

    assert isinstance(record, BatchRecord)
    assert (record.reply is None) == bool(record.error)
