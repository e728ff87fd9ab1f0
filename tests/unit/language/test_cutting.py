"""Pieces fit their limit in bytes, are the text when joined, and end where people would end them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.language.cutting import cut

_CLUSTERS = (
    "a",
    "e\u0301\u0323",
    "क्षि",
    "👨‍👩‍👧‍👦",
    "👍🏽",
    "❤️",
    "กำ",
    "漢",
    "\u202eRTL",
    "عَرَبِيّ",
    "🇩🇪",
    "﷽",
    "\x00",
)
_TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
    | st.text("añ漢😀. \n", max_size=400)
    | st.lists(st.sampled_from([*_CLUSTERS, " ", "। ", "。"]), max_size=80).map("".join)
)


@given(_TEXTS, st.integers(4, 120))
def test_pieces_fit_and_joined_they_are_the_text(text: str, max_bytes: int) -> None:
    pieces = cut(text, max_bytes)
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        assert piece.text
        assert len(piece.text.encode()) <= max_bytes
        assert text[piece.begin_offset :].startswith(piece.text)


@given(
    st.lists(st.sampled_from(["e\u0301\u0323", "👨‍👩‍👧‍👦", "👍🏽", "❤️", "กำ", "漢", "कि"]), max_size=60),
    st.integers(40, 120),
)
def test_what_people_see_as_one_character_stays_whole(clusters: list[str], max_bytes: int) -> None:
    begins, length = {0}, 0
    for cluster in clusters:
        length += len(cluster)
        begins.add(length)
    assert {piece.begin_offset for piece in cut("".join(clusters), max_bytes)} <= begins


def test_a_piece_ends_at_a_line_rather_than_a_sentence_rather_than_a_word() -> None:
    assert [piece.text for piece in cut("One two. Three\nfour five six", 20)] == [
        "One two. Three\n",
        "four five six",
    ]
    assert [piece.text for piece in cut("One two three. Four five", 20)] == ["One two three. ", "Four five"]
    assert [piece.text for piece in cut("one two three four five", 20)] == ["one two three four ", "five"]
    assert [piece.text for piece in cut("漢字。漢字漢字。漢字", 20)] == ["漢字。", "漢字漢字。", "漢字"]
    assert [piece.text for piece in cut("x" * 25, 20)] == ["x" * 20, "x" * 5]


def test_a_text_that_fits_is_one_piece_and_none_is_none() -> None:
    assert [piece.text for piece in cut("One. Two. Three.", 100)] == ["One. Two. Three."]
    assert cut("", 100) == ()


def test_blank_pieces_say_so() -> None:
    assert [piece.is_blank for piece in cut("word" + " " * 30, 10)][-1]


def test_a_limit_below_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="up to 4 bytes, 3 are too few"):
        cut("text", 3)
