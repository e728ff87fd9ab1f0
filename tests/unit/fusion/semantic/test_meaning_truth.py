"""Paraphrases against generated truth: topics that nothing was fitted on, by the local Bedrock's encoder."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass

import pytest

from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.noise import CLEAN, HELD_OUT_NOISE, Noise
from evaluation.fusion_truth.paraphrases import (
    FITTING_WORDINGS,
    HELD_OUT_WORDINGS,
    reworded_bundle,
    reworded_talk,
)
from evaluation.fusion_truth.scoring import Verdict, calibration_error, macro_f1, verdicts
from evaluation.fusion_truth.talks import Talk, bundle, talk
from evaluation.fusion_truth.topics import HELD_OUT
from evaluation.fusion_truth.vectors import vectors_for
from lambdas.fusion.fuse import fuse

pytestmark = pytest.mark.slow

REDUNDANT, COMPLEMENTARY = AgreementKind.REDUNDANT, AgreementKind.COMPLEMENTARY
SEEDS = 25
NOISES = pytest.mark.parametrize("noise", [CLEAN, HELD_OUT_NOISE], ids=["clean", "noisy"])


@dataclass(frozen=True)
class Judged:
    """The same scenes without and with vectors."""

    by_words: tuple[Verdict, ...]
    by_meaning: tuple[Verdict, ...]


def made(form: str, noise: Noise, rng: random.Random) -> list[Talk]:
    if form == "reworded talk":
        return [reworded_talk(HELD_OUT_WORDINGS, noise, rng)]
    if form == "reworded bundle":
        return [reworded_bundle(HELD_OUT_WORDINGS, noise, rng) for _ in range(8)]
    return (
        [talk(HELD_OUT, noise, rng)] if form == "talk" else [bundle(HELD_OUT, noise, rng) for _ in range(12)]
    )


@functools.cache
def judged(form: str, noise: Noise) -> Judged:
    by_words: list[Verdict] = []
    by_meaning: list[Verdict] = []
    for seed in range(SEEDS):
        for scene in made(form, noise, random.Random(f"meaning {form} {seed}")):
            by_words += verdicts(scene, fuse(scene.material, Thresholds(), 1000))
            vectors = vectors_for(scene.material)
            by_meaning += verdicts(scene, fuse(scene.material, Thresholds(), 1000, vectors))
    return Judged(tuple(by_words), tuple(by_meaning))


def share(found: tuple[Verdict, ...], true: AgreementKind, called: AgreementKind) -> float:
    """Of the scenes that truly are ``true``, how many were called so."""
    of_kind = [item for item in found if item.true is true]
    return sum(item.found is called for item in of_kind) / len(of_kind)


def test_no_held_out_wording_was_fitted_on() -> None:
    fitted = {text for topic in FITTING_WORDINGS for pair in topic.statements for text in pair}
    held_out = {text for topic in HELD_OUT_WORDINGS for pair in topic.statements for text in pair}
    assert not fitted & held_out


@pytest.mark.parametrize("form", ["reworded talk", "reworded bundle"])
@NOISES
def test_words_alone_find_no_paraphrase_and_meaning_finds_many(form: str, noise: Noise) -> None:
    found = judged(form, noise)
    assert share(found.by_words, REDUNDANT, REDUNDANT) <= 0.02
    assert share(found.by_meaning, REDUNDANT, REDUNDANT) >= (0.3 if noise is CLEAN else 0.15)
    assert share(found.by_meaning, COMPLEMENTARY, REDUNDANT) <= 0.05


@pytest.mark.parametrize("form", ["reworded talk", "reworded bundle", "talk", "bundle"])
@NOISES
def test_meaning_makes_no_contradiction_and_hides_none(form: str, noise: Noise) -> None:
    found = judged(form, noise)
    contradictory = [item.found is AgreementKind.CONTRADICTORY for item in found.by_words]
    assert [item.found is AgreementKind.CONTRADICTORY for item in found.by_meaning] == contradictory


@pytest.mark.parametrize("form", ["talk", "bundle"])
@NOISES
def test_where_words_tell_meaning_does_no_harm(form: str, noise: Noise) -> None:
    found = judged(form, noise)
    assert macro_f1(found.by_meaning) >= macro_f1(found.by_words) - 0.03
    assert calibration_error(found.by_meaning) <= calibration_error(found.by_words) + 0.01
