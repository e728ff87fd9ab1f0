"""What Whisper writes, as words: parts joined, punctuation apart, confidences that only rise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.engines.speech.confidence import KNOTS, calibrated
from local.engines.speech.spoken_words import Piece, spoken_words


def _pieces(texts: list[str]) -> list[Piece]:
    return [Piece(text, at / 2, at / 2 + 0.4, 0.9) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "language", "words"),
    [
        ([" Hello,", " there."], "en", [("", "Hello", ","), ("", "there", ".")]),
        ([" red", "-learned,", " yes"], "en", [("", "red-learned", ","), ("", "yes", "")]),
        ([" 1", ",981", " units"], "en", [("", "1,981", ""), ("", "units", "")]),
        ([' "Go"', " (now)...", " —", " ♪"], "en", [("", "Go", ""), ("", "now", ".")]),
        (
            [" it's", " 'quoted'", " rock'n'roll?!"],
            "en",
            [("", "it's", ""), ("", "quoted", ""), ("", "rock'n'roll", "?")],
        ),
        ([" ¿Qué", " tal?"], "es", [("¿", "Qué", ""), ("", "tal", "?")]),
        (["你", "好。", "吗"], "zh", [("", "你", ""), ("", "好", "。"), ("", "吗", "")]),
        ([" $5.00", " j.doe@example.com."], "en", [("", "$5.00", ""), ("", "j.doe@example.com", ".")]),
        ([" .", " ..."], "en", []),
        ([], "en", []),
    ],
)
def test_words_and_their_punctuation(
    texts: list[str], language: str, words: list[tuple[str, str, str]]
) -> None:
    found = spoken_words(_pieces(texts), language)
    assert [(word.before, word.text, word.after) for word in found] == words


def test_a_joined_word_spans_its_parts_with_their_lowest_confidence() -> None:
    parts = [Piece(" half", 1.0, 1.5, 0.9), Piece("-way", 1.5, 2.0, 0.4)]
    (word,) = spoken_words(parts, "en")
    assert (word.start_seconds, word.end_seconds) == (1.0, 2.0)
    assert word.confidence == calibrated(0.4)


@given(st.lists(st.text(max_size=8), max_size=8), st.sampled_from(["en", "zh"]))
def test_no_word_is_empty_and_no_letter_is_lost(texts: list[str], language: str) -> None:
    found = spoken_words(_pieces(texts), language)
    assert all(any(sign.isalnum() for sign in word.text) for word in found)
    assert all(len(word.before) <= 1 and len(word.after) <= 1 for word in found)
    kept = "".join(word.text for word in found)
    assert [sign for sign in kept if sign.isalnum()] == [
        sign for text in texts for sign in text if sign.isalnum()
    ]


@given(st.floats(0, 1), st.floats(0, 1))
def test_confidence_rises_with_probability(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= calibrated(low) <= calibrated(high) <= 1


def test_the_line_goes_through_its_bends() -> None:
    assert all(calibrated(probability) == pytest.approx(share) for probability, share in KNOTS)
    assert all(before < after for (before, _), (after, _) in pairwise(KNOTS))
