"""Filling schemas that nobody foresaw: by names, types and limits, and never with something made up."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from local.engines.errors import CannotDeriveError
from local.engines.writing.evidence_lines import read_evidence
from local.engines.writing.schema_filling import fill_schema
from local.engines.writing.statements import make_statements
from tests.local.writing.talk_evidence import TALK, cited, fenced, line, said, shown

STATEMENTS = make_statements(read_evidence(fenced(TALK)))
RECIPE = make_statements(
    read_evidence(
        fenced(
            [
                line("p1", "text", "passage", "Bread needs 500 grams of flour and 7 grams of yeast.", page=1),
                line("p2", "text", "passage", "Bake it for 35 minutes in a hot oven.", page=2),
                line("p3", "text", "passage", "The crust turns dark and crisp.", page=2),
            ]
        )
    )
)


def fill(properties: dict[str, Any], *, required: bool = True, statements: Any = STATEMENTS) -> Any:
    schema = {"type": "object", "properties": properties, "required": list(properties) if required else []}
    value = fill_schema(schema, statements)
    jsonschema.validate(value, schema)
    return value


def test_a_summary_in_one_string() -> None:
    summary = fill({"summary": {"type": "string"}})["summary"]
    assert "solar panels turn sunlight into electricity" in summary
    assert 2 <= len(summary.split(". ")) <= 4


def test_a_string_keeps_its_length() -> None:
    assert len(fill({"summary": {"type": "string", "maxLength": 60}})["summary"]) <= 60


def test_a_question_is_answered_by_the_closest_statement() -> None:
    value = fill({"losses": {"type": "string", "description": "How much energy is lost?"}})
    assert value["losses"] == "it loses only three percent of the energy"


def test_a_question_that_nothing_answers_is_left_out_null_or_empty() -> None:
    wedding = {"description": "The bride's wedding dress and its colour"}
    assert fill({"dress": {"type": "string", **wedding}}, required=False) == {}
    assert fill({"dress": {"type": ["string", "null"], **wedding}}) == {"dress": None}
    assert fill({"dress": {"anyOf": [{"type": "string"}, {"type": "null"}], **wedding}}) == {"dress": None}
    assert fill({"dresses": {"type": "array", "items": {"type": "string"}, **wedding}}) == {"dresses": []}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "description": "The bride's wedding dress and its colour"},
        {"type": "array", "minItems": 1, "items": cited("text"), "description": "Wedding dresses of brides"},
        {"type": "boolean", "description": "Is the speaker happy?"},
        {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "solar power"},
        {"type": "number", "description": "the bride's age"},
    ],
)
def test_what_is_required_and_can_not_be_had_is_refused_by_name(schema: dict[str, Any]) -> None:
    with pytest.raises(CannotDeriveError, match="/wanted"):
        fill({"wanted": schema})


def test_enums_are_chosen_by_meaning() -> None:
    subject = {"enum": ["cooking", "renewable_energy", "football"]}
    assert fill({"subject": subject}) == {"subject": "renewable_energy"}
    assert fill({"subject": subject}, statements=RECIPE) == {"subject": "cooking"}


def test_an_enum_with_a_way_out_takes_it_without_evidence() -> None:
    assert fill({"subject": {"enum": ["cooking", "unknown"]}}, statements=[]) == {"subject": "unknown"}
    with pytest.raises(CannotDeriveError, match="/subject"):
        fill({"subject": {"enum": ["cooking", "football"]}}, statements=[])


def test_a_class_is_no_citation_and_another_is_no_unknown() -> None:
    strength = {"enum": ["cooking", "solar power"], "type": "string", "description": "kind of evidence"}
    assert fill({"evidence_kind": strength}) == {"evidence_kind": "solar power"}
    assert fill({"subject": {"enum": ["another solar panel", "my mother"]}}) == {
        "subject": "another solar panel"
    }


def test_a_description_may_ask_for_a_summary() -> None:
    value = fill({"blurb": {"type": "string", "description": "A short summary for the catalogue"}})
    assert "solar panels turn sunlight into electricity" in value["blurb"]


def test_every_slide_is_a_moment() -> None:
    subjects = [
        "Glaciers",
        "Volcanoes",
        "Coral reefs",
        "Deserts",
        "Rain forests",
        "Deep caves",
        "Wide rivers",
    ]
    slides = [shown(f"k{at}", at * 9000, at * 9000 + 9000, subject) for at, subject in enumerate(subjects)]
    statements = make_statements(read_evidence(fenced(slides)))
    moments = fill({"key_moments": {"type": "array", "items": cited("title")}}, statements=statements)
    assert [moment["title"] for moment in moments["key_moments"]] == subjects


def test_several_classes() -> None:
    subjects = {
        "type": "array",
        "maxItems": 1,
        "items": {"enum": ["cooking", "renewable energy", "football"]},
    }
    assert fill({"subjects": subjects}) == {"subjects": ["renewable energy"]}


def test_numbers_come_from_the_statement_that_has_to_do_with_them() -> None:
    value = fill(
        {
            "minutes": {"type": "integer", "description": "How long to bake in the oven"},
            "flour_grams": {"type": "number", "description": "grams of flour in the bread", "minimum": 100},
        },
        statements=RECIPE,
    )
    assert value == {"minutes": 35, "flour_grams": 500}


def test_places_are_copied_from_what_is_quoted() -> None:
    item = cited(
        "text",
        at_ms={"type": "integer"},
        modality={"type": "string"},
        confidence={"type": "number"},
        page={"type": ["integer", "null"]},
    )
    items = fill({"summary": {"type": "array", "minItems": 1, "items": item}})["summary"]
    by_id = {each["evidence_id"]: each for each in TALK}
    for each in items:
        source = by_id[each["evidence_ids"][0]]
        assert each["at_ms"] == source["span"]["start_ms"]
        assert each["modality"] == source["modality"]
        assert each["confidence"] == source["confidence"]
        assert each["page"] is None


def test_an_item_with_a_place_that_the_evidence_lacks_is_dropped() -> None:
    timed = cited("text", at_ms={"type": "integer"})
    timed["required"].append("at_ms")
    assert fill({"events": {"type": "array", "items": timed}}, statements=RECIPE) == {"events": []}


def test_an_object_cites_what_its_parts_were_taken_from() -> None:
    value = fill(
        {
            "verdict": {
                "type": "object",
                "required": ["reason", "evidence_ids"],
                "properties": {
                    "evidence_ids": {"type": "array", "items": {"type": "string"}},
                    "reason": {"type": "string", "description": "What does the battery do in the evening?"},
                },
            }
        }
    )
    assert value["verdict"]["reason"].startswith("a battery stores")
    assert value["verdict"]["evidence_ids"] == ["u7"]


def test_constants_references_and_combinations() -> None:
    schema = {
        "type": "object",
        "required": ["version", "points"],
        "properties": {
            "version": {"const": "1"},
            "points": {"allOf": [{"$ref": "#/$defs/points"}, {"maxItems": 2}]},
        },
        "$defs": {"points": {"type": "array", "items": {"$ref": "#/$defs/point"}}, "point": cited("text")},
    }
    value = fill_schema(schema, STATEMENTS)
    jsonschema.validate(value, schema)
    assert value["version"] == "1"
    assert len(value["points"]) == 2


def test_a_reference_to_nowhere_is_refused() -> None:
    with pytest.raises(CannotDeriveError, match="#/nowhere"):
        fill({"summary": {"$ref": "#/nowhere"}})


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}
    with pytest.raises(CannotDeriveError):
        fill_schema(schema, STATEMENTS)


@pytest.mark.parametrize("most", [0, 1, 3])
def test_lists_keep_their_limits(most: int) -> None:
    value = fill(
        {name: {"type": "array", "maxItems": most, "items": cited("text")} for name in ("summary", "topics")}
    )
    assert all(len(items) <= most for items in value.values())


def test_citations_keep_their_limits() -> None:
    items = {"type": "array", "items": {"type": "string"}, "maxItems": 1}
    topics = {"type": "array", "items": cited("name", evidence_ids=items)}
    assert all(len(topic["evidence_ids"]) == 1 for topic in fill({"topics": topics})["topics"])


def test_more_than_there_is_can_not_be_had() -> None:
    one = make_statements(read_evidence(fenced([said(1, 0, 900, "the pump moves water up the hill")])))
    with pytest.raises(CannotDeriveError, match="1 of at least 3"):
        fill({"summary": {"type": "array", "minItems": 3, "items": cited("text")}}, statements=one)


def test_an_unheard_of_required_property_is_refused() -> None:
    with pytest.raises(CannotDeriveError, match="mystery"):
        fill_schema({"type": "object", "properties": {}, "required": ["mystery"]}, STATEMENTS)
