"""Fits the constants of lambdas/fusion/calibration.py on generated timelines and prints them.

    python -m benchmarks.fit_fusion

Only the topics and the noise of ``FITTING`` are seen here; tests judge on others.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from unittest.mock import patch

from domain.timeline import AgreementKind
from lambdas.fusion import agreement as relations
from lambdas.fusion.calibration import MAX_TERM_COUNT, Shared, redundancy_probability, strength_of
from lambdas.fusion.fuse import fuse
from lambdas.fusion.thresholds import Thresholds
from tests.fusion_truth.noise import CLEAN, FITTING_NOISE
from tests.fusion_truth.talks import Talk, bundle, talk
from tests.fusion_truth.topics import FITTING

SEEDS = range(400)
# A little ridge keeps weights finite where the classes separate.
RIDGE = 0.02
Row = tuple[list[float], bool]


def scenes() -> Iterator[Talk]:
    """Single scenes, clean and noisy, talks and bundles alike."""
    for seed in SEEDS:
        for noise in (CLEAN, FITTING_NOISE):
            rng = random.Random(f"fit {seed}")
            yield talk([FITTING[seed % len(FITTING)]], noise, rng, scene_count=1)
            yield bundle(FITTING, noise, rng)


def recorded() -> Iterator[tuple[AgreementKind, list[Shared], list[tuple[AgreementKind, float, float]]]]:
    """For each scene its true kind, what its sides shared, and every relation that was scored."""
    for scene in scenes():
        contents: list[Shared] = []
        scored: list[tuple[AgreementKind, float, float]] = []

        def probability(shared: Shared, contents: list[Shared] = contents) -> float:
            contents.append(shared)
            return redundancy_probability(shared)

        def strength(
            kind: AgreementKind,
            found: float,
            certainty: float,
            scored: list[tuple[AgreementKind, float, float]] = scored,
        ) -> float:
            scored.append((kind, found, certainty))
            return strength_of(kind, found, certainty)

        with (
            patch.object(relations, "redundancy_probability", probability),
            patch.object(relations, "strength_of", strength),
        ):
            fuse(scene.material, Thresholds(), 1000)
        yield scene.scenes[0].kind, contents, scored


def logit(probability: float) -> float:
    inside = min(0.999, max(0.001, probability))
    return math.log(inside / (1 - inside))


def fit(rows: Sequence[Row], steps: int = 4000, rate: float = 0.5) -> list[float]:
    """Logistic regression by gradient descent on standardised inputs; the intercept comes first."""
    count = len(rows[0][0])
    means = [sum(row[0][at] for row in rows) / len(rows) for at in range(count)]
    scales = [
        math.sqrt(sum((row[0][at] - means[at]) ** 2 for row in rows) / len(rows)) or 1.0
        for at in range(count)
    ]
    scaled = [([(row[0][at] - means[at]) / scales[at] for at in range(count)], row[1]) for row in rows]
    weights = [0.0] * (count + 1)
    for _ in range(steps // 10):
        gradient = [RIDGE * weight for weight in weights]
        gradient[0] = 0.0
        for values, is_true in scaled:
            score = weights[0] + sum(
                weight * value for weight, value in zip(weights[1:], values, strict=True)
            )
            error = 1 / (1 + math.exp(-max(-30, min(30, score)))) - is_true
            gradient[0] += error / len(rows)
            for at, value in enumerate(values):
                gradient[at + 1] += error * value / len(rows)
        weights = [weight - rate * 4 * step for weight, step in zip(weights, gradient, strict=True)]
    slopes = [weight / scale for weight, scale in zip(weights[1:], scales, strict=True)]
    return [weights[0] - sum(slope * mean for slope, mean in zip(slopes, means, strict=True)), *slopes]


def show(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def main() -> None:
    found = list(recorded())
    lexical: list[Row] = []
    by_kind: dict[AgreementKind, list[Row]] = {kind: [] for kind in AgreementKind}
    for true, contents, scored in found:
        for shared in contents:
            inputs = [shared.containment, shared.pair_share, float(min(shared.term_count, MAX_TERM_COUNT))]
            lexical.append((inputs, true is not AgreementKind.COMPLEMENTARY))
        decided = (
            AgreementKind.CONTRADICTORY
            if any(k is AgreementKind.CONTRADICTORY for k, _, _ in scored)
            else None
        )
        for kind, probability, certainty in scored:
            if decided in (None, kind):
                by_kind[kind].append(([logit(probability), logit(certainty)], true is kind))

    print(f"LEXICAL = Lexical({show(fit(lexical))})  # {len(lexical)} pairs of sides")
    for kind, rows in by_kind.items():
        right = sum(is_true for _, is_true in rows) / max(1, len(rows))
        print(f"AgreementKind.{kind.name}: Calibration({show(fit(rows))}),  # {len(rows)}, {right:.3f} right")


if __name__ == "__main__":
    main()
