"""Honest probabilities: a scaling of a head's log-odds, fitted on rows that it wasn't trained with.

Cross-fitting gives every row such log-odds: each fold is judged by a head that was trained on the others.
Fitted on all of them, the scaling has five times the rows that a validation set alone would give it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.engines.tuning.descent import Matrix, Schedule, fit, probabilities

__all__ = ["Scaling", "cross_fitted_log_odds", "fit_scaling", "log_odds"]

_FOLDS = 5
_CHECKED_SHARE = (
    5  # one row in so many of the others chooses the pass, as the validation rows do for the head
)
_STEPS = 50
_RIDGE = 1e-6
_LEAST_SHARE = 1e-7
Classes = NDArray[np.int64]


@dataclass(frozen=True)
class Scaling:
    """A slope and an offset for each class against the rest (Platt 1999)."""

    slopes: NDArray[np.float64]
    offsets: NDArray[np.float64]

    def shares(self, odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities that add up to 1, of the same shape (rows, classes)."""
        each = _sigmoid(odds * self.slopes + self.offsets)
        whole: NDArray[np.float64] = each / each.sum(axis=1, keepdims=True)
        return whole


def log_odds(vectors: Matrix, weights: Matrix, scale: float) -> NDArray[np.float64]:
    """Of each class against all others, by a head's weights."""
    targets = np.eye(weights.shape[1], dtype=np.float32)
    shares = probabilities(vectors, weights, targets, scale).astype(np.float64)
    bounded = np.clip(shares, _LEAST_SHARE, 1 - _LEAST_SHARE)
    odds: NDArray[np.float64] = np.log(bounded) - np.log1p(-bounded)
    return odds


def cross_fitted_log_odds(
    vectors: Matrix, classes: Classes, count: int, schedule: Schedule, *, scale: float
) -> NDArray[np.float64]:
    """Log-odds of every row, by a head that neither trained with it nor chose its pass by it."""
    random = np.random.default_rng(schedule.seed)
    fold_of = random.permutation(len(classes)) % _FOLDS
    targets = np.eye(count, dtype=np.float32)
    found = np.zeros((len(classes), count))
    for fold in range(_FOLDS):
        own = fold_of == fold
        others = random.permutation(np.flatnonzero(~own))
        checked = others[: len(others) // _CHECKED_SHARE]
        trained = others[len(checked) :]
        weights, _ = fit(
            vectors[trained],
            classes[trained],
            targets,
            schedule,
            scale=scale,
            validation=(vectors[checked], classes[checked]),
        )
        found[own] = log_odds(vectors[own], weights, scale)
    return found


def fit_scaling(odds: NDArray[np.float64], classes: Classes) -> Scaling:
    """The scaling of greatest likelihood, with Platt's smoothed targets, by Newton's method.

    A class that no row or every row has keeps its log-odds as they are.
    """
    slopes, offsets = np.ones(odds.shape[1]), np.zeros(odds.shape[1])
    for place in range(odds.shape[1]):
        is_own = classes == place
        have, lack = int(is_own.sum()), int((~is_own).sum())
        if have and lack:
            targets = np.where(is_own, (have + 1) / (have + 2), 1 / (lack + 2))
            slopes[place], offsets[place] = _newton(odds[:, place], targets)
    return Scaling(slopes, offsets)


def _newton(odds: NDArray[np.float64], targets: NDArray[np.float64]) -> tuple[float, float]:
    features = np.stack([odds, np.ones_like(odds)], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        shares = _sigmoid(features @ found)
        gradient = features.T @ (shares - targets)
        curvature = (features * (shares * (1 - shares))[:, None]).T @ features + _RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        while _loss(features @ (found - step), targets) > _loss(features @ found, targets) + 1e-12:
            step = step / 2
        found = found - step
        if np.abs(step).max() < 1e-9:
            break
    return float(found[0]), float(found[1])


def _loss(values: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    return float((np.logaddexp(0, values) - targets * values).sum())


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    raised: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(values, -500, 500)))
    return raised
