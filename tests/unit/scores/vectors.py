"""A thousand seeded vectors of labels, and what scikit-learn says of them.

The golden is written by an interpreter that has scikit-learn, which isn't needed otherwise:

    PYTHONPATH=. python -m tests.unit.scores.vectors
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[2] / "goldens" / "scores" / "scikit-learn.txt"
COUNT = 1_000
COLUMNS = (
    *("accuracy", "precision", "recall", "f1"),
    *("macro precision", "macro recall", "macro f1", "weighted f1", "micro f1"),
    *("average precision", "brier"),
)


@dataclass(frozen=True)
class Vector:
    """Classes as numbers, class 1 the positive one; ``scores`` are probabilities of it."""

    truth: list[int]
    predicted: list[int]
    scores: list[float]


def vector(seed: int) -> Vector:
    """Two to five classes, at any balance, and scores with ties."""
    chance = random.Random(seed)
    classes = chance.randint(2, 5)
    length = chance.randint(2, 60)
    weights = [chance.random() + 0.05 for _ in range(classes)]
    truth = chance.choices(range(classes), weights, k=length)
    truth[0] = 1  # average precision needs a positive
    predicted = [each if chance.random() < 0.6 else chance.randrange(classes) for each in truth]
    scores = [round(chance.random(), chance.choice((1, 6))) for _ in truth]
    return Vector(truth, predicted, scores)


def golden() -> list[list[float]]:
    """A row for each vector, a column for each of ``COLUMNS``."""
    lines = GOLDEN.read_text("utf-8").splitlines()
    return [[float(value) for value in line.split()] for line in lines if not line.startswith("#")]


def _write() -> None:
    import sklearn  # only here is it needed
    from sklearn import metrics

    lines = [f"# scikit-learn {sklearn.__version__}: {', '.join(COLUMNS)}"]
    for seed in range(COUNT):
        found = vector(seed)
        truth, predicted = found.truth, found.predicted
        positive, guessed = [each == 1 for each in truth], [each == 1 for each in predicted]
        of_one = metrics.precision_recall_fscore_support(positive, guessed, average="binary", zero_division=0)
        macro = metrics.precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)
        row = [
            metrics.accuracy_score(truth, predicted),
            *of_one[:3],
            *macro[:3],
            metrics.f1_score(truth, predicted, average="weighted", zero_division=0),
            metrics.f1_score(truth, predicted, average="micro", zero_division=0),
            metrics.average_precision_score(positive, found.scores),
            metrics.brier_score_loss(positive, found.scores),
        ]
        lines.append(" ".join(f"{value:.9f}" for value in row))
    GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    argparse.ArgumentParser(
        "python -m tests.unit.scores.vectors", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    _write()
