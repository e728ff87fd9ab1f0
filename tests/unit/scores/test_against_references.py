"""Scores against scikit-learn on a thousand vectors, and against formulas and figures from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.scores.calibration import brier_score, calibration, fit_platt, reliability
from braid.domain.scores.classification import binary_scores, confusion
from braid.domain.scores.curves import average_precision, choose_threshold, precision_recall_curve
from braid.domain.scores.ranking import recall_at
from braid.domain.scores.words import word_error_rate
from tests.unit.scores.vectors import COLUMNS, COUNT, golden, vector


@pytest.mark.slow
def test_a_thousand_vectors_score_as_scikit_learn_scores_them() -> None:
    rows = golden()
    assert len(rows) == COUNT
    for seed, row in enumerate(rows):
        found = vector(seed)
        positive = [each == 1 for each in found.truth]
        one = binary_scores(positive, [each == 1 for each in found.predicted])
        every = confusion(found.truth, found.predicted)
        macro = every.average("macro")
        ours = [
            every.accuracy,
            *(one.precision, one.recall, one.f1),
            *(macro.precision, macro.recall, macro.f1),
            every.average("weighted").f1,
            every.average("micro").f1,
            average_precision(precision_recall_curve(found.scores, positive)),
            brier_score(found.scores, positive),
        ]
        assert ours == pytest.approx(row, abs=2e-9), dict(
            zip(COLUMNS, zip(ours, row, strict=True), strict=True)
        )


PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80)


@given(PAIRS)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(pairs: list[tuple[bool, bool]]) -> None:
    truth, said = zip(*pairs, strict=True)
    found = binary_scores(truth, said)
    hits = sum(a and b for a, b in pairs)
    precision = Fraction(hits, sum(said)) if any(said) else Fraction(0)
    recall = Fraction(hits, sum(truth)) if any(truth) else Fraction(0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else Fraction(0)
    assert (found.precision, found.recall) == (pytest.approx(float(precision)), pytest.approx(float(recall)))
    assert found.f1 == pytest.approx(float(f1))


def test_ece_of_worked_figures() -> None:
    # Two bins of five: means 0.2 and 0.8, shares 0.4 and 0.6: the mean distance is 0.2.
    probabilities = [0.2] * 5 + [0.8] * 5
    truth = [True, True, False, False, False, True, True, True, False, False]
    found = calibration(probabilities, truth, bins=2)
    assert found.ece.value == pytest.approx(0.2)
    assert [each.count for each in found.bins] == [5, 5]
    assert found.ece.low is not None
    assert found.ece.high is not None
    assert 0 <= found.ece.low <= 0.2 <= found.ece.high


def test_brier_of_worked_figures() -> None:
    # Brier (1950): forecasts 0.9 and 0.2 of what happened and what didn't.
    assert brier_score([0.9, 0.2], [True, False]) == pytest.approx((0.01 + 0.04) / 2)


PROBABILITIES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=120)


@given(PROBABILITIES, st.integers(1, 15))
def test_bins_hold_every_example_once_and_part_no_equals(pairs: list[tuple[float, bool]], bins: int) -> None:
    found = reliability(*zip(*pairs, strict=True), bins=bins)
    assert sum(each.count for each in found) == len(pairs)
    assert len(found) <= bins
    mean = math.fsum(each.count * each.mean_probability for each in found) / len(pairs)
    assert mean == pytest.approx(math.fsum(p for p, _ in pairs) / len(pairs))
    assert sum(each.count * each.share_true for each in found) == pytest.approx(sum(t for _, t in pairs))


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration([probability], [True])


def test_platt_s_scaling_finds_the_slope_that_made_the_data() -> None:
    # A thousand examples at each score, with the shares that 1 / (1 + exp(-(2 x - 1))) gives.
    scores, truth = [], []
    for score in (-1.0, 0.0, 0.5, 1.0, 2.0):
        share = 1 / (1 + math.exp(-(2 * score - 1)))
        scores += [score] * 1_000
        truth += [True] * round(1_000 * share) + [False] * (1_000 - round(1_000 * share))
    found = fit_platt(scores, truth)
    assert (found.slope, found.offset) == (pytest.approx(2, abs=0.02), pytest.approx(-1, abs=0.02))
    scaled = calibration([found.probability(score) for score in scores], truth, bins=5)
    assert scaled.ece.value == pytest.approx(0, abs=0.005)


@given(st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=2, max_size=60))
def test_scaling_ends_for_any_scores_of_both_classes(pairs: list[tuple[float, bool]]) -> None:
    scores, truth = zip(*pairs, strict=True)
    if len(set(truth)) < 2:
        with pytest.raises(ValueError, match="both classes"):
            fit_platt(scores, truth)
        return
    found = fit_platt(scores, truth)
    assert all(0 <= found.probability(score) <= 1 for score in scores)


def test_the_curve_and_the_threshold_that_is_chosen() -> None:
    # The four examples of scikit-learn's page on precision_recall_curve.
    curve = precision_recall_curve([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    assert [(point.threshold, point.precision, point.recall) for point in curve] == [
        (0.8, 1.0, 0.5),
        (0.4, 0.5, 0.5),
        (0.35, pytest.approx(2 / 3), 1.0),
        (0.1, 0.5, 1.0),
    ]
    best, precise = choose_threshold(curve), choose_threshold(curve, least_precision=0.9)
    assert best is not None
    assert precise is not None
    assert (best.threshold, precise.threshold) == (0.35, 0.8)
    assert choose_threshold(curve, least_precision=0.9, least_recall=0.9) is None


def test_a_curve_without_a_positive_has_no_recall() -> None:
    with pytest.raises(ValueError, match="no example is positive"):
        precision_recall_curve([0.5], [False])


def test_recall_at_k() -> None:
    assert recall_at(2, ["a", "b", "c"], {"a", "c"}) == 0.5
    assert recall_at(3, ["a", "b", "c"], {"a", "c"}) == 1.0
    with pytest.raises(ValueError, match="nothing is relevant"):
        recall_at(1, ["a"], set())


WORDS = st.lists(st.sampled_from("abc"), max_size=7)


@given(WORDS, WORDS.filter(bool))
def test_word_errors_are_levenshtein_s_distance(heard: list[str], said: list[str]) -> None:
    assert word_error_rate(heard, said) == pytest.approx(_distance(heard, said) / len(said))


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """The definition, as it stands in textbooks."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return _distance(one[1:], other[1:])
    return 1 + min(_distance(one[1:], other), _distance(one, other[1:]), _distance(one[1:], other[1:]))
