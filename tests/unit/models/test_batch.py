"""Lines of a batch job: Nova's own form out, a response or an error per record in."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.models.batch import BatchRecord, batch_line, read_batch_line
from braid.aws.converse import GREEDY, StopReason, forced_tool
from braid.domain.errors import InvalidServiceOutputError

JPEG = b"\xff\xd8\xff\x00"
REQUEST: dict[str, Any] = {
    "modelId": "us.amazon.nova-lite-v1:0",
    "system": [{"text": "rules"}, {"cachePoint": {"type": "default"}}],
    "messages": [
        {
            "role": "user",
            "content": [
                {"image": {"format": "jpeg", "source": {"bytes": JPEG}}},
                {"text": "naïve\u2028line"},
            ],
        }
    ],
    "toolConfig": forced_tool("answer", "what to fill", {"type": "object", "properties": {}}),
    "inferenceConfig": {"maxTokens": 100, "temperature": 0.0},
    "additionalModelRequestFields": dict(GREEDY),
    "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1"},
    "serviceTier": {"type": "flex"},
}
OUTPUT: dict[str, Any] = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [{"toolUse": {"toolUseId": "t", "name": "answer", "input": {"a": 1}}}],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 10, "outputTokens": 3, "totalTokens": 13},
}


def test_a_line_is_novas_own_request_without_what_a_batch_lacks() -> None:
    line = batch_line("abc", REQUEST)

    value = json.loads(line)
    assert value["recordId"] == "abc"
    asked = value["modelInput"]
    assert asked.keys() == {"system", "messages", "inferenceConfig", "toolConfig"}
    assert asked["system"] == [{"text": "rules"}]
    assert asked["inferenceConfig"] == {"maxTokens": 100, "temperature": 0.0, "topK": 1}
    assert asked["toolConfig"]["toolChoice"] == {"tool": {"name": "answer"}}
    picture = asked["messages"][0]["content"][0]["image"]["source"]["bytes"]
    assert base64.b64decode(picture) == JPEG
    assert "\n" not in line


def test_novas_answer_is_read_as_converses_is() -> None:
    record = read_batch_line(json.dumps({"recordId": "abc", "modelInput": {}, "modelOutput": OUTPUT}))

    assert record.record_id == "abc"
    assert record.response is not None
    assert record.response.stop_reason is StopReason.TOOL_USE
    assert record.response.tool_uses[0].input == {"a": 1}
    assert (record.response.input_tokens, record.response.output_tokens) == (10, 3)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"error": {"errorCode": 400, "errorMessage": "Too many tokens"}}, "Too many tokens"),
        ({"error": {"errorCode": 424}}, "424"),
        ({"error": "gone"}, "gone"),
        ({}, "neither modelOutput nor error"),
        ({"modelOutput": {"completion": "hello"}}, "a model's own answer"),
        ({"modelOutput": {**OUTPUT, "stopReason": "bored"}}, "unknown stopReason"),
    ],
)
def test_a_record_without_a_readable_answer_says_why(line: dict[str, Any], said: str) -> None:
    record = read_batch_line(json.dumps({"recordId": "abc", **line}))

    assert record.response is None
    assert said in record.error


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80)))
def test_what_is_no_record_is_refused_by_name(line: bytes | str) -> None:
    with pytest.raises(InvalidServiceOutputError, match="bedrock:ModelInvocationJob"):
        read_batch_line(line)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from(["error", "modelOutput"]), _JSON, st.sampled_from([None, *OUTPUT]))
def test_no_member_of_a_record_breaks_its_reading(name: str, value: Any, inside: str | None) -> None:
    member = value if inside is None else {**OUTPUT, inside: value}

    record = read_batch_line(json.dumps({"recordId": "r", name: member}))

    assert isinstance(record, BatchRecord)
    assert (record.response is None) == bool(record.error)
