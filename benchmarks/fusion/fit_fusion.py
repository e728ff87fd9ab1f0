"""Fits the constants of lambdas/fusion/compare/calibration.py on generated timelines, beside those in use.

Only the topics and the noise of ``FITTING`` are seen here; tests judge on others.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from unittest.mock import patch

from benchmarks.benchmark import Benchmark
from benchmarks.pages import RELIABILITY
from benchmarks.rows import Row
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.noise import CLEAN, FITTING_NOISE
from evaluation.fusion_truth.paraphrases import FITTING_WORDINGS, reworded_bundle, reworded_talk
from evaluation.fusion_truth.scoring import agreements_of, verdict_of
from evaluation.fusion_truth.talks import Scene, Talk, bundle, talk
from evaluation.fusion_truth.topics import FITTING
from evaluation.fusion_truth.vectors import vectors_for
from lambdas.fusion.compare import agreement as relations
from lambdas.fusion.compare.calibration import (
    CALIBRATIONS,
    LEXICAL,
    MAX_TERM_COUNT,
    MEANT,
    Calibration,
    Lexical,
    Meant,
    Shared,
    redundancy_probability,
)
from lambdas.fusion.fuse import fuse

SEEDS = range(150)
MEANT_SEEDS = range(100)
# Of sides that share few words, most say different things: a paraphrase is expected in one of five.
MEANT_SHARE = 0.2
# A little ridge keeps weights finite where the classes separate.
RIDGE = 0.02
Example = tuple[list[float], bool]


@dataclass(frozen=True)
class Scored:
    """A relation that fusion found: its kind, and the probability and certainty behind its strength."""

    kind: AgreementKind
    probability: float
    certainty: float


def made() -> Iterator[Talk]:
    """Talks and bundles, clean and noisy, as tests judge them."""
    for seed in SEEDS:
        for noise in (CLEAN, FITTING_NOISE):
            rng = random.Random(f"fit {seed}")
            yield talk(FITTING, noise, rng)
            for _ in range(6):
                yield bundle(FITTING, noise, rng)


def recorded(scene: Talk) -> tuple[list[Shared], list[tuple[Scene, list[Scored]]]]:
    """What the sides of each comparison shared, and for each scene the relations that were found there."""
    contents: list[Shared] = []
    scored: list[Scored] = []

    def probability(shared: Shared) -> float:
        contents.append(shared)
        return redundancy_probability(shared)

    def numbered(kind: AgreementKind, found: float, certainty: float) -> float:
        """The relation's number in place of its strength, to find it again in the timeline."""
        scored.append(Scored(kind, found, certainty))
        return float(len(scored) - 1)

    with (
        patch.object(relations, "redundancy_probability", probability),
        patch.object(relations, "strength_of", numbered),
    ):
        timeline = fuse(scene.material, Thresholds(), 1000)
    found = [
        (it, [scored[int(agreement.strength)] for agreement in agreements_of(it, timeline)])
        for it in scene.scenes
    ]
    return contents, found


def lexical_rows() -> Iterator[Example]:
    """Single scenes: what their sides share, and whether they say the same at all."""
    for seed in SEEDS:
        for noise in (CLEAN, FITTING_NOISE):
            rng = random.Random(f"fit {seed}")
            for scene in (
                talk([FITTING[seed % len(FITTING)]], noise, rng, scene_count=1),
                bundle(FITTING, noise, rng),
            ):
                for shared in recorded(scene)[0]:
                    count = float(min(shared.term_count, MAX_TERM_COUNT))
                    is_same = scene.scenes[0].kind is not AgreementKind.COMPLEMENTARY
                    yield [shared.containment, shared.pair_share, count], is_same


def meant_rows() -> Iterator[Example]:
    """Single scenes whose words don't say that they repeat each other: how alike their meanings are."""
    for seed in MEANT_SEEDS:
        for noise in (CLEAN, FITTING_NOISE):
            rng = random.Random(f"fit meaning {seed}")
            for scene in (
                talk([FITTING[seed % len(FITTING)]], noise, rng, scene_count=1),
                bundle(FITTING, noise, rng),
                reworded_talk(FITTING_WORDINGS, noise, rng, scene_count=1),
                reworded_bundle(FITTING_WORDINGS, noise, rng),
            ):
                is_same = scene.scenes[0].kind is not AgreementKind.COMPLEMENTARY
                yield from (([similarity], is_same) for similarity in compared_by_meaning(scene))


def compared_by_meaning(scene: Talk) -> list[float]:
    """The similarities of what fusion held against each other by meaning."""
    found: list[float] = []

    def probability(similarity: float) -> float:
        found.append(similarity)
        return 0.0

    with patch.object(relations, "meant_probability", probability):
        fuse(scene.material, Thresholds(), 1000, vectors_for(scene.material))
    return found


def logit(probability: float) -> float:
    inside = min(0.999, max(0.001, probability))
    return math.log(inside / (1 - inside))


def fit(
    examples: Sequence[Example], steps: int = 4000, rate: float = 0.5, true_share: float | None = None
) -> list[float]:
    """Logistic regression by gradient descent on standardised inputs; the intercept comes first.

    With ``true_share`` examples weigh as if that share of them were true.
    """
    share = sum(is_true for _, is_true in examples) / len(examples)
    weight_of = {
        True: 1.0 if true_share is None else true_share / share,
        False: 1.0 if true_share is None else (1 - true_share) / (1 - share),
    }
    count = len(examples[0][0])
    means = [sum(row[0][at] for row in examples) / len(examples) for at in range(count)]
    scales = [
        math.sqrt(sum((row[0][at] - means[at]) ** 2 for row in examples) / len(examples)) or 1.0
        for at in range(count)
    ]
    scaled = [([(row[0][at] - means[at]) / scales[at] for at in range(count)], row[1]) for row in examples]
    weights = [0.0] * (count + 1)
    for _ in range(steps // 10):
        gradient = [RIDGE * weight for weight in weights]
        gradient[0] = 0.0
        for values, is_true in scaled:
            score = weights[0] + sum(
                weight * value for weight, value in zip(weights[1:], values, strict=True)
            )
            error = weight_of[is_true] * (1 / (1 + math.exp(-max(-30, min(30, score)))) - is_true)
            gradient[0] += error / len(examples)
            for at, value in enumerate(values):
                gradient[at + 1] += error * value / len(examples)
        weights = [weight - rate * 4 * step for weight, step in zip(weights, gradient, strict=True)]
    slopes = [weight / scale for weight, scale in zip(weights[1:], scales, strict=True)]
    return [weights[0] - sum(slope * mean for slope, mean in zip(slopes, means, strict=True)), *slopes]


def fitted_calibrations() -> Iterator[tuple[AgreementKind, list[float]]]:
    """The constants of each kind's strength."""
    by_kind: dict[AgreementKind, list[Example]] = {kind: [] for kind in AgreementKind}
    for scene, scored in (pair for it in made() for pair in recorded(it)[1]):
        decided = verdict_of({relation.kind for relation in scored})
        for relation in scored:
            if relation.kind is decided:
                inputs = [logit(relation.probability), logit(relation.certainty)]
                by_kind[decided].append((inputs, scene.kind is decided))
    for kind, examples in by_kind.items():
        yield kind, fit(examples)


def _measure() -> list[Row]:
    rows = [*_compared("LEXICAL", LEXICAL, fit(list(lexical_rows())))]
    rows += _compared("MEANT", MEANT, fit(list(meant_rows()), true_share=MEANT_SHARE))
    for kind, constants in fitted_calibrations():
        rows += _compared(kind.name, CALIBRATIONS[kind], constants)
    return rows


def _compared(name: str, in_use: Lexical | Meant | Calibration, constants: Sequence[float]) -> Iterator[Row]:
    used = zip(fields(in_use), astuple(in_use), constants, strict=True)
    for member, value, found in used:
        yield Row(f"`{name}`, `{member.name}`", "in use", value)
        yield Row(f"`{name}`, `{member.name}`", "fitted now", round(found, 2))


CALIBRATION = Benchmark(
    name="calibration",
    page=RELIABILITY,
    title="Constants of fusion's strengths",
    about=(
        "The constants in `lambdas/fusion/compare/calibration.py` beside those that a fit on generated"
        " timelines gives with the code as it is. They part when fusion changes; how much that matters is the"
        " calibration error under [Agreement between modalities](#agreement-between-modalities)."
    ),
    subject="Constant",
    measure=_measure,
)
