"""How well fusion finds what modalities agree on, on generated timelines whose truth is known."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.benchmark import Benchmark
from benchmarks.pages import RELIABILITY
from benchmarks.rows import Row, at_least, at_most
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.noise import CLEAN, HELD_OUT_NOISE, Noise
from evaluation.fusion_truth.scoring import Verdict, calibration_error, macro_f1, verdicts
from evaluation.fusion_truth.talks import bundle, talk
from evaluation.fusion_truth.topics import HELD_OUT
from lambdas.fusion.fuse import fuse

__all__ = ["AGREEMENT"]

_SCENES = 40
_FORMS = {"talk": "slides against speech", "bundle": "picture against description"}
_NOISES = {"clean": CLEAN, "noisy": HELD_OUT_NOISE}
# The least macro-F1, and the least share of contradictions found and of those found that are true.
_LEAST_F1 = {"talk clean": 0.95, "bundle clean": 0.95, "talk noisy": 0.8, "bundle noisy": 0.9}
_LEAST_FOUND = {"talk noisy": 0.65, "bundle noisy": 0.9}
_LEAST_TRUE = {"talk noisy": 0.85, "bundle noisy": 0.85}
_MAX_CALIBRATION_ERROR = 0.05


def _judged(form: str, noise: Noise) -> list[Verdict]:
    """What fusion found in talks with slides (``talk``), or in pictures with a description (``bundle``)."""
    found = []
    for seed in range(_SCENES):
        rng = random.Random(f"truth {form} {seed}")
        if form == "talk":
            scenes = [talk(HELD_OUT, noise, rng)]
        else:
            scenes = [bundle(HELD_OUT, noise, rng) for _ in range(12)]
        for made in scenes:
            found.extend(verdicts(made, fuse(made.material, Thresholds(), 1000)))
    return found


def _measure() -> list[Row]:
    return [row for form in _FORMS for noise in _NOISES for row in _rows(form, noise)]


def _rows(form: str, noise: str) -> Iterator[Row]:
    name, key = f"{_FORMS[form]}, {noise}", f"{form} {noise}"
    found = _judged(form, _NOISES[noise])
    contradictory = AgreementKind.CONTRADICTORY
    right = sum(item.true is contradictory and item.found is contradictory for item in found)
    there = sum(item.true is contradictory for item in found)
    called = sum(item.found is contradictory for item in found)
    yield Row(name, "scenes", len(found))
    yield Row(name, "macro-F1", macro_f1(found), bound=at_least(_LEAST_F1[key]))
    yield _share(name, "contradictions found", right / there, _LEAST_FOUND.get(key))
    yield _share(name, "and true", right / called, _LEAST_TRUE.get(key))
    error = calibration_error(found)
    yield Row(name, "calibration error", error, bound=at_most(_MAX_CALIBRATION_ERROR))


def _share(name: str, measure: str, value: float, least: float | None) -> Row:
    return Row(name, measure, value, bound=None if least is None else at_least(least))


AGREEMENT = Benchmark(
    name="agreement",
    page=RELIABILITY,
    title="Agreement between modalities",
    about=(
        "Redundant, complementary or contradictory, on generated timelines with topics and kinds of noise"
        " that no constant was fitted on; [fusion.md](fusion.md) says how. Noisy: about one word in five"
        " misheard, dropped, split or invented, 2 % of letters misread, 4 % of spaces lost."
    ),
    subject="Compared",
    measure=_measure,
)
