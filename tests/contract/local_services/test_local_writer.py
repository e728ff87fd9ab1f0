"""Converse through the writer: what the model is asked, what holds it to the evidence, what goes wrong."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from braid.runtime.library import profile
from local.engines.errors import EngineMissingError
from local.engines.pool import EnginePool
from local.engines.writing import writer as engine
from local.launcher.wire import wire
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.writer.writer import Writer
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.local_services.test_local_converse import image, picture, question, user
from tests.contract.service_model import assert_answer, assert_documented_error
from tests.local.writing.talk_evidence import GENERAL, TALK, fenced

CALLER = Caller("test", "000000000000", "us-east-1")
CITABLE = [line["evidence_id"] for line in TALK]


class WriterPool(EnginePool):
    """Real engines but for the model, which answers what the test says."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[dict[str, Any]] = []

    def run(self, task: str, *args: Any, **keywords: Any) -> Any:
        if task != "writing.writer:complete":
            return super().run(task, *args, **keywords)
        self.asked.append(args[0])
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def written(text: str, finish: str = "stop") -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": finish}]}


def service_over(pool: EnginePool, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(engine, "is_there", lambda: True)
    return bedrock_runtime.build_service(pool, environment={})


def test_the_tools_schema_holds_the_model_and_its_text_is_the_tools_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    value = {
        "summary": [{"text": "Tomatoes need sun.", "evidence_ids": CITABLE[:1]}],
        "topics": [],
        "key_moments": [],
    }
    with WriterPool(written(json.dumps(value))) as pool:
        answer = service_over(pool, monkeypatch).operations["Converse"](question(), CALLER)
        (asked,) = pool.asked

    assert_answer("bedrock-runtime", "Converse", answer)
    assert answer["output"]["message"]["content"][0]["toolUse"]["input"] == value
    assert answer["additionalModelResponseFields"] == {"method": "model", "served_by": engine.NAME}
    assert "tools" not in asked
    told = asked["messages"][0]["content"]
    assert told.endswith('"evidence_ids":{"type":"array","items":{"type":"string"}}}}}}}')
    held = asked["response_format"]["json_schema"]["schema"]
    jsonschema.validate(value, held)
    invented = {**value, "summary": [{"text": "Tomatoes need sun.", "evidence_ids": ["u9999"]}]}
    jsonschema.validate(invented, GENERAL)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(invented, held)


def test_of_evidence_and_schema_the_model_is_shown_what_it_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    line = {
        "evidence_id": "k1-text",
        "modality": "vision",
        "kind": "detected_text",
        "span": {"page": 1},
        "text": "14 euros",
        "confidence": 0.98,
        "contradicted_by": ["p1"],
    }
    label = {**line, "evidence_id": "k1-label", "kind": "label", "text": "Mug"}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["title", "shelf", "evidence_ids"],
        "properties": {
            "title": {"type": "string", "description": "A short title", "maxLength": 80},
            "start_ms": {"type": "integer"},
            "shelf": {"enum": [f"shelf {number}" for number in range(50)]},
            "evidence_ids": {"type": "array", "items": {"type": "string"}},
        },
    }
    request = question("\n".join(json.dumps(each, separators=(",", ":")) for each in (line, label)))
    request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] = schema
    with WriterPool(written("{}")) as pool:
        service_over(pool, monkeypatch).operations["Converse"](request, CALLER)
        (asked,) = pool.asked

    system, shown = (message["content"] for message in asked["messages"])
    assert '"title":{"type":"string","description":"A short title"}' in system
    assert "start_ms" not in json.dumps(asked)
    assert asked["response_format"]["json_schema"]["schema"]["required"] == ["title", "shelf", "evidence_ids"]
    assert "shelf 7" not in system
    assert [json.loads(each) for each in shown.splitlines()] == [
        {"evidence_id": "k1-text", "modality": "vision", "text": "14 euros", "contradicted_by": ["p1"]},
        {
            "evidence_id": "k1-label",
            "modality": "vision",
            "kind": "label",
            "text": "Mug",
            "contradicted_by": ["p1"],
        },
    ]


def test_lists_of_slots_hold_what_the_question_names(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = profile("accessibility").answer_schema
    request = question(
        fenced(TALK)
        + '\n<slots for="alt_texts">\n{"picture":"k0001"}\n{"picture":"k0002"}\n</slots>'
        + '\n<slots for="audio_description">\n</slots>'
    )
    request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] = schema
    with WriterPool(written("{}")) as pool:
        service_over(pool, monkeypatch).operations["Converse"](request, CALLER)
        (asked,) = pool.asked

    lists = asked["response_format"]["json_schema"]["schema"]["properties"]
    assert lists["alt_texts"]["maxItems"] == 2
    assert lists["alt_texts"]["items"]["properties"]["picture"] == {"enum": ["k0001", "k0002"]}
    assert lists["audio_description"] == {"const": []}
    assert lists["summary"]["maxItems"] == 6


def test_citations_are_put_right_and_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    said, other = TALK[1], TALK[0]
    value = {
        "summary": [
            {"text": said["text"], "evidence_ids": [other["evidence_id"]]},
            {"text": other["text"], "evidence_ids": [other["evidence_id"]]},
            {"text": "Nobody ever said such a thing.", "evidence_ids": [other["evidence_id"]]},
        ],
        "topics": [],
        "key_moments": [],
    }
    with WriterPool(written(json.dumps(value))) as pool:
        answer = service_over(pool, monkeypatch).operations["Converse"](question(), CALLER)

    mended = answer["output"]["message"]["content"][0]["toolUse"]["input"]
    assert [item["text"] for item in mended["summary"]] == [item["text"] for item in value["summary"]]
    assert [item["evidence_ids"] for item in mended["summary"]] == [
        [said["evidence_id"]],
        [other["evidence_id"]],
        [other["evidence_id"]],
    ]


def test_more_than_the_writer_can_read_in_time_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Writer, "max_input_tokens", 100)
    with WriterPool(written("{}")) as pool:
        answer = service_over(pool, monkeypatch).operations["Converse"](question(), CALLER)
        assert pool.asked == []

    assert answer["additionalModelResponseFields"] == {"method": "extractive"}


def test_the_same_question_of_another_model_is_answered_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    with WriterPool(written("{}")) as pool:
        converse = service_over(pool, monkeypatch).operations["Converse"]
        lite, pro = (
            converse(question(modelId=f"us.amazon.nova-{tier}-v1:0"), CALLER) for tier in ("lite", "pro")
        )
        other = converse(question(fenced(TALK[:2])), CALLER)

    assert lite["output"] == pro["output"] == other["output"]
    assert len(pool.asked) == 2


def test_what_only_looks_like_evidence_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = '{"evidence_id": oops}\n{"evidence_id": 7}\n'
    with WriterPool(written("{}")) as pool:
        request = question(messages=[user({"text": typed + fenced(TALK)})])
        service_over(pool, monkeypatch).operations["Converse"](request, CALLER)
        (asked,) = pool.asked

    held = json.dumps(asked["response_format"]["json_schema"]["schema"])
    assert CITABLE[0] in held
    assert "oops" not in held


def test_an_answer_that_is_cut_off_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with WriterPool(written('{"summary": [{"text": "Tom', "length")) as pool:
        answer = service_over(pool, monkeypatch).operations["Converse"](question(), CALLER)

    assert answer["stopReason"] == "max_tokens"


def test_a_picture_beside_evidence_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with WriterPool(written("{}")) as pool:
        service = service_over(pool, monkeypatch)
        service.operations["Converse"](
            question(messages=[user(image(picture()), {"text": fenced(TALK)})]), CALLER
        )
        (asked,) = pool.asked

    assert all(isinstance(message["content"], str) for message in asked["messages"])
    assert CITABLE[0] in asked["messages"][-1]["content"]


def test_a_picture_alone_is_refused_before_the_model_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with WriterPool(written("{}")) as pool:
        service = service_over(pool, monkeypatch)
        with pytest.raises(ServiceError, match="describes pictures"):
            service.operations["Converse"](
                question(messages=[user(image(picture()), {"text": "What is this?"})]), CALLER
            )
        assert pool.asked == []


def test_a_repair_shows_the_model_what_it_wrote_and_what_was_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    request = question()
    use = {"toolUseId": "t1", "name": "answer", "input": {"summary": "wrong"}}
    complaint = {
        "toolResult": {"toolUseId": "t1", "status": "error", "content": [{"text": "summary isn't a list"}]}
    }
    request["messages"] += [{"role": "assistant", "content": [{"toolUse": use}]}, user(complaint)]
    with WriterPool(written("{}")) as pool:
        service_over(pool, monkeypatch).operations["Converse"](request, CALLER)
        (asked,) = pool.asked

    assert [message["role"] for message in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert json.loads(asked["messages"][2]["content"]) == {"summary": "wrong"}
    assert asked["messages"][3]["content"] == "summary isn't a list"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": {"type": "exceed_context_size_error", "message": "too big"}}, "ValidationException"),
        ({"error": {"type": "server_error", "message": "no grammar"}}, "ModelErrorException"),
        (EngineMissingError("the writer isn't installed"), "UnknownOperationException"),
    ],
    ids=["too-long", "refused", "gone"],
)
def test_what_the_writer_cannot_do_is_the_services_own_error(
    answer: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WriterPool(answer) as pool:
        service = service_over(pool, monkeypatch)
        with pytest.raises(ServiceError) as refused:
            service.operations["Converse"](question(), CALLER)

    assert refused.value.code == code
    status, _, _ = wire("bedrock-runtime").error(code, refused.value.message, refused.value.status)
    assert_documented_error("bedrock-runtime", "Converse", code, status)


def test_who_does_not_want_an_installed_writer_says_so(
    monkeypatch: pytest.MonkeyPatch, engines: EnginePool
) -> None:
    monkeypatch.setattr(engine, "is_there", lambda: True)

    assert Writer.where_installed(engines, {}) is not None
    assert Writer.where_installed(engines, {"BRAID_WRITER": "off"}) is None
    with pytest.raises(ValueError, match="BRAID_WRITER is 'maybe'"):
        Writer.where_installed(engines, {"BRAID_WRITER": "maybe"})


@pytest.mark.slow
def test_the_real_model_answers_within_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    if not engine.is_there():
        pytest.skip("no writer: it takes 1.1 GB, so it is only used where somebody installed it")
    lines = [{"evidence_id": "e1", "modality": "text", "text": "The bridge opened in 1932."}]
    schema = {
        "type": "object",
        "required": ["text", "evidence_ids"],
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "maxLength": 120},
            "evidence_ids": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        },
    }
    request = question(fenced(lines))
    request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] = schema
    with EnginePool() as pool:
        service = bedrock_runtime.build_service(pool, environment={"BRAID_WRITER": "on"})
        answer = service.operations["Converse"](request, CALLER)

    value = answer["output"]["message"]["content"][0]["toolUse"]["input"]
    jsonschema.validate(value, schema)
    assert value["evidence_ids"] == ["e1"]
    assert "1932" in value["text"]
