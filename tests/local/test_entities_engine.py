"""Entities by evidence in the words themselves: what is found, and what is rather left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.engines.entities import entities

WRITTEN = (
    "On March 3rd, 2024 Dr. Jane Smith of Acme Widgets Inc. paid $4.5 million for 300 people at the "
    "University of Oxford. Mail a.b@example.org or see https://example.org/z. "
    "It opens on Monday morning at 10:30 am."
)
SPOKEN = (
    "in june last year we saw twenty five percent growth and three hundred people came on the first of may"
)


def found(text: str) -> list[tuple[str, str]]:
    return [(each["type"], each["text"]) for each in entities(text)]


def test_written_text() -> None:
    assert found(WRITTEN) == [
        ("DATE", "March 3rd, 2024"),
        ("PERSON", "Jane Smith"),
        ("ORGANIZATION", "Acme Widgets Inc."),
        ("QUANTITY", "$4.5 million"),
        ("QUANTITY", "300 people"),
        ("ORGANIZATION", "University of Oxford"),
        ("OTHER", "a.b@example.org"),
        ("OTHER", "https://example.org/z"),
        ("DATE", "Monday morning"),
        ("DATE", "10:30 am"),
    ]


def test_speech_without_capitals() -> None:
    assert found(SPOKEN) == [
        ("DATE", "june"),
        ("DATE", "last year"),
        ("QUANTITY", "twenty five percent"),
        ("QUANTITY", "three hundred people"),
        ("DATE", "the first of may"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I may march on if Hannah Weber agrees.",  # a bare name has no evidence, two verbs are no months
        "Berlin is large.",
        "The Committee Room is upstairs",
        "Version 2024 of the part",
    ],
)
def test_no_evidence_no_entity(text: str) -> None:
    assert found(text) == []


@given(st.text(max_size=300))
def test_texts_stand_at_their_offsets_and_apart(text: str) -> None:
    end = 0
    for each in entities(text):
        assert text[each["begin"] : each["end"]] == each["text"]
        assert end <= each["begin"] < each["end"]
        end = each["end"]
