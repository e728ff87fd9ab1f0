"""What fusion finds by indexes and bounds is what holding everything against everything finds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from benchmarks.fusion.list_scale import LISTS, two_lists
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.every_pair import Told, compare_every_pair, told_by
from evaluation.fusion_truth.noise import HELD_OUT_NOISE
from evaluation.fusion_truth.talks import Talk, bundle, talk
from evaluation.fusion_truth.topics import HELD_OUT
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.fusion.prepare import prepare
from tests.unit.fusion.any_material import materials

THRESHOLDS = Thresholds()


def expected(material: FusionInput) -> Counter[Told]:
    return compare_every_pair(prepare(material, THRESHOLDS), THRESHOLDS)


def found(material: FusionInput) -> Counter[Told]:
    return told_by(fuse(material, THRESHOLDS, 1_000))


@given(material=materials())
@settings(max_examples=200)
def test_any_material_agrees_as_every_pair_of_it_does(material: FusionInput) -> None:
    assert found(material) == expected(material)


@pytest.mark.parametrize("make", [talk, bundle])
@pytest.mark.parametrize("seed", range(8))
def test_noisy_material_agrees_as_every_pair_of_it_does(make: Callable[..., Talk], seed: int) -> None:
    material = make(HELD_OUT, HELD_OUT_NOISE, random.Random(seed)).material

    assert found(material) == expected(material)


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTS)
def test_lists_agree_as_every_pair_of_their_rows_does(kind: str) -> None:
    material = two_lists(kind, 500)  # so many that a price is the number of another row

    assert found(material) == expected(material)
    assert any(told.kind is AgreementKind.CONTRADICTORY for told in found(material))
