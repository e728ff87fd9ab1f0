"""What an answer says again in the same words."""

from __future__ import annotations

from typing import Any

import pytest

from braid.runtime.library import profile
from lambdas.inference.checks.repeats import without_repeats

SCHEMA = profile("general").answer_schema


def answer(*texts: str, topics: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "summary": [{"text": text, "evidence_ids": ["p1"]} for text in texts],
        "topics": [{"name": name, "evidence_ids": [f"p{place}"]} for place, name in enumerate(topics)],
        "key_moments": [],
    }


def test_two_parts_may_have_one_title() -> None:
    given = answer("It opens at nine.")
    given["key_moments"] = [{"title": "Questions", "evidence_ids": [name]} for name in ("u1", "u9", "u1")]

    found, notes = without_repeats(given, SCHEMA)

    assert [moment["evidence_ids"] for moment in found["key_moments"]] == [["u1"], ["u9"]]
    assert notes == ("mended: /key_moments/2 was left out: it says what /key_moments/0 says",)


def test_a_part_is_not_another_for_its_title() -> None:
    chapter = {"title": "Features", "summary": "The mug costs 19 euros.", "evidence_ids": ["p3"]}
    said = [
        chapter,
        {**chapter, "title": "Price"},
        {**chapter, "evidence_ids": ["p4"]},
        {**chapter, "title": "Price", "summary": "It is blue."},
    ]

    found, notes = without_repeats({"chapters": said}, {})

    assert found["chapters"] == [said[0], *said[2:]]
    assert notes == ("mended: /chapters/1 was left out: it says what /chapters/0 says",)


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Unicorns! Unicorns! Unicorns!", "Unicorns!"),
        ("It opens at nine. It opens at nine. Bring a coat.", "It opens at nine. Bring a coat."),
        ("It costs 3.50. 3.50 is the price.", "It costs 3.50. 3.50 is the price."),
        ("No. Not at nine.", "No. Not at nine."),
        ("They sang la la la.", "They sang la la la."),
        ("word " * 100_000, "word " * 100_000),
    ],
)
def test_a_sentence_stands_once(text: str, once: str) -> None:
    found, notes = without_repeats(answer(text), SCHEMA)

    assert found["summary"][0]["text"] == once
    assert notes == (() if text == once else ("mended: /summary/0/text said a sentence again",))


def test_of_statements_in_the_same_words_the_first_stays() -> None:
    found, notes = without_repeats(answer("A bill.", topics=("Quist Works", "May", "quist works ")), SCHEMA)

    assert [topic["name"] for topic in found["topics"]] == ["Quist Works", "May"]
    assert notes == ("mended: /topics/2 was left out: it says what /topics/0 says",)


def test_what_the_schema_would_no_longer_take_stays_as_it_is() -> None:
    schema = {"properties": {"summary": {"type": "array", "minItems": 2}}}
    twice = answer("A bill.", "A bill.")

    assert without_repeats(twice, schema) == (twice, ())
