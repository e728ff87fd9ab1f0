"""Inference through the local Converse and the user's own model server: tool, repairs, escalation, refusals.

Everything but the server's words is real: the step's logic, its adapter, boto3, the local service, HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidServiceOutputError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from braid.models.asking import Models, Reply
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail, Question
from braid.models.request import converse_request
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import NoAnswer, infer
from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from tests.contract.model_server import ModelServer, running_model_server
from tests.doubles.service_clients import local_client
from tests.unit.inference.timelines import GOOD, MODEL_IDS, shoe

MICRO, LITE, PRO = (MODEL_IDS[tier] for tier in ("micro", "lite", "pro"))
GUARDRAIL = Guardrail("g1", "1")
INVENTED = {"text": "Penguins inhabit cold southern oceans and coasts.", "evidence_ids": ["p0001"]}
# Less sure than GOOD: it leaves open what contradicts it.
DOUBTFUL = {**GOOD, "summary": [{"text": "The picture asks $49.", "evidence_ids": ["k0001-text1"]}]}


@dataclass
class Talk:
    """One question to the server, and what was asked on the way to its answer."""

    server: ModelServer
    bedrock: Any
    meter: Meter
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def infer(
        self, *, guardrail: Guardrail | None = GUARDRAIL, added_prompt: str = "", **plan: Any
    ) -> Answer | NoAnswer:
        general = profile("general")
        chosen = replace(
            general, prompt=general.prompt + added_prompt, inference=replace(general.inference, **plan)
        )
        models = Models(ANSWER, bedrock=self.bedrock)

        def ask(question: Question) -> Reply:
            self.asked.append(converse_request(question))
            return models.ask(question, self.meter)

        return infer(chosen, shoe(), ask, MODEL_IDS, model_registry(), guardrail=guardrail)

    def writes(self, *answers: dict[str, Any]) -> None:
        """Calls of the tool, one for each request."""
        for number, answer in enumerate(answers, 1):
            self.calls(json.dumps(answer), number=number)

    def calls(self, arguments: Any, *, finish: str = "tool_calls", number: int = 1) -> None:
        function = {"name": "answer", "arguments": arguments}
        call = {"id": f"call_{number}", "type": "function", "function": function}
        self.server.answers({"content": None, "tool_calls": [call]}, finish=finish)

    @property
    def last_messages(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.server.requests[-1]["messages"]
        return messages


@pytest.fixture
def talk(engines: EnginePool) -> Iterator[Talk]:
    with running_model_server() as server:
        environment = {
            "BRAID_LLM_URL": server.url,
            "BRAID_LLM_MODEL": "tiny",
            "BRAID_LLM_TIMEOUT_SECONDS": "1",
        }
        service = bedrock_runtime.build_service(engines, environment=environment)
        yield Talk(server, local_client(service), Meter())


def answered(result: Answer | NoAnswer) -> Answer:
    assert isinstance(result, Answer), result
    return result


def test_a_sound_answer_is_the_servers_and_no_guardrail_is_claimed(talk: Talk) -> None:
    talk.writes(GOOD)
    answer = answered(talk.infer())
    assert answer.answer == GOOD
    assert (answer.method, answer.model_id) == ("model", MICRO)
    assert answer.guardrail == {"status": "not_applied"}
    assert {usage.quantity for usage in talk.meter.usage()} == {11, 7}
    (sent,) = talk.server.requests
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "answer"}}
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert sent["messages"][0]["content"].startswith(profile("general").rules.strip())
    assert sent["messages"][1]["content"].startswith("<evidence nonce=")


def test_without_a_guardrail_none_is_told_of(talk: Talk) -> None:
    talk.writes(GOOD)
    assert answered(talk.infer(guardrail=None)).guardrail is None


def test_a_wrong_shape_is_repaired_with_the_reason(talk: Talk) -> None:
    talk.writes({"summary": "A light shoe"}, GOOD)
    answer = answered(talk.infer())
    assert [step.outcome for step in answer.route] == ["passed"]
    roles = [message["role"] for message in talk.last_messages]
    assert roles == ["system", "user", "assistant", "tool"]
    assert talk.last_messages[-1]["tool_call_id"] == "call_1"
    assert "doesn't fit its schema" in talk.last_messages[-1]["content"]


def test_citations_that_two_repairs_do_not_mend_go_to_a_stronger_model(talk: Talk) -> None:
    wrong = {**GOOD, "summary": [INVENTED]}
    forged = {**GOOD, "summary": [{"text": "A light shoe.", "evidence_ids": ["u9999"]}]}
    talk.writes(wrong, forged, wrong, GOOD)
    answer = answered(talk.infer())
    assert [(step.tier, step.outcome == "passed") for step in answer.route] == [
        ("micro", False),
        ("pro", True),
    ]
    assert answer.model_id == PRO
    assert len(talk.server.requests) == 4
    assert "shares no word" in json.dumps(talk.server.requests[1]["messages"])
    assert "u9999" in talk.server.requests[2]["messages"][-1]["content"]
    # The stronger model starts afresh: it doesn't read what the other wrote.
    assert [message["role"] for message in talk.last_messages] == ["system", "user"]


def test_what_no_model_mends_is_taken_out(talk: Talk) -> None:
    talk.writes(*[{**GOOD, "summary": [*GOOD["summary"], INVENTED]}] * 4)
    answer = answered(talk.infer())
    assert answer.answer["summary"] == GOOD["summary"]
    assert any("taken out: /summary/2" in warning for warning in answer.warnings)


def test_an_answer_that_is_not_sure_enough_escalates(talk: Talk) -> None:
    talk.writes(DOUBTFUL, GOOD)
    answer = answered(talk.infer(escalate_below=0.99))
    assert (answer.model_id, answer.answer) == (PRO, GOOD)
    assert "below 0.99" in answer.route[1].reason


def test_a_cut_off_answer_gets_room_and_never_passes(talk: Talk) -> None:
    talk.calls(json.dumps(GOOD)[:40], finish="length")
    talk.calls(json.dumps(GOOD))
    answered(talk.infer())
    assert [request["max_tokens"] for request in talk.server.requests] == [3000, 6000]


def test_an_answer_that_is_whole_and_cut_off_all_the_same_is_refused(talk: Talk) -> None:
    talk.calls(json.dumps(GOOD), finish="length")
    result = talk.infer()
    assert isinstance(result, NoAnswer)
    assert "cut off" in result.reason


def test_a_content_filter_ends_the_talk(talk: Talk) -> None:
    talk.server.answers({"content": ""}, finish="content_filter")
    result = talk.infer()
    assert isinstance(result, NoAnswer)
    assert "content filter" in result.reason
    assert len(talk.server.requests) == 1


@pytest.mark.parametrize("arguments", ['{"summary": [', "[]", '"shoe"', "nothing"])
def test_malformed_arguments_are_asked_for_afresh(talk: Talk, arguments: str) -> None:
    talk.calls(arguments)
    talk.calls(json.dumps(GOOD))
    answered(talk.infer())
    assert [message["role"] for message in talk.last_messages] == ["system", "user"]
    assert "malformed" in talk.last_messages[-1]["content"]


def test_prose_is_refused_and_asked_for_again(talk: Talk) -> None:
    talk.server.answers({"content": "It is a light shoe."})
    talk.calls(json.dumps(GOOD))
    answered(talk.infer())
    assert "did not call the tool" in talk.last_messages[-1]["content"]


def test_a_server_without_room_gets_less_evidence(talk: Talk) -> None:
    talk.server.replies.append((400, {"error": {"message": "exceeds the available context size"}}))
    talk.writes(DOUBTFUL)
    result = answered(talk.infer())
    prompts = [request["messages"][1]["content"] for request in talk.server.requests]
    assert [prompt.count('"evidence_id"') for prompt in prompts] == [2, 1]
    assert any("thinned to 1 pieces" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"error": {"message": "no key"}}, AccessDeniedError),
        (404, {"error": {"message": "model 'tiny' not found"}}, UnsupportedError),
        (408, b"", ServiceUnavailableError),
        (429, {"error": "slow down"}, ThrottledError),
        (503, b"busy", ServiceUnavailableError),
        (500, {"error": {"message": "runner crashed"}}, InvalidServiceOutputError),
        (200, b"<html>", InvalidServiceOutputError),
        (200, {"object": "list"}, InvalidServiceOutputError),
    ],
)
def test_a_server_that_fails_is_the_workflows_business(
    talk: Talk, status: int, body: Any, expected: type[BraidError]
) -> None:
    talk.server.replies.append((status, body))
    with pytest.raises(expected) as raised:
        talk.infer()
    assert raised.type is expected


def test_a_slow_server_is_a_service_that_is_not_there(talk: Talk) -> None:
    talk.writes(GOOD)
    talk.server.delay_seconds = 1.5
    with pytest.raises(ServiceUnavailableError, match="BRAID_LLM_TIMEOUT_SECONDS"):
        talk.infer()


def test_a_model_that_crashes_once_hands_over(talk: Talk) -> None:
    talk.server.replies.append((500, {"error": {"message": "runner crashed"}}))
    talk.writes(GOOD)
    answer = answered(talk.infer())
    assert answer.model_id == PRO
    assert "runner crashed" in answer.route[0].outcome


def test_an_answer_stands_where_the_stronger_model_is_throttled(talk: Talk) -> None:
    talk.writes(DOUBTFUL)
    talk.server.replies.append((429, {"error": "slow down"}))
    answer = answered(talk.infer(escalate_below=0.99))
    assert answer.answer == DOUBTFUL
    assert "slow down" in answer.route[-1].outcome


def test_cache_marks_and_service_tiers_are_bedrocks_alone(talk: Talk) -> None:
    """They are taken as Bedrock takes them, change nothing that the server is asked, and aren't claimed."""
    long = " Be exact." * 1200
    talk.writes(GOOD)
    answered(talk.infer(added_prompt=long, text_tier="lite"))
    answered(talk.infer(added_prompt=long, text_tier="lite", cache_prompt=True, service_tier="flex"))
    assert [len(request["system"]) for request in talk.asked] == [1, 2]
    assert [request.get("serviceTier") for request in talk.asked] == [None, {"type": "flex"}]
    plain, marked = talk.server.requests
    assert plain == marked
    assert all("flex" not in usage.operation and "cache" not in usage.unit for usage in talk.meter.usage())
