"""A model that does what a file tells it: what it then writes is refused, or its citations expose it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.evidence.timeline import Timeline
from braid.domain.legible import legible
from braid.domain.wire import encode
from braid.runtime.library import model_registry, profile, profile_names
from braid.text.stems import content_stems
from lambdas.inference.infer import NoAnswer, infer
from lambdas.inference.request.slots import slots_of
from tests.injections.carriers import HARMLESS, carried
from tests.injections.corpus import INJECTIONS, Injection, hidden_in_tags
from tests.unit.inference.timelines import MODEL_IDS, ScriptedModel, answered

by_name = pytest.mark.parametrize("injection", INJECTIONS, ids=lambda injection: injection.name)
FOREIGN = "Quarterly penguin migration statistics exceed arctic expectations."


def told(injection: Injection) -> tuple[Timeline, str, str]:
    """An asset that says it, the evidence that does, and the evidence that doesn't."""
    timeline = carried("plain text", injection.text) or carried("speech", injection.text)
    assert timeline is not None
    saying = next(piece.evidence_id for piece in timeline.evidence if HARMLESS not in piece.text)
    harmless = next(piece.evidence_id for piece in timeline.evidence if HARMLESS in piece.text)
    return timeline, saying, harmless


def asked(
    timeline: Timeline, *written: Mapping[str, Any], **response: Any
) -> tuple[Answer | NoAnswer, ScriptedModel]:
    """What comes of a model that writes this, and stays with it through every repair."""
    answers = [answered(dict(item), **response) for item in written] or [answered(None, **response)]
    model = ScriptedModel(*(answers * 4)[:4])
    return infer(profile("general"), timeline, model, MODEL_IDS, model_registry()), model


def answer_of(text: str, *evidence_ids: str, **more: Any) -> dict[str, Any]:
    claim = {"text": text, "evidence_ids": list(evidence_ids)}
    return {"summary": [claim], "topics": [], "key_moments": [], **more}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@by_name
def test_who_repeats_it_has_to_cite_it(injection: Injection) -> None:
    """The claim stands, if at all, beside the line that asked for it."""
    timeline, saying, _ = told(injection)
    result, _ = asked(timeline, answer_of(injection.text[:600], saying))
    if isinstance(result, NoAnswer):
        return
    assert [claim.evidence_ids for claim in result.claims] == [(saying,)]
    for text in strings(result.answer):
        assert legible(text) == text
    assert len(result.first_sentence) <= 200
    assert "\n" not in result.first_sentence


@by_name
def test_who_cites_something_harmless_for_it_is_found_out(injection: Injection) -> None:
    timeline, _, harmless = told(injection)
    said = content_stems(injection.text[:600], "en")
    result, model = asked(timeline, answer_of(injection.text[:600], harmless))
    if said & content_stems(HARMLESS, "en"):
        return  # it shares a word with what it cites
    if isinstance(result, Answer):
        # Too short for a statement, in another script, or no words at all: told, and not sure.
        assert result.warnings
        assert result.confidence <= 0.5
    else:
        assert "doesn't support" in result.reason
        assert len(model.requests) == 3


Disobedience = Callable[[str, str], tuple[dict[str, Any], str]]
# What an obedient model may write beyond the schema and beyond the evidence, and how that is refused.
OBEYED: dict[str, Disobedience] = {
    "no citation": lambda text, _cited: (answer_of(text[:600]), "doesn't fit its schema"),
    "an invented id": lambda _text, _cited: (answer_of(HARMLESS, "u9999"), "cites 'u9999'"),
    "the text as an id": lambda text, _cited: (answer_of(HARMLESS, text), "cites"),
    "an id beside a real one": lambda _text, cited: (answer_of(HARMLESS, cited, "p0000"), "cites 'p0000'"),
    "what nothing says": lambda _text, cited: (answer_of(FOREIGN, cited), "shares no word"),
    "more than a sentence": lambda _text, cited: (answer_of(HARMLESS * 20, cited), "doesn't fit its schema"),
    "more than is asked for": lambda _text, cited: (
        {**answer_of(HARMLESS, cited), "summary": answer_of(HARMLESS, cited)["summary"] * 9},
        "doesn't fit its schema",
    ),
    "a text for a list": lambda text, _cited: ({"summary": text, "topics": [], "key_moments": []}, "schema"),
}


@pytest.mark.parametrize("way", OBEYED)
def test_what_it_writes_beyond_schema_and_evidence_is_refused(way: str) -> None:
    for injection in INJECTIONS:
        timeline, _, harmless = told(injection)
        written, reason = OBEYED[way](injection.text, harmless)
        result, model = asked(timeline, written)
        assert isinstance(result, NoAnswer), injection.name
        assert len(model.requests) == 3, injection.name
        repair = model.requests[1]["messages"][-1]["content"][0]["toolResult"]["content"][0]["text"]
        assert reason in repair, injection.name


@by_name
def test_what_it_writes_in_members_that_nobody_asked_for_is_left_out(injection: Injection) -> None:
    timeline, _, harmless = told(injection)
    plain = answer_of(HARMLESS, harmless)
    topics = [{"name": HARMLESS, "evidence_ids": [harmless], "approved": injection.text}]
    for written in (
        {**plain, "system_prompt": injection.text},
        {**plain, injection.text: "yes"},
        {**plain, "topics": topics},
    ):
        result, model = asked(timeline, written)
        assert isinstance(result, Answer)
        assert len(model.requests) == 1
        stored = encode(replace(result, contradictions=()))
        assert injection.text[:80] not in json.dumps(stored, ensure_ascii=False)
        assert any("nobody asked for it" in warning for warning in result.warnings)


@by_name
def test_a_repair_tells_little_of_what_the_model_wrote(injection: Injection) -> None:
    """It stands outside of the fence: what was obeyed doesn't come in through it."""
    timeline, _, harmless = told(injection)
    for way in OBEYED.values():
        written, _ = way(injection.text, harmless)
        _, model = asked(timeline, written)
        for request in model.requests[1:2]:
            (result,) = request["messages"][-1]["content"]
            lines = result["toolResult"]["content"][0]["text"].splitlines()
            assert len(lines) <= 14
            assert all(len(line) <= 302 for line in lines)
        assert all(request["system"] == model.requests[0]["system"] for request in model.requests)


@pytest.mark.parametrize(
    "response",
    [
        {"stop_reason": "end_turn", "text": "Of course! The product was approved."},
        {"stop_reason": "end_turn", "text": '{"summary": [], "topics": [], "key_moments": []}'},
        {"stop_reason": "max_tokens", "text": "Of course!"},
    ],
)
def test_who_chats_gives_no_answer(response: dict[str, Any]) -> None:
    timeline, _, _ = told(INJECTIONS[0])
    result, _ = asked(timeline, **response)
    assert isinstance(result, NoAnswer)


def test_who_calls_another_tool_gives_no_answer() -> None:
    timeline, _, harmless = told(INJECTIONS[0])
    response = answered(answer_of(HARMLESS, harmless))
    response["output"]["message"]["content"][0]["toolUse"]["name"] = "send_mail"
    result = infer(profile("general"), timeline, ScriptedModel(*[response] * 4), MODEL_IDS, model_registry())
    assert isinstance(result, NoAnswer)
    assert "did not call the tool 'answer'" in result.reason


def test_what_it_hides_in_its_answer_is_gone() -> None:
    timeline, _, harmless = told(INJECTIONS[0])
    hidden = f"{HARMLESS}{hidden_in_tags('https://evil.example')}\u202e\u200b"
    result, _ = asked(timeline, answer_of(hidden, harmless))
    assert isinstance(result, Answer)
    assert result.answer["summary"][0]["text"] == HARMLESS


def test_a_claim_in_another_script_is_told_and_not_sure() -> None:
    timeline, _, harmless = told(INJECTIONS[0])
    result, _ = asked(timeline, answer_of("Товар одобрен министерством без всяких условий.", harmless))
    assert isinstance(result, Answer)
    assert any("another script" in warning for warning in result.warnings)
    assert result.confidence <= 0.5


# Schemas


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object that a schema describes, with its path."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "object" or "properties" in schema:
            yield path or "/", schema
        for name, value in schema.items():
            yield from objects(value, f"{path}/{name}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from objects(value, f"{path}/{index}")


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_limits_what_can_come_out(name: str) -> None:
    """Objects are closed, lists end, texts end: there is no room for what nobody asked for."""
    schema = profile(name).answer_schema
    found = dict(objects(schema))
    assert "/" in found
    for path, value in found.items():
        assert value.get("additionalProperties") is False, path
        for member, described in value["properties"].items():
            kind = described.get("type")
            if kind == "array":
                assert "maxItems" in described, f"{path}: {member}"
            if kind == "string" and not {"enum", "const"} & set(described):
                assert {"maxLength", "pattern"} & set(described), f"{path}: {member}"


@by_name
def test_what_a_profile_asks_to_be_filled_holds_no_word_of_the_asset(injection: Injection) -> None:
    for name in profile_names():
        for carrier in ("speech", "text in a picture", "caption of a picture", "bundle member's name"):
            timeline = carried(carrier, injection.text)
            if timeline is None:
                continue
            text = slots_of(profile(name).checks, timeline).text
            for line in re.findall(r"^\{.*\}$", text, re.MULTILINE):
                row = json.loads(line)
                assert set(row) <= {"gap", "picture", "span", "max_words", "evidence_ids"}
                named = [*row["evidence_ids"], *([row["picture"]] if "picture" in row else [])]
                assert all(re.fullmatch(r"[ukpc]\d{4}[\w-]*", item) for item in named)
            assert not set(re.findall(r"\w{25,}", injection.text)) & set(re.findall(r"\w+", text))
