"""Personal data by patterns: a marked set, check digits, and what must not be reported."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluation.other_engines.judged_texts import CLEAN, MARKED, read_marks
from local.engines.text.pii import personal_data


@pytest.mark.parametrize("marked", MARKED)
def test_it_is_found_exactly(marked: str) -> None:
    text, expected = read_marks(marked)
    assert {(each["type"], each["begin"], each["end"]) for each in personal_data(text)} == expected


@pytest.mark.parametrize("text", CLEAN)
def test_nothing_is_reported(text: str) -> None:
    assert personal_data(text) == []


@pytest.mark.parametrize("text", ["Hannah Weber signed yesterday.", "Ship to 742 Evergreen Terrace."])
def test_what_patterns_can_not_know_is_left_out(text: str) -> None:
    assert personal_data(text) == []


@given(st.integers(min_value=0, max_value=10**15 - 1).map(lambda number: f"{number:015d}"))
def test_of_ten_last_digits_exactly_one_makes_a_card(number: str) -> None:
    assume(len(set(number)) > 1)
    cards = [last for last in "0123456789" if personal_data(f"x {number}{last} x")]
    kinds = {each["type"] for last in cards for each in personal_data(f"x {number}{last} x")}
    assert len(cards) == 1
    assert kinds <= {"CREDIT_DEBIT_NUMBER"}


@given(st.text(max_size=300))
def test_findings_are_ordered_apart_and_inside_the_text(text: str) -> None:
    end = 0
    for each in personal_data(text):
        assert end <= each["begin"] < each["end"] <= len(text)
        end = each["end"]


@pytest.mark.parametrize("unit", ["1/1/20 ", "a", "1 ", "Aa ", "a.a@", "A1 "])
def test_time_grows_in_proportion_to_the_text(unit: str) -> None:
    def processor_seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        started = time.process_time()
        personal_data(text)
        return time.process_time() - started

    rounds = [(processor_seconds(10_000), processor_seconds(100_000)) for _ in range(3)]
    quick, slow = (min(column) for column in zip(*rounds, strict=True))
    assert slow / quick < 40, "ten times as much text; a hundred would be its square"
