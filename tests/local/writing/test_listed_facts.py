"""Without a model: pairs and colours are copied, every voice is heard, and judgements are left open."""

from __future__ import annotations

from typing import Any

import pytest

from local.engines.errors import CannotDeriveError
from local.engines.writing.evidence_lines import read_evidence
from local.engines.writing.listed_facts import listed_colors, listed_pairs
from local.engines.writing.schema_filling import fill_schema
from local.engines.writing.statements import Statement, make_statements
from tests.local.writing.talk_evidence import fenced, line

CITED = {"type": "array", "minItems": 1, "items": {"type": "string"}}


def statements(*lines: dict[str, Any]) -> list[Statement]:
    return make_statements(read_evidence(fenced(list(lines))))


def written(text: str) -> list[Statement]:
    return statements(line("p1", "text", "passage", text))


def listing(**properties: dict[str, Any]) -> dict[str, Any]:
    members = {**properties, "evidence_ids": CITED}
    items = {"type": "object", "required": list(members), "properties": members}
    return {"type": "array", "items": items}


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Material: oak. Width: 120 cm.", [("Material", "oak"), ("Width", "120 cm")]),
        ("Material: oak\n- Max load: 31.5 kg\n", [("Material", "oak"), ("Max load", "31.5 kg")]),
        ("Colour: red; Size: M | Care: cold wash", [("Colour", "red"), ("Size", "M"), ("Care", "cold wash")]),
        ("See https://example.com at 12:30.", []),
        ("What everybody should know about this chair: it breaks.", []),
        ("Material: oak. material: pine.", [("Material", "oak")]),
    ],
)
def test_pairs_are_what_stands_behind_a_colon(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(fact.name, fact.value) for fact in listed_pairs(written(text))] == pairs


def test_colors_are_those_of_pictures() -> None:
    found = statements(
        line("k1-color", "vision", "color", "Main colors: royal blue 58%, white 30%"),
        line("p1", "text", "passage", "Main colors: red 90%"),
    )
    assert [(fact.name, fact.value) for fact in listed_colors(found)] == [
        ("royal blue", 0.58),
        ("white", 0.3),
    ]


def test_pairs_and_colours_cite_what_they_were_copied_from() -> None:
    schema = {
        "type": "object",
        "properties": {
            "attributes": listing(name={"type": "string"}, value={"type": "string"}),
            "colours": listing(name={"type": "string"}),
        },
    }
    filled = fill_schema(
        schema,
        statements(
            line("p1", "text", "passage", "Material: oak."),
            line("k1-color", "vision", "color", "Main colors: brown 80%"),
        ),
    )
    assert filled == {
        "attributes": [{"name": "Material", "value": "oak", "evidence_ids": ["p1"]}],
        "colours": [{"name": "brown", "evidence_ids": ["k1-color"]}],
    }


def test_every_modality_has_a_vote_and_each_is_left_open() -> None:
    votes = listing(
        modality={"type": "string", "enum": ["speech", "vision", "text"]},
        vote={"type": "string", "enum": ["allow", "review", "block"]},
        text={"type": "string"},
    )
    schema = {
        "type": "object",
        "required": ["decision", "votes"],
        "properties": {"decision": {"type": "string", "enum": ["allow", "review", "block"]}, "votes": votes},
    }
    filled = fill_schema(
        schema,
        statements(
            line("u1", "speech", "utterance", "I will find you and I will block you."),
            line("u2", "speech", "utterance", "Block, block, block him now."),
            line("p1", "text", "passage", "This is allowed."),
        ),
    )
    assert filled["decision"] == "review"
    assert [(vote["modality"], vote["vote"]) for vote in filled["votes"]] == [
        ("speech", "review"),
        ("text", "review"),
    ]
    assert [vote["evidence_ids"][0][0] for vote in filled["votes"]] == ["u", "p"]


def test_a_required_judgement_is_refused_rather_than_guessed() -> None:
    decision = {"type": "object", "required": ["decision"]}
    with pytest.raises(CannotDeriveError, match="/decision: a judgement needs a language model"):
        fill_schema(
            {**decision, "properties": {"decision": {"type": "string", "enum": ["allow", "block"]}}},
            written("Block it."),
        )
    categories = listing(name={"type": "string"}, severity={"type": "integer", "minimum": 1, "maximum": 4})
    schema = {"type": "object", "properties": {"categories": categories}}
    assert fill_schema(schema, written("Threats of severity 3 were made."))["categories"] == []


def test_a_class_cites_the_statement_that_is_closest_to_it() -> None:
    category = {
        "type": "object",
        "required": ["path", "text", "evidence_ids"],
        "properties": {
            "path": {"type": "string", "enum": ["Home > Kitchen", "Sports > Cycling", "Other"]},
            "text": {"type": "string"},
            "evidence_ids": CITED,
        },
    }
    filled = fill_schema(
        {"type": "object", "required": ["category"], "properties": {"category": category}},
        statements(
            line("p1", "text", "passage", "Delivery takes three days."),
            line("p2", "text", "passage", "A bicycle with eight gears for long cycling tours."),
        ),
    )["category"]
    assert filled["path"] == "Sports > Cycling"
    assert filled["evidence_ids"] == ["p2"]
