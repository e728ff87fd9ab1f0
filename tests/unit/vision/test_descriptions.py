"""How a model is asked for a sentence about a picture, and what is taken of its answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.profile.sections.vision import VisionPlan
from braid.models.asking import Reply, StopReason, ToolUse
from braid.models.request import converse_request
from braid.models.routing import Route
from braid.runtime.library import model_registry
from lambdas.vision.descriptions import MAX_CHARACTERS, description_question, read_description
from tests.contract.service_model import assert_request

_PLAN = VisionPlan(description_tier="lite")


def _response(
    sentence: object, *, stop: StopReason = StopReason.TOOL_USE, tool: str = "description"
) -> Reply:
    calls = () if sentence is None else (ToolUse("t1", tool, {"sentence": sentence}),)
    return Reply(stop, "", calls, {}, 10, 10, 1)


def description_request(image: bytes, plan: VisionPlan) -> dict[str, Any]:
    model_id = "us.amazon.nova-2-lite-v1:0"
    route = Route("lite", model_id, model_registry().find(model_id), "")
    return converse_request(description_question(route, image, plan))


def test_the_request_is_one_that_bedrock_takes() -> None:
    request = description_request(b"jpeg", _PLAN)
    assert_request("bedrock-runtime", "Converse", request)
    assert request["toolConfig"]["toolChoice"] == {"tool": {"name": "description"}}
    assert request["messages"][0]["content"][0] == {"image": {"format": "jpeg", "source": {"bytes": b"jpeg"}}}


def test_language_and_focus_are_asked_for() -> None:
    plan = VisionPlan(
        description_tier="lite",
        description_language="pt-BR",
        description_focus="the product {and} its colour",
    )
    (block,) = description_request(b"jpeg", plan)["system"]
    assert "code pt-BR" in block["text"]
    assert "the product {and} its colour" in block["text"]
    (plain,) = description_request(b"jpeg", _PLAN)["system"]
    assert "Dwell" not in plain["text"]


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("A dog sleeps on a red sofa.", "A dog sleeps on a red sofa."),
        ("  A dog\n sleeps. ", "A dog sleeps."),
        ("“A dog sleeps.”", "A dog sleeps."),
        ("A dog sleeps on a sofa. It is red. There is a lamp.", "A dog sleeps on a sofa."),
        ("A hiker on Mt. Fuji at dawn.", "A hiker on Mt. Fuji at dawn."),
        ('A sign reads "No. 5" vs. Team B.', 'A sign reads "No. 5" vs. Team B.'),
        ("A bar of 3.5 kg rises to 40 %", "A bar of 3.5 kg rises to 40 %"),
        ("一只狗在睡觉。旁边有一盏灯。", "一只狗在睡觉。"),
        ("Ein Hund schläft! Österreich ist nah.", "Ein Hund schläft!"),
    ],
)
def test_one_sentence_is_taken(written: str, taken: str) -> None:
    assert read_description(_response(written)) == taken


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (_response(None), "no sentence"),
        (_response("A dog.", tool="answer"), "no sentence"),
        (_response(["A dog."]), "no sentence"),
        (_response(" . "), "empty"),
        (_response("A " + "very " * 80 + "long dog."), "characters, more than 300"),
        (_response("<b>A dog</b>"), "markup"),
        (_response("# A dog"), "markup"),
        (_response("A **dog**"), "markup"),
        (_response("See [this](http://example.com)"), "markup"),
        (_response("A dog\u202e sleeps."), "control characters"),
        (_response("A dog.", stop=StopReason.CONTENT_FILTERED), "content filter"),
        (_response(None, stop=StopReason.GUARDRAIL_INTERVENED), "guardrail"),
        (_response(None, stop=StopReason.MAX_TOKENS), "cut off"),
        (_response(None, stop=StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED), "context"),
    ],
)
def test_what_can_not_be_shown_is_refused_with_the_reason(response: Reply, reason: str) -> None:
    with pytest.raises(InvalidServiceOutputError, match=reason):
        read_description(response)


@given(st.text(max_size=800))
def test_whatever_a_model_writes_is_a_plain_short_line_or_refused(written: str) -> None:
    try:
        taken = read_description(_response(written))
    except InvalidServiceOutputError:
        return
    assert 0 < len(taken) <= MAX_CHARACTERS
    assert taken.isprintable()
    assert not set("<>`{}") & set(taken)
    assert read_description(_response(taken)) == taken
