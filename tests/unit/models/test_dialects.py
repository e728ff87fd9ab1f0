"""Each family is asked in its own spelling, and every request is one that botocore sends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from braid.aws.bedrock.converse import read_reply
from braid.domain.errors import ConfigError
from braid.domain.money.accounting import Meter
from braid.domain.money.receipt import price
from braid.models.asking import Models, Reply, StopReason
from braid.models.dialects.table import chat_dialect, embedding_dialect
from braid.models.embedding import DIMENSIONS, Embeddings
from braid.models.purposes import ANSWER
from braid.models.request import converse_request
from braid.models.spending import batch_usage, embedding_usage, reply_usage
from braid.runtime.library import model_registry
from braid.runtime.prices import price_book
from local.services.protocol import ServiceError
from tests.contract.service_model import assert_request
from tests.doubles.service_clients import answered_by
from tests.unit.inference.timelines import GOOD, answered
from tests.unit.models.model_requests import FAMILIES, GOLDENS, questions, requests, route, written

CLAUDE = FAMILIES["claude"]["lite"]


def test_every_row_of_the_registry_has_a_dialect_that_there_is() -> None:
    registry = model_registry()
    assert {model.dialect for model in registry.models} == {"nova", "claude"}
    for model in registry.models:
        assert chat_dialect(model.dialect)
    for embedding in registry.embeddings:
        assert embedding_dialect(embedding.dialect)


@pytest.mark.parametrize("find", [chat_dialect, embedding_dialect])
def test_an_unknown_dialect_is_told_with_those_there_are(find: Any) -> None:
    with pytest.raises(ConfigError, match=r"no dialect 'klingon'.*(nova|titan_text)"):
        find("klingon")


@pytest.mark.parametrize("family", FAMILIES)
def test_requests_are_those_of_the_goldens(family: str) -> None:
    for name, request in requests(family).items():
        assert written(request) == (GOLDENS / f"{name}.json").read_text("utf-8"), name


@pytest.mark.parametrize("family", FAMILIES)
def test_requests_are_those_that_the_sdk_sends(family: str) -> None:
    for asked in questions(family).values():
        for question in asked:
            assert_request("bedrock-runtime", "Converse", converse_request(question))


@pytest.mark.parametrize(
    ("dialect", "golden"),
    [("titan_text", "titan-text-embedding"), ("openai_embeddings", "openai-embeddings")],
)
def test_a_text_is_embedded_with_the_golden_request(dialect: str, golden: str) -> None:
    sent: list[dict[str, Any]] = []
    (known,) = (model for model in model_registry().embeddings if model.dialect == dialect)
    vector = [1.0] + [0.0] * (known.dimensions_for(DIMENSIONS) - 1)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        sent.append(request)
        body = {"embedding": vector, "inputTextTokenCount": 3, "data": [{"embedding": vector}]}
        return {"body": json.dumps(body).encode(), "contentType": "application/json"}

    client = answered_by("bedrock-runtime", {"InvokeModel": answer})
    meter = Meter()
    Embeddings(known, bedrock=client).embed("naïve text", meter)

    assert sent == [json.loads((GOLDENS / f"{golden}.json").read_text("utf-8"))]
    assert bool(meter.usage()) == known.is_billed


def test_no_family_is_asked_in_the_words_of_another() -> None:
    nova, claude = (requests(family)[f"{family}-answer-repaired"][0] for family in ("nova", "claude"))
    schemas = [
        request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] for request in (nova, claude)
    ]

    assert nova["additionalModelRequestFields"] == {"inferenceConfig": {"topK": 1}}
    assert claude["additionalModelRequestFields"] == {"top_k": 1}
    assert set(schemas[0]) == {"type", "properties", "required"}
    assert set(schemas[1]) > set(schemas[0]), "Claude reads the rest of the schema too"
    assert "topP" not in claude["inferenceConfig"], "which excludes temperature there"


def test_a_prompt_is_cached_from_the_length_that_its_model_caches() -> None:
    """Some 3,000 tokens: enough for Nova, too little for Claude Haiku."""
    nova, claude = (converse_request(questions(family)["answer-pictures"][0]) for family in FAMILIES)

    assert [next(iter(block)) for block in nova["system"]] == ["text", "cachePoint"]
    assert [next(iter(block)) for block in claude["system"]] == ["text"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_reply_brings_what_it_cost_and_the_meter_counts_it_once(family: str) -> None:
    client = answered_by("bedrock-runtime", {"Converse": lambda _request: answered(GOOD)})
    (question,) = questions(family)["description"]
    meter = Meter()

    reply = Models(ANSWER, bedrock=client).ask(question, meter)

    model = route(family).model
    assert meter.usage() == reply.usage
    assert {(used.operation, used.unit, used.quantity) for used in reply.usage} == {
        (f"Converse:{model.model_id}", "input_token", 100),
        (f"Converse:{model.model_id}", "output_token", 20),
    }
    expected = (100 * model.input_usd_per_million + 20 * model.output_usd_per_million) / 1e6
    assert price(reply.usage, price_book()).total_usd == pytest.approx(expected)


def test_everything_that_is_counted_has_a_price() -> None:
    whole = Reply(
        *(StopReason.TOOL_USE, "", (), {}, 10, 10, 1),
        cache_read_tokens=1,
        cache_write_tokens=1,
        guardrail_units=1,
    )
    for model in model_registry().models:
        replies = [whole, *(replace(whole, service_tier=tier) for tier in model.service_tiers)]
        counted = [used for reply in replies for used in reply_usage(f"us.{model.model_id}", reply)]
        counted += batch_usage(f"us.{model.model_id}", whole)
        for used in counted:
            assert price_book().find(used.service, used.operation, used.unit), used
    for embedding in filter(lambda model: model.is_billed, model_registry().embeddings):
        (used,) = embedding_usage(embedding.model_id, 1)
        assert price_book().find(used.service, used.operation, used.unit), used


def test_a_prompt_without_room_costs_nothing() -> None:
    def refuse(_request: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError("ValidationException", "prompt is too long: 200049 tokens > 200000 maximum")

    client = answered_by("bedrock-runtime", {"Converse": refuse})
    (question,) = questions("claude")["description"]
    meter = Meter()

    reply = Models(ANSWER, bedrock=client).ask(question, meter)

    assert reply.stop_reason is StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED
    assert (reply.usage, meter.usage()) == ((), ())


MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5-20251001",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "Here it is."},
        {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": {"a": 1}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 10, "cache_read_input_tokens": 4, "output_tokens": 3},
}


def test_claudes_own_answer_is_read_as_converses_is() -> None:
    reply = read_reply(chat_dialect("claude").batch_output(MESSAGE))

    assert reply.stop_reason is StopReason.TOOL_USE
    assert (reply.text, [call.input for call in reply.tool_uses]) == ("Here it is.", [{"a": 1}])
    assert (reply.input_tokens, reply.cache_read_tokens, reply.output_tokens) == (10, 4, 3)


def test_a_refusal_of_claude_is_its_content_filter() -> None:
    reply = read_reply(chat_dialect("claude").batch_output({**MESSAGE, "stop_reason": "refusal"}))

    assert reply.stop_reason is StopReason.CONTENT_FILTERED
