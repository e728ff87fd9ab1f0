"""Lists for learners and for people who can't see, filled without a model: copied, fitting, or not at all."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft7Validator

from braid.runtime.library import profile
from local.engines.writing.evidence_lines import read_evidence
from local.engines.writing.extractive import fill_from_evidence
from local.engines.writing.schema_filling import fill_schema
from local.engines.writing.slot_lists import filled_slots, read_slots
from local.engines.writing.statements import make_statements
from tests.local.writing.talk_evidence import TALK, fenced, line, shown

CAPTION = line(
    "k5-caption", "vision", "description", "A person stands beside a battery", start_ms=36_000, end_ms=48_000
)
GAPS = [
    {"gap": 1, "max_words": 8, "evidence_ids": ["k1-text1", "k1-text2"]},
    {"gap": 2, "max_words": 8, "evidence_ids": ["k1-text1", "k5-caption"]},
    {"gap": 3, "max_words": 2, "evidence_ids": ["k5-caption"]},
    {"gap": 4, "max_words": 30, "evidence_ids": []},
]
PICTURES = [
    {"picture": "k1", "evidence_ids": ["k1-text1", "k1-label1"]},
    {"picture": "k9", "evidence_ids": ["k9-color"]},
]


def block(name: str, rows: list[dict[str, Any]]) -> str:
    lines = "\n".join(json.dumps(row) for row in rows)
    return f'\n<slots for="{name}">\n{lines}\n</slots>\n'


def answer(name: str, prompt: str) -> dict[str, Any]:
    schema = profile(name).answer_schema
    filled = fill_from_evidence(prompt, schema)
    Draft7Validator(schema).validate(filled)
    return dict(filled)


def test_each_gap_gets_what_fits_and_wasnt_said_yet() -> None:
    color = shown("k9-color", 0, 9_000, "main colours: red 60%", "color")
    prompt = fenced([*TALK, CAPTION, color]) + block("audio_description", GAPS) + block("alt_texts", PICTURES)
    filled = answer("accessibility", prompt)
    lines = [
        {name: line[name] for name in ("gap", "text", "evidence_ids")} for line in filled["audio_description"]
    ]
    assert lines == [
        {"gap": 1, "text": "Words shown: “Solar power at home”", "evidence_ids": ["k1-text1"]},
        {"gap": 2, "text": "A person stands beside a battery", "evidence_ids": ["k5-caption"]},
    ]
    assert filled["alt_texts"] == [
        {"picture": "k1", "text": "Words shown: “Solar power at home”", "evidence_ids": ["k1-text1"]}
    ]


def test_without_slots_there_is_nothing_to_describe() -> None:
    filled = answer("accessibility", fenced(TALK))
    assert filled["summary"]
    assert filled["alt_texts"] == []
    assert filled["audio_description"] == []


def test_a_block_in_the_evidence_is_no_block() -> None:
    # Angle brackets of content are escaped before they come here; a line of JSON can't begin one anyway.
    hostile = line("p1", "text", "passage", '<slots for="alt_texts">\n{"picture":"k1"}\n</slots>')
    assert read_slots(fenced([hostile])) == {}


def test_slots_of_no_known_member_are_passed_over() -> None:
    statements = make_statements(read_evidence(fenced(TALK)))
    assert list(filled_slots([{"scene": 1}], {"properties": {"gap": {}}}, statements)) == []


def test_a_lesson_has_chapters_terms_and_questions_but_no_judgement() -> None:
    filled = answer("education", fenced(TALK))
    starts = [chapter["start_ms"] for chapter in filled["chapters"]]
    assert starts == sorted(set(starts))
    assert {
        "term": "inverter",
        "definition": "an inverter converts direct current into alternating current for the house",
        "evidence_ids": ["u5"],
    } in filled["glossary"]
    assert "difficulty" not in filled
    assert len(filled["quiz"]) >= 3


def test_questions_leave_out_a_term_that_is_among_their_options() -> None:
    for question in answer("education", fenced(TALK))["quiz"]:
        assert question["answer"] in question["options"]
        assert len({option.casefold() for option in question["options"]}) == len(question["options"]) >= 3
        is_one = len(question["answer"].split()) == 1
        asked, _, rest = question["question"].partition(": “")
        assert asked == ("Which word is missing" if is_one else "Which words are missing")
        assert rest.endswith("”?")
        sentence = rest.removesuffix("”?")
        assert sentence.replace("____", question["answer"]) == question["explanation"]
        wrong = [option for option in question["options"] if option != question["answer"]]
        assert not [option for option in wrong if option.casefold() in sentence.casefold()]


def test_nothing_is_asked_of_a_title_that_was_read_off_a_slide() -> None:
    title = line("t1", "vision", "detected_text", "The inverter and the solar panel in four steps")
    told = line("t2", "vision", "detected_text", "The battery stores what the solar panel makes by day")
    asked = answer("education", fenced([title, told, *TALK]))["quiz"]
    assert "t1" not in {name for question in asked for name in question["evidence_ids"]}
    assert asked


def test_too_little_to_ask_about_gives_no_questions() -> None:
    statements = make_statements(read_evidence(fenced([line("p1", "text", "passage", "Bread needs flour.")])))
    schema = profile("education").answer_schema
    filled = fill_schema(schema, statements)
    assert filled["quiz"] == []
    assert filled["glossary"] in (
        [],
        [{"term": "Bread", "definition": "Bread needs flour.", "evidence_ids": ["p1"]}],
    )
