"""What the judge of explicit pictures says of harmless ones. How much it misses can't be measured here."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from local.engines.pictures.explicit import explicit_probability
from tests.local.drawings import SAMPLES, encoded, portrait, slide
from tests.local.needed_weights import needs_weights

pytestmark = needs_weights("explicit")

SKIN_TONES = [(255, 224, 196), (222, 171, 127), (198, 134, 66), (141, 85, 36), (92, 58, 33), (60, 38, 25)]


@pytest.mark.parametrize("name", ["chelsea", "coffee", "camera", "rocket", "astronaut", "grass", "coins"])
def test_harmless_photographs_are_harmless(name: str) -> None:
    picture = np.ascontiguousarray(getattr(skimage.data, name)())
    assert explicit_probability(encoded(picture)) <= 0.1


def test_faces_and_slides_are_harmless() -> None:
    assert explicit_probability(encoded(portrait())) <= 0.1
    assert explicit_probability((SAMPLES / "portrait.jpg").read_bytes()) <= 0.1
    assert explicit_probability(encoded(slide(["Explicit instructions"]))) <= 0.1


@pytest.mark.parametrize("tone", SKIN_TONES)
def test_the_colour_of_skin_alone_is_not_explicit(tone: tuple[int, int, int]) -> None:
    """A patch without any texture is furthest from what the network knows: 0.3 at most, with grain 0.04."""
    grain = np.random.default_rng(7).normal(0, 6, (400, 400, 3))
    textured = np.clip(grain + np.array(tone), 0, 255).astype(np.uint8)
    assert explicit_probability(encoded(textured)) <= 0.1
    assert explicit_probability(encoded(np.full((400, 400, 3), tone, np.uint8))) <= 0.35
