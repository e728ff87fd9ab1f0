"""Agreement against generated truth: topics and kinds of noise that no threshold was fitted on."""

from __future__ import annotations

import functools
import random

import pytest

from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.fuse import fuse
from tests.fusion_truth.noise import CLEAN, HELD_OUT_NOISE, Noise
from tests.fusion_truth.scoring import EvidenceVerdict, calibration_error, macro_f1, verdicts
from tests.fusion_truth.talks import bundle, talk
from tests.fusion_truth.topics import HELD_OUT

SCENES = 40
CONTRADICTORY = AgreementKind.CONTRADICTORY


@functools.cache
def judged(form: str, noise: Noise) -> list[EvidenceVerdict]:
    """Talks with slides, or bundles of a picture and its description."""
    found = []
    for seed in range(SCENES):
        rng = random.Random(f"truth {form} {seed}")
        if form == "talk":
            scenes = [talk(HELD_OUT, noise, rng)]
        else:
            scenes = [bundle(HELD_OUT, noise, rng) for _ in range(12)]
        for made in scenes:
            found.extend(verdicts(made, fuse(made.material, Thresholds(), 1000)))
    return found


@pytest.mark.parametrize("form", ["talk", "bundle"])
def test_clean_agreements_are_recognised(form: str) -> None:
    assert macro_f1(judged(form, CLEAN)) >= 0.95


@pytest.mark.parametrize(("form", "at_least"), [("talk", 0.8), ("bundle", 0.9)])
def test_noisy_agreements_are_recognised(form: str, at_least: float) -> None:
    assert macro_f1(judged(form, HELD_OUT_NOISE)) >= at_least


@pytest.mark.parametrize(("form", "at_least"), [("talk", 0.65), ("bundle", 0.9)])
def test_contradictions_are_found_in_noise_and_seldom_made_up(form: str, at_least: float) -> None:
    found = judged(form, HELD_OUT_NOISE)
    right = sum(item.true is CONTRADICTORY and item.found is CONTRADICTORY for item in found)
    assert right >= at_least * sum(item.true is CONTRADICTORY for item in found)
    assert right >= 0.85 * sum(item.found is CONTRADICTORY for item in found)


@pytest.mark.parametrize("form", ["talk", "bundle"])
@pytest.mark.parametrize("noise", [CLEAN, HELD_OUT_NOISE], ids=["clean", "noisy"])
def test_strengths_mean_what_they_say(form: str, noise: Noise) -> None:
    assert calibration_error(judged(form, noise)) <= 0.05
