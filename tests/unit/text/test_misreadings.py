"""Words misread in pictures are put right by what the asset says elsewhere, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.text.misreadings import Vocabulary

SPOKEN = Vocabulary(["the oven temperature and the removable varnish of a horse", "panels for minutes"])


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("rcmovable", "removable"),
        ("Varni5h", "varnish"),
        ("mot removable", "not removable"),
        ("minute5", "minutes"),
        ("oventemperature", "oven temperature"),
        ("tcmperature: 40", "temperature: 40"),
    ],
)
def test_misread_words_are_put_right(read: str, meant: str) -> None:
    assert SPOKEN.mended(read) == meant


@pytest.mark.parametrize(
    "read", ["house", "Temperature", "mp3", "4k", "549", "panel", "$49", "", "日本", "cat"]
)
def test_other_words_stay(read: str) -> None:
    assert SPOKEN.mended(read) == read


@given(st.text(max_size=40))
def test_numbers_and_known_words_are_never_touched(text: str) -> None:
    known = Vocabulary([text])
    assert known.mended(text) == text
