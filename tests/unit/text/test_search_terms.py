"""Words as search compares them: stems in their language, numbers, and codes as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.text.search_terms import matched_words, query_terms, search_terms, sought_codes, stands_in


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cameras", "The camera is on."),
        ("SKU-4711-B", "Order number SKU-4711-B, in red"),
        ("sku4711b", "Order number SKU-4711-B, in red"),
        ("E4012", "error E4012 occurred"),
        ("ZX81", "a Sinclair ZX81 from 1981"),
        ("Häuser", "Das Haus steht am See, und es ist nicht weit."),
        ("l'eau", "On boit de l'eau dans la cuisine avec les enfants."),
        ("東京", "東京タワー"),
        ("42.5", "It weighs 42.5 kilograms"),
        ("naïve", "a naive question"),
    ],
)
def test_a_word_finds_itself_in_other_forms(query: str, text: str) -> None:
    assert set(query_terms(query)) & set(search_terms(text))


@pytest.mark.parametrize(("query", "text"), [("the of and", "the of and"), ("A1B2", "A1B3"), ("cat", "dog")])
def test_other_words_and_words_of_grammar_find_nothing(query: str, text: str) -> None:
    assert not set(query_terms(query)) & (set(search_terms(text)) - {"1", "2", "3", "b"})


def test_matched_words_are_told_as_the_query_writes_them() -> None:
    assert matched_words("Red cameras of 1981", "a camera from 1981") == (("cameras", "1981"), 3)
    assert matched_words("the", "the") == ((), 0)


@given(st.text(max_size=200))
def test_any_text_is_read_and_finds_itself(text: str) -> None:
    terms = search_terms(text, "en")

    assert all(terms)
    assert set(terms) >= set(search_terms(text, "en"))
    matched, of = matched_words(text, text, "en")
    assert len(matched) <= of


def test_a_long_run_without_spaces_takes_a_moment() -> None:
    """Looking from each character to the end of the run took minutes."""
    assert search_terms("[" * 200_000 + "ZX-81") == search_terms("ZX-81")


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("RB-2204", "order rb2204 came", True),
        ("rb2204", "The order RB-2204 came.", True),
        ("2204", "The order RB-2204 came.", True),
        ("RB-2204", "The order RB-2205 came, 11111 times.", False),
        ("2047", "Receipt No. 2047", True),
        ("0x8007F 12", "message 0x8007f", True),
        ("RB-2204", "", False),
    ],
)
def test_codes_are_sought_as_they_are(query: str, text: str, expected: bool) -> None:
    assert stands_in(sought_codes(query), text) is expected


@pytest.mark.parametrize("query", ["error E4012", "what is 42", "SKU", "ferry at night", ""])
def test_a_query_with_a_word_seeks_more_than_codes(query: str) -> None:
    assert sought_codes(query) == frozenset()
