"""How recognisers are scored: word errors, which words are right, and reliability."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.speech.calibration import bins, calibration_error, fitted_knots
from evaluation.speech.scoring import compare


@pytest.mark.parametrize(
    ("heard", "truth", "edits", "right"),
    [
        (["The", "cat."], "the cat", 0, (True, True)),
        (["The", "hat"], "the cat", 1, (True, False)),
        (["the"], "the cat", 1, (True,)),
        (["the", "big", "cat"], "the cat", 1, (True, False, True)),
        (["12", "percent"], "twelve percent", 0, (True, True)),
        (["12%"], "twelve percent", 0, (True,)),
        (["twenty", "five"], "25", 0, (True, True)),
        (["local", "stack"], "LocalStack", 0, (True, True)),
        (["Mr.", "Dashwood"], "mister dashwood", 0, (True, True)),
        ([], "nobody heard", 2, ()),
    ],
)
def test_words_are_compared_as_they_sound(
    heard: list[str], truth: str, edits: int, right: tuple[bool, ...]
) -> None:
    match = compare(heard, truth)
    assert (match.edits, match.is_right) == (edits, right)


_WORDS = st.lists(st.sampled_from(["one", "tree", "house", "river"]), min_size=1, max_size=8)


@given(_WORDS, _WORDS)
def test_edits_are_a_distance(one: list[str], other: list[str]) -> None:
    there, back = compare(one, " ".join(other)), compare(other, " ".join(one))
    assert there.edits == back.edits
    assert (there.edits == 0) == (one == other)
    assert there.edits <= max(len(one), len(other))
    assert there.is_right.count(False) <= there.edits


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=20, max_size=200))
def test_the_fitted_line_rises_and_stays_a_share(pairs: list[tuple[float, bool]]) -> None:
    knots = fitted_knots(pairs)
    assert all(0 <= share <= 1 for _, share in knots)
    assert all(before[1] <= after[1] + 1e-9 for before, after in pairwise(knots))
    assert sum(one.count for one in bins(pairs)) == len(pairs)
    assert 0 <= calibration_error(pairs) <= 1


def test_confidence_that_is_right_has_no_error() -> None:
    pairs = [(0.8, place % 5 != 0) for place in range(100)]
    assert calibration_error(pairs) == pytest.approx(0.0)
    assert calibration_error([(0.8, False)] * 10) == pytest.approx(0.8)
