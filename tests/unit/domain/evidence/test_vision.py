"""Which pictures stay blurred until somebody asks for them."""

from __future__ import annotations

import pytest

from braid.domain.claim_check import Claim
from braid.domain.evidence.vision import KeyframeAnalysis, ModerationCategory, is_disturbing
from braid.domain.span import Span

_IMAGE = Claim("s3://results/k0001.jpg", "image/jpeg", 10, "0" * 64)


def _seen(*moderation: ModerationCategory) -> KeyframeAnalysis:
    return KeyframeAnalysis("k0001", _IMAGE, Span(0, 1000), at_ms=0, moderation=moderation)


@pytest.mark.parametrize(
    "path",
    [
        "Explicit",
        "Explicit / Explicit Nudity / Exposed Female Nipple",
        "Explicit / Sex Toys",
        "Violence / Graphic Violence",
        "Violence / Graphic Violence / Blood & Gore",
        "Visually Disturbing",
        "Visually Disturbing / Death and Emaciation / Corpses",
        "Visually Disturbing / Crashes / Air Crash",
        # Up to model version 6.1
        "Explicit Nudity / Illustrated Explicit Nudity",
        "Violence / Graphic Violence Or Gore",
        "Violence / Self Injury",
        "Visually Disturbing / Hanging",
    ],
)
def test_what_shocks_is_blurred(path: str) -> None:
    *parents, name = path.split(" / ")
    assert is_disturbing(_seen(ModerationCategory(name, 0.5, tuple(parents))))


@pytest.mark.parametrize(
    "path",
    [
        "Violence",
        "Violence / Weapons",
        "Swimwear or Underwear / Female Swimwear or Underwear",
        "Non-Explicit Nudity of Intimate parts and Kissing / Non-Explicit Kissing",
        "Drugs & Tobacco / Products / Pills",
        "Alcohol / Alcohol Use / Drinking",
        "Rude Gestures / Middle Finger",
        "Gambling",
    ],
)
def test_what_may_be_unwanted_but_shocks_nobody_is_shown(path: str) -> None:
    *parents, name = path.split(" / ")
    assert not is_disturbing(_seen(ModerationCategory(name, 1.0, tuple(parents))))


def test_one_category_is_enough_and_a_guess_is_not() -> None:
    weapons = ModerationCategory("Weapons", 0.99, ("Violence",))
    gore = ModerationCategory("Blood & Gore", 0.7, ("Violence", "Graphic Violence"))
    guess = ModerationCategory("Corpses", 0.49, ("Visually Disturbing",))
    assert is_disturbing(_seen(weapons, gore))
    assert not is_disturbing(_seen(weapons, guess))
    assert not is_disturbing(_seen())
