"""Numbers read the same however they are said, shown or written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.text.numbers.quantities import Quantity, find_quantities
from braid.text.stems import term_of
from braid.text.words import tokenize


def quantities(text: str) -> list[Quantity]:
    return find_quantities(tokenize([(text, None, 1.0)]))[0]


def terms(text: str) -> list[str]:
    return [term for _, _, term in find_quantities(tokenize([(text, None, 1.0)]))[1]]


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("it costs $49", 49, "USD"),
        ("forty-nine dollars", 49, "USD"),
        ("forty nine bucks", 49, "USD"),
        ("1,299 EUR", 1299, "EUR"),
        ("€1.299,00", 1299, "EUR"),
        ("$2 million", 2_000_000, "USD"),
        ("two million dollars", 2_000_000, "USD"),
        ("fifty percent", 50, "percent"),
        ("50 per cent", 50, "percent"),
        ("50%", 50, "percent"),
        ("1.5 hours", 5400, "duration"),
        ("ninety minutes", 5400, "duration"),
        ("three point five kg", 3500, "mass"),
        ("two hundred and five grams", 205, "mass"),
        ("at 10:30", 630, "clock"),
        ("in nineteen eighty four", 1984, "year"),
        ("on May 5", 5, "day of may"),
    ],
)
def test_a_quantity_is_its_value_in_the_base_unit(text: str, value: float, dimension: str) -> None:
    (found,) = quantities(text)
    assert found.dimension == dimension
    assert value in [pytest.approx(reading) for reading in found.readings]


@pytest.mark.parametrize("text", ["step 3 of the plan", "Figure 12", "the 21st time", "one of us"])
def test_names_and_pronouns_count_nothing(text: str) -> None:
    assert not any(quantity.nouns for quantity in quantities(text))


def test_words_with_two_readings_keep_both() -> None:
    (price,) = quantities("it is forty nine ninety nine dollars")
    assert set(price.readings) == {4999.0, 49.99}


@pytest.mark.parametrize("text", ["5 seats", "Seats: 5", "five seats", "the seats are 5"])
def test_what_is_counted_is_found_on_either_side(text: str) -> None:
    (found,) = quantities(text)
    assert found.readings == (5.0,)
    assert "seat" in found.nouns


@given(st.integers(min_value=0, max_value=999_999_999))
def test_every_number_in_words_gives_its_digits(value: int) -> None:
    words = in_words(value)
    assert terms(words) == [str(value)], words


@given(st.text(max_size=200))
def test_any_text_reads(text: str) -> None:
    for quantity in quantities(text):
        assert quantity.readings
        assert quantity.written


@pytest.mark.parametrize(
    ("one", "other"),
    [("prices", "price"), ("pricing", "price"), ("boxes", "box"), ("studies", "study"), ("running", "run")],
)
def test_inflections_share_a_term(one: str, other: str) -> None:
    assert term_of(one) == term_of(other)


_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def in_words(value: int) -> str:
    """The English cardinal of ``value``, with ``and`` behind hundreds."""
    for scale, name in ((1_000_000, "million"), (1000, "thousand")):
        if value >= scale:
            rest = value % scale
            return f"{in_words(value // scale)} {name}" + (f" {in_words(rest)}" if rest else "")
    if value >= 100:
        rest = value % 100
        return f"{in_words(value // 100)} hundred" + (f" and {in_words(rest)}" if rest else "")
    if value >= 20:
        rest = value % 10
        return _TENS.split()[value // 10 - 2] + (f"-{in_words(rest)}" if rest else "")
    return _UNITS.split()[value]
