"""HTTP 200 without a picture: four ways in which a provider says no."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError, InvalidServiceOutputError
from braid.models.generation.answers import read_image_answer

PNG = b"\x89PNG\r\n\x1a\nrest"


def _answer(reason: str | None, *images: bytes, seeds: tuple[int, ...] = (7,)) -> bytes:
    encoded = [base64.b64encode(image).decode() for image in images]
    return json.dumps({"seeds": list(seeds), "finish_reasons": [reason], "images": encoded}).encode()


@pytest.mark.parametrize(
    ("reason", "kind", "sentence"),
    [
        ("Filter reason: prompt", InvalidAssetError, "the provider refused the prompt"),
        ("Filter reason: output image", InvalidAssetError, "made a picture, and held it back"),
        ("Filter reason: input image", InvalidAssetError, "refused a reference or the mask"),
        ("Inference error", InvalidServiceOutputError, "ended with ‹Inference error›"),
    ],
)
def test_a_filtered_answer_has_a_name(reason: str, kind: type[Exception], sentence: str) -> None:
    # The model's own answers: the list of images is there and empty, or isn't there.
    for raw in (_answer(reason), json.dumps({"finish_reasons": [reason]}).encode()):
        with pytest.raises(kind, match=sentence):
            read_image_answer(raw)


def test_a_picture_is_read_with_its_seed() -> None:
    found = read_image_answer(_answer(None, PNG))
    assert (found.picture, found.seed) == (PNG, 7)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        _answer(None),
        _answer(None, b"GIF89a"),
        b'{"finish_reasons": [null], "images": ["%"]}',
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidServiceOutputError):
        read_image_answer(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["images", "finish_reasons", "seeds"]), inner)
        ),
    )
)
def test_no_answer_trips_the_reader(value: object) -> None:
    with pytest.raises((InvalidAssetError, InvalidServiceOutputError)):
        read_image_answer(json.dumps(value).encode())
