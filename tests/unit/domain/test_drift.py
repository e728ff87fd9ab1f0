"""Drift of quality: an injected shift of each measure is found, and chance alone never is."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from braid.domain.drift import FEWEST_ASSETS, Observed, baseline_of, drifted
from braid.domain.wire import decode, encode

USUAL: Mapping[str, float] = {"confidence": 0.78, "blocked": 0.04, "failed_checks": 0.12, "escalated": 0.15}
LANGUAGES = {"en": 0.6, "de": 0.25, "fr": 0.1, "it": 0.03, "pl": 0.02}


def assets(
    seed: int, count: int = 150, languages: Mapping[str, float] = LANGUAGES, **changes: float
) -> list[Observed]:
    """Assets drawn at random around what is usual, but for ``changes``."""
    chance, usual = random.Random(seed), {**USUAL, **changes}
    names, weights = list(languages), list(languages.values())
    return [
        Observed(
            confidence=None
            if chance.random() < 0.05
            else min(1.0, max(0.0, chance.gauss(usual["confidence"], 0.12))),
            blocked=chance.random() < usual["blocked"],
            failed_checks=chance.random() < usual["failed_checks"],
            escalated=chance.random() < usual["escalated"],
            language=chance.choices(names, weights)[0],
        )
        for _ in range(count)
    ]


def measures(before: Sequence[Observed], now: Sequence[Observed]) -> list[str]:
    return [drift.measure for drift in drifted(baseline_of(before, taken_at="2026-11-01T00:00:00Z"), now)]


@pytest.mark.parametrize("seed", range(20))
def test_chance_alone_raises_nothing(seed: int) -> None:
    assert measures(assets(seed), assets(seed + 1000)) == []


@pytest.mark.parametrize(
    ("measure", "shifted"),
    [
        ("confidence", 0.68),
        ("confidence", 0.9),
        ("blocked", 0.3),
        ("failed_checks", 0.4),
        ("escalated", 0.45),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_shift_raises_its_measure_alone(measure: str, shifted: float, seed: int) -> None:
    assert measures(assets(seed), assets(seed + 500, **{measure: shifted})) == [measure]


@pytest.mark.parametrize("seed", range(3))
def test_another_mix_of_languages_is_found(seed: int) -> None:
    other = {"en": 0.3, "de": 0.25, "pl": 0.45}
    assert measures(assets(seed), assets(seed + 500, languages=other)) == ["languages"]


def test_of_too_few_nothing_is_said() -> None:
    few = assets(1, count=FEWEST_ASSETS - 1, confidence=0.2)
    assert measures(assets(1), few) == []
    assert measures(few, assets(1)) == []
    assert measures([], []) == []


def test_a_measure_without_any_spread_can_move() -> None:
    before = [Observed(0.8, False, False, False, "en")] * 60
    after = [Observed(0.6, True, False, False, "de")] * 60
    assert measures(before, before) == []
    assert measures(before, after) == ["confidence", "blocked", "languages"]


def test_assets_without_confidence_or_words_compare_the_rest() -> None:
    silent = [Observed(None, False, True, False, None)] * 60
    assert measures(assets(1), silent) == ["failed_checks"]


def test_a_baseline_is_stored_and_read_back() -> None:
    baseline = baseline_of(assets(1), taken_at="2026-11-01T00:00:00Z")
    assert decode(type(baseline), encode(baseline)) == baseline
