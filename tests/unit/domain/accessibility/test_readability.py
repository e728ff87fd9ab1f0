"""The reading level tells plain from heavy, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.accessibility.readability import reading_grade


def test_the_formula_by_hand() -> None:
    # 10 words, 2 sentences, 12 syllables: 0.39 * 5 + 11.8 * 1.2 - 15.59
    assert reading_grade("The cats made tables. They walked with us to boxes.") == pytest.approx(
        0.39 * 5 + 11.8 * 1.2 - 15.59, abs=0.06
    )


def test_plain_is_easier_than_heavy() -> None:
    plain = reading_grade("Plant the seeds in March. Water them well. Pick the fruit in August.")
    heavy = reading_grade(
        "Horticultural establishment presupposes meteorological considerations necessitating"
        " comprehensive irrigation infrastructure throughout the vegetative period."
    )
    assert plain is not None
    assert heavy is not None
    assert plain < 4
    assert heavy > 16


def test_of_a_few_words_nothing_is_told() -> None:
    assert reading_grade("Tomatoes at home.") is None
    assert reading_grade("番茄在家里种植非常容易") is None


@given(st.text(max_size=300))
def test_any_text_gives_a_number_of_years_or_nothing(text: str) -> None:
    grade = reading_grade(text)
    assert grade is None or grade >= 0
