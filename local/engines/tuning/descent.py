"""Softmax regression by minibatch gradient descent: the one thing that is trained here, and its loss.

Adam (Kingma and Ba, arXiv 1412.6980) with decoupled weight decay; the loss is the mean cross-entropy in nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "Matrix", "Schedule", "cross_entropy", "fit", "probabilities"]

Matrix = NDArray[np.float32]
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Schedule:
    """How long and how fast is trained; a step takes ``decay · learning_rate`` of each weight away."""

    epochs: int
    batch_size: int
    learning_rate: float
    decay: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Curve:
    """``training``: (step, epoch, loss of its batch) from 1; ``validation``: (step, epoch, loss of all)."""

    training: tuple[tuple[int, int, float], ...]
    validation: tuple[tuple[int, int, float], ...]


def probabilities(features: Matrix, weights: Matrix, targets: Matrix, scale: float = 1.0) -> Matrix:
    """Softmax of ``scale · (features with a one) · weights · targetsᵀ``: shape (rows, classes)."""
    logits = scale * (_with_one(features) @ weights @ targets.T)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Matrix = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def cross_entropy(shares: Matrix, classes: NDArray[np.int64]) -> float:
    """The mean negative logarithm of what the true classes were given."""
    if not len(classes):
        return 0.0
    return float(-np.log(np.maximum(shares[np.arange(len(classes)), classes], 1e-12)).mean())


def fit(
    features: Matrix,
    classes: NDArray[np.int64],
    targets: Matrix,
    schedule: Schedule,
    *,
    scale: float = 1.0,
    validation: tuple[Matrix, NDArray[np.int64]] | None = None,
) -> tuple[Matrix, Curve]:
    """Weights of shape (features + 1, width of ``targets``), and how the loss went.

    ``targets`` has a row for each class: the unit matrix for plain softmax regression, fixed vectors where
    what is trained shall lie near them. With ``validation`` the weights are those of the pass that did best
    on it. The same input gives the same weights.
    """
    random = np.random.default_rng(schedule.seed)
    inputs = _with_one(features)
    weights: Matrix = np.zeros((inputs.shape[1], targets.shape[1]), np.float32)
    first: Any = np.zeros_like(weights)
    second: Any = np.zeros_like(weights)
    training: list[tuple[int, int, float]] = []
    checked: list[tuple[int, int, float]] = []
    best, step = weights, 0
    for epoch in range(1, schedule.epochs + 1):
        order = random.permutation(len(classes))
        for begin in range(0, len(order), schedule.batch_size):
            rows = order[begin : begin + schedule.batch_size]
            step += 1
            shares = probabilities(features[rows], weights, targets, scale)
            training.append((step, epoch, cross_entropy(shares, classes[rows])))
            error = shares.copy()
            error[np.arange(len(rows)), classes[rows]] -= 1
            gradient = scale * (inputs[rows].T @ error @ targets) / len(rows)
            first = _BETA_1 * first + (1 - _BETA_1) * gradient
            second = _BETA_2 * second + (1 - _BETA_2) * gradient**2
            moved = (first / (1 - _BETA_1**step)) / (np.sqrt(second / (1 - _BETA_2**step)) + _EPSILON)
            weights = (
                weights * (1 - schedule.decay * schedule.learning_rate) - schedule.learning_rate * moved
            ).astype(np.float32)
        if validation is not None and len(validation[1]):
            shares = probabilities(validation[0], weights, targets, scale)
            checked.append((step, epoch, cross_entropy(shares, validation[1])))
            if checked[-1][2] <= min(loss for _, _, loss in checked):
                best = weights
    if checked:
        weights = best
    return weights, Curve(tuple(training), tuple(checked))


def _with_one(features: Matrix) -> Matrix:
    return np.hstack([features, np.ones((len(features), 1), np.float32)])
