"""Scaled probabilities are as often right as they say; no row that was trained with scales them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from braid.domain.scores.calibration import calibration, fit_platt
from local.engines.tuning.calibrating import cross_fitted_log_odds, fit_scaling, log_odds
from local.engines.tuning.descent import Schedule, fit


def test_two_classes_are_scaled_as_platt_does() -> None:
    random = np.random.default_rng(0)
    margin = random.normal(0, 3, 400)
    truth = random.random(400) < 1 / (1 + np.exp(-(0.4 * margin - 0.7)))

    found = fit_scaling(np.stack([-margin, margin], axis=1), truth.astype(np.int64))

    reference = fit_platt(margin.tolist(), truth.tolist())
    assert found.slopes == pytest.approx([reference.slope] * 2, abs=1e-5)
    assert found.offsets == pytest.approx([-reference.offset, reference.offset], abs=1e-5)
    assert found.shares(np.zeros((1, 2))).sum() == pytest.approx(1.0)


def test_a_class_that_no_row_has_keeps_its_odds() -> None:
    found = fit_scaling(np.random.default_rng(0).normal(size=(20, 3)), np.array([0, 1] * 10))

    assert (found.slopes[2], found.offsets[2]) == (1.0, 0.0)


def test_rows_that_separate_perfectly_still_give_finite_numbers() -> None:
    margin = np.array([-4.0] * 10 + [4.0] * 10)

    found = fit_scaling(np.stack([-margin, margin], axis=1), np.array([0] * 10 + [1] * 10))

    assert np.isfinite([found.slopes, found.offsets]).all()
    assert found.shares(np.array([[-4.0, 4.0]]))[0, 1] < 1


def test_cross_fitting_makes_a_head_honest_that_its_own_rows_flatter() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(2_400, 60)).astype(np.float32)
    classes = (random.random(2_400) < 1 / (1 + np.exp(-1.5 * vectors[:, 0]))).astype(np.int64)
    seen, unseen = slice(0, 400), slice(400, None)
    schedule = Schedule(40, 32, 0.01)
    weights, _ = fit(vectors[seen], classes[seen], np.eye(2, dtype=np.float32), schedule, scale=6.0)
    told, truth = log_odds(vectors[unseen], weights, 6.0), [bool(each) for each in classes[unseen]]

    def error(odds: NDArray[np.float64]) -> float:
        shares = fit_scaling(odds, classes[seen]).shares(told)[:, 1]
        return calibration(shares.tolist(), truth).ece.value or 0.0

    crossed = error(cross_fitted_log_odds(vectors[seen], classes[seen], 2, schedule, scale=6.0))
    flattered = error(log_odds(vectors[seen], weights, 6.0))

    assert flattered > 0.1, "else there would be nothing to mend"
    assert crossed < 0.7 * flattered
