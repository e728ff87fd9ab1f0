"""Personal data in words as a recogniser writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.engines.text.spoken_pii import spoken_personal_data


def _found(said: str) -> list[tuple[str, str]]:
    words = said.split()
    return [
        (finding["type"], " ".join(words[finding["begin"] : finding["end"]]))
        for finding in spoken_personal_data(words)
    ]


@pytest.mark.parametrize(
    ("before", "kind", "data", "after"),
    [
        ("call", "PHONE", "four one five two six seven one two three four", "now"),
        ("", "PHONE", "one eight oh oh two six seven nine nine oh one", ""),
        ("my social security number is", "SSN", "one two three four five six seven eight nine", "so"),
        ("the number is", "PHONE", "four one five to six seven one two three four", "thank you"),
        ("reference", "PHONE", "oh nine nine three one two seven for one", "for you"),
        ("the pin is", "PIN", "four double seven one", ""),
        ("card", "CREDIT_DEBIT_NUMBER", "four" + " one" * 15, "expires"),
        ("write to", "EMAIL", "jane dot doe at example dot com", "please"),
        ("hello my name is", "NAME", "john smith", "and i sell boats"),
    ],
)
def test_what_is_spelt_out_is_found_where_it_is_said(before: str, kind: str, data: str, after: str) -> None:
    assert _found(f"{before} {data} {after}") == [(kind, data)]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "we met at noon and at the dot of one we left",
        "three two one go",
        "one to three for five",
        "my name is",
        "my name is on the list",
        "sales grew by two percent in each of five years",
        "double trouble",
    ],
)
def test_what_is_none_is_left(said: str) -> None:
    assert _found(said) == []


_SAID = "one two oh double at dot com my name is pin john the account number"
_WORDS = st.sampled_from(_SAID.split())


@given(st.lists(_WORDS, max_size=40))
def test_findings_are_in_order_and_never_overlap(words: list[str]) -> None:
    end = 0
    for finding in spoken_personal_data(words):
        assert end <= finding["begin"] < finding["end"] <= len(words)
        end = finding["end"]


@pytest.mark.parametrize(
    ("said", "kind", "found"),
    [
        ("call 415 5 5 5 1 2 3 4 now", "PHONE", "415 5 5 5 1 2 3 4"),
        ("my number is 4 1 5 5 5 5 1 2 3 4 thanks", "PHONE", "4 1 5 5 5 5 1 2 3 4"),
        ("My number is 415-555-1234 Thanks", "PHONE", "415-555-1234"),
        ("my social security number is 078 05 1120", "SSN", "078 05 1120"),
        ("my card is 4111 1111 1111 1111 okay", "CREDIT_DEBIT_NUMBER", "4111 1111 1111 1111"),
    ],
)
def test_numbers_written_in_digits_are_found(said: str, kind: str, found: str) -> None:
    words = said.split()
    (finding,) = spoken_personal_data(words)
    assert (finding["type"], " ".join(words[finding["begin"] : finding["end"]])) == (kind, found)


def test_years_and_quantities_are_nobodys_number() -> None:
    assert spoken_personal_data(["in", "1998", "2004", "2010", "we", "sold", "12", "300", "units"]) == []
