"""A linear head that pulls pictures to their texts: contrastive learning, small enough to read.

Two encoders that don't know each other put the same thing in different places. A matrix over the pictures'
vectors, learnt from pairs, brings them together: of a batch, each picture's vector shall be nearer to its
own text's than to every other's, and the other way round (InfoNCE, van den Oord et al. 2018, in both
directions as CLIP has it, Radford et al. 2021). The material is made, so that what is right is known: classes
as points in a small space of meaning, seen through two random maps with noise, the pictures' with an offset
(the modality gap). Classes that are measured on are never learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Learnt", "Pairs", "learn", "loss_and_gradient", "made_pairs", "recall_at_1"]

Matrix = NDArray[np.float64]
# CLIP's starting temperature.
_TEMPERATURE = 0.07
_OFFSET = 1.5


@dataclass(frozen=True)
class Pairs:
    """Pictures and texts row by row: ``picture`` i belongs to ``text`` i. Rows have length 1."""

    picture: Matrix
    text: Matrix


@dataclass(frozen=True)
class Learnt:
    """``losses`` after each step; recall at 1 on the classes that were held out, before and after."""

    losses: tuple[float, ...]
    recall_before: float
    recall_after: float
    head: Matrix


def made_pairs(
    classes: int, *, seed: int, dimensions: int = 64, meanings: int = 16, noise: float = 0.8
) -> Pairs:
    """One picture and one text of each class, as two encoders of the same world (``seed`` makes classes)."""
    world = np.random.default_rng(0)
    see, read = (world.standard_normal((meanings, dimensions)) for _ in range(2))
    offset = world.standard_normal(dimensions)
    random = np.random.default_rng(seed)
    meant = random.standard_normal((classes, meanings))

    def encoded(through: Matrix, gap: float) -> Matrix:
        rows = meant @ through / np.sqrt(meanings)
        return _unit(rows + noise * random.standard_normal(rows.shape) + gap * offset)

    return Pairs(encoded(see, _OFFSET), encoded(read, 0.0))


def learn(
    training: Pairs, held_out: Pairs, *, steps: int = 200, batch: int = 64, rate: float = 1.0
) -> Learnt:
    """A head learnt from ``training`` by gradient steps, from what leaves pictures as they are."""
    random = np.random.default_rng(1)
    size = training.picture.shape[1]
    head: Matrix = np.eye(size)
    before = recall_at_1(head, held_out)
    losses = []
    for _ in range(steps):
        chosen = random.choice(len(training.picture), batch, replace=False)
        loss, gradient = loss_and_gradient(head, Pairs(training.picture[chosen], training.text[chosen]))
        head = head - rate * gradient
        losses.append(loss)
    return Learnt(tuple(losses), before, recall_at_1(head, held_out), head)


def loss_and_gradient(head: Matrix, pairs: Pairs) -> tuple[float, Matrix]:
    """The contrastive loss of a batch (natural logarithm, mean of both directions) and its gradient."""
    count = len(pairs.picture)
    moved = pairs.picture @ head
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / lengths
    scores = unit @ pairs.text.T / _TEMPERATURE
    by_picture, by_text = _softmax(scores), _softmax(scores.T)
    diagonal = np.arange(count)
    chosen = np.log(by_picture[diagonal, diagonal]) + np.log(by_text[diagonal, diagonal])
    of_scores = (by_picture + by_text.T - 2 * np.eye(count)) / (2 * count * _TEMPERATURE)
    of_unit = of_scores @ pairs.text
    # Length counts for nothing, so only what turns a vector does.
    of_moved = (of_unit - unit * (of_unit * unit).sum(axis=1, keepdims=True)) / lengths
    return float(-chosen.mean() / 2), pairs.picture.T @ of_moved


def recall_at_1(head: Matrix, pairs: Pairs) -> float:
    """How many texts find their own picture first."""
    scores = pairs.text @ _unit(pairs.picture @ head).T
    return float((scores.argmax(axis=1) == np.arange(len(scores))).mean())


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return found


def _unit(rows: Matrix) -> Matrix:
    found: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found
