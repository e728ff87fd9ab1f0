"""Numbers and moments are told as a spreadsheet program shows them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.reading.office.moment_format import Moment, format_moment
from lambdas.reading.office.number_format import format_number, format_text

_ACCOUNTING = '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)'


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234, "00000", "01234"),
        (12.5, "[$€-407] #,##0.00", "€ 12.50"),
        (12.5, '#,##0.00 "€"', "12.50 €"),
        (12.5, "#,##0.00\\ [$€-1]", "12.50 €"),
        (-1234.5, '"$"#,##0.00_);("$"#,##0.00)', "($1,234.50)"),
        (1234.5, _ACCOUNTING, "$ 1,234.50"),
        (-1234.5, _ACCOUNTING, "$ (1,234.50)"),
        (0, _ACCOUNTING, "$ -"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (-5, "0.00", "-5.00"),
        (-0.001, "0.00", "0.00"),
        (1.005, "0.00", "1.01"),
        (2.5, "0", "3"),
        (0.125, "0.0%", "12.5%"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (123456789, "000-00-0000", "123-45-6789"),
        (1.75, "# ?/?", "1 3/4"),
        (0.5, "# ?/?", "1/2"),
        (2, "# ?/?", "2"),
        (0.375, "?/8", "3/8"),
        (12345678, "0.00E+00", "1.23E+07"),
        (0.00012, "0.00E+00", "1.20E-04"),
        (1500000, '0.0,,"M"', "1.5M"),
        (3, '0" kg"', "3 kg"),
        (5, 'General" pieces"', "5 pieces"),
        (0, '"yes";"no";"none"', "none"),
        (-1, '"yes";"no";"none"', "no"),
        (150, '[>=100]"many";[<10]"few";0', "many"),
        (50, '[>=100]"many";[<10]"few";0', "50"),
        (5, ";;;", ""),
        (0.1 + 0.2, "General", "0.3"),
        (0, "General", "0"),
        (100.0, "General", "100"),
        (9780306406157, "General", "9780306406157"),
        (1e15, "General", "1000000000000000"),
        (1e21, "General", "1E+21"),
        (-1.25e24, "General", "-1.25E+24"),
        (0.00001, "General", "0.00001"),
        (1.5e-12, "General", "1.5E-12"),
        (7, "@", "7"),
        (1234.5, "[Red]0.00", "1234.50"),
        (1, '0 "a;b"', "1 a;b"),
    ],
)
def test_numbers(value: float, code: str, shown: str) -> None:
    assert format_number(value, code) == shown


def test_texts() -> None:
    assert format_text("late", "0.00") == "late"
    assert format_text("late", '0;0;0;"said "@') == "said late"
    assert format_text("late", ";;;") == ""


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (datetime.timedelta(hours=26, minutes=30), "[h]:mm", "26:30"),
        (datetime.timedelta(hours=26, minutes=30, seconds=5), "[hh]:mm:ss", "26:30:05"),
        (datetime.timedelta(minutes=90), "[mm]:ss", "90:00"),
        (datetime.timedelta(seconds=-90), "[m]:ss", "-1:30"),
        (datetime.datetime(1900, 1, 1, 2, 30), '[h]" h "mm', "26 h 30"),
        (datetime.datetime(1900, 1, 1, 2, 30), "h:mm", "02:30"),
        (datetime.datetime(2031, 5, 1), "mmm-yy", "May-31"),
        (datetime.datetime(2031, 5, 1), "mmmm yyyy", "May 2031"),
        (datetime.datetime(2031, 5, 1), "d-mmm", "1-May"),
        (datetime.datetime(2031, 5, 1), "dddd", "Thursday"),
        (datetime.datetime(2031, 5, 1), "mm-dd-yy", "2031-05-01"),
        (datetime.datetime(2031, 5, 1), "[$-407]d. mmmm yyyy;@", "2031-05-01"),
        (datetime.datetime(2031, 5, 1, 13, 30), "yyyy-mm-dd h:mm", "2031-05-01 13:30"),
        (datetime.time(13, 30), "h:mm AM/PM", "13:30"),
        (datetime.time(0, 5, 7), "mm:ss", "05:07"),
        (datetime.time(0, 5, 7, 500_000), "mmss.0", "0507.5"),
    ],
)
def test_moments(value: Moment, code: str, shown: str) -> None:
    assert format_moment(value, code) == shown


_CODES = st.text('0#?.,%E+-/@;"\\[]_* $€hmsdyGeneral><=1', max_size=14)
_MOMENTS = st.one_of(
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(datetime.timedelta(-99_999), datetime.timedelta(99_999)),
)


@given(st.one_of(st.integers(), st.floats()), _MOMENTS, _CODES)
def test_any_code_shows_something_or_nothing(number: float, moment: Moment, code: str) -> None:
    format_number(number, code)
    format_text("late", code)
    format_moment(moment, code)


@given(st.integers(0, 10**15))
def test_digits_are_never_lost(number: int) -> None:
    assert format_number(number, "#,##0") == f"{number:,}"
    assert format_number(number, "000000") == f"{number:06}"
    assert format_number(number, "0.00") == f"{number}.00"
