"""Photographs are found by sentences about them, through their labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data

from braid.runtime.library import model_registry
from evaluation.search.alike_pictures import alike, chosen_on, pictured, unseen
from local.engines.errors import CannotDeriveError
from local.engines.pictures.bridge import embed_picture
from local.engines.text.embeddings import DIMENSIONS, embed
from local.services.bedrock.label_bridge import LABEL_BRIDGE
from tests.local.drawings import encoded, slide
from tests.local.needed_weights import needs_weights

pytestmark = needs_weights("labels")

BOUND = model_registry().find_joint(LABEL_BRIDGE).alike_cosine or 0.0

# Written before any picture was looked for.
QUERIES = {
    "chelsea": "a cat looking at the camera",
    "coffee": "a cup of coffee on a table",
    "camera": "a man with a camera on a tripod",
    "motorcycle_left": "a motorbike in a garage",
    "rocket": "a rocket on the launch pad",
    "astronaut": "portrait of an astronaut",
}
SHARED_QUERIES = {
    "Pillow/exif_gps_typeerror.jpg": "an old fighter plane",
    "Pillow/exif-72dpi-int.jpg": "snowy mountains",
    "Pillow/flower.jpg": "a flower in the garden",
    "content-localization-on-aws/sample-image.jpg": "a man in a suit with a bow tie",
}


def files() -> dict[str, Path]:
    folder = Path(skimage.data.__file__).parent
    return {name: next(folder.glob(f"{name}.*")) for name in QUERIES}


def first_hits(pictures: dict[str, Path], queries: dict[str, str]) -> int:
    names = list(pictures)
    vectors = np.stack([embed_picture(pictures[name].read_bytes()) for name in names])
    assert vectors.shape == (len(names), DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    asked = embed([queries[name] for name in names])
    return sum(int((vectors @ query).argmax()) == index for index, query in enumerate(asked))


def test_photographs_are_found_by_a_sentence_about_them() -> None:
    assert first_hits(files(), QUERIES) == len(QUERIES)


def test_of_ten_photographs_nine_are_found_first(shared_data: Path) -> None:
    shared = {name: shared_data / "media-image" / name for name in SHARED_QUERIES}
    if not all(path.is_file() for path in shared.values()):
        pytest.skip("no real material: the photographs aren't in the folder")
    assert first_hits(files() | shared, QUERIES | SHARED_QUERIES) >= 9


def test_a_picture_without_any_label_has_no_vector() -> None:
    with pytest.raises(CannotDeriveError, match="has a name"):
        embed_picture(encoded(slide(["A page of text"])))


def test_a_picture_of_mere_guesses_is_indexed_but_searches_for_nothing() -> None:
    guessed = encoded(skimage.data.gravel())
    assert embed_picture(guessed).shape == (DIMENSIONS,)
    with pytest.raises(CannotDeriveError, match="likely enough"):
        embed_picture(guessed, is_query=True)


@pytest.mark.slow
def test_pictures_of_what_is_not_there_are_told_from_those_of_what_is() -> None:
    """Those on which the bound was chosen."""
    found = alike(pictured(chosen_on()), BOUND)
    assert found.subjects >= 15
    assert found.area >= 0.9
    assert found.false == 0


@pytest.mark.slow
def test_so_are_pictures_that_the_bound_never_saw(shared_data: Path) -> None:
    if not (shared_data / "media-image").is_dir():
        pytest.skip("no real material: the photographs aren't in the folder")
    found = alike(pictured(unseen(shared_data)), BOUND)
    assert found.subjects >= 8
    assert found.area >= 0.9
    assert found.false <= 0.05
