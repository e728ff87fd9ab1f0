"""Fusion against generated truth: topics and kinds of noise that no threshold was fitted on."""

from __future__ import annotations

import random

import pytest

from lambdas.fusion.fuse import fuse
from lambdas.fusion.thresholds import Thresholds
from tests.fusion_truth.noise import CLEAN, HELD_OUT_NOISE, Noise
from tests.fusion_truth.scoring import Verdict, calibration_error, macro_f1, verdicts
from tests.fusion_truth.talks import bundle, talk
from tests.fusion_truth.topics import HELD_OUT

SCENES = 30


def judged(noise: Noise) -> list[Verdict]:
    found = []
    for seed in range(SCENES):
        rng = random.Random(f"truth {seed}")
        for made in (talk(HELD_OUT, noise, rng), *(bundle(HELD_OUT, noise, rng) for _ in range(6))):
            found.extend(verdicts(made, fuse(made.material, Thresholds(), 1000)))
    return found


@pytest.fixture(scope="module")
def clean() -> list[Verdict]:
    return judged(CLEAN)


@pytest.fixture(scope="module")
def noisy() -> list[Verdict]:
    return judged(HELD_OUT_NOISE)


def test_clean_agreements_are_recognised(clean: list[Verdict]) -> None:
    assert macro_f1(clean) >= 0.95


def test_noisy_agreements_are_recognised(noisy: list[Verdict]) -> None:
    assert macro_f1(noisy) >= 0.75


def test_strengths_mean_what_they_say(clean: list[Verdict], noisy: list[Verdict]) -> None:
    assert calibration_error(clean + noisy) <= 0.05
