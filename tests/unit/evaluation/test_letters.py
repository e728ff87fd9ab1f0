"""The letter data set: 26 drawings that differ, the same by the same seed, and a manifest of them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.letters.__main__ import write
from evaluation.letters.alphabet import LETTERS, Alphabet, LettersMissingError, read_alphabet, read_sign
from evaluation.letters.drawing import PLAIN, Variation, draw, variation_of
from evaluation.letters.two_indexes import checked, compare_indexes, drawn
from tests.local.needed_weights import needs_weights

SIZE = 64


@pytest.fixture(scope="module")
def alphabet() -> Alphabet:
    try:
        return read_alphabet(fetch=False)
    except LettersMissingError as error:
        pytest.skip(str(error))


def pixels(alphabet: Alphabet, letter: str, number: int = 0, seed: int = 0) -> np.ndarray:
    _, symbols = alphabet.signs[letter][0]
    return np.asarray(draw(alphabet, symbols, variation_of(letter, number, seed), size=SIZE), np.float64)


def test_a_sign_is_read_as_the_fonts_have_it() -> None:
    first, second = read_sign("M513x507S19220492x488S2a20c476x472")
    assert (first.x, first.y) == (492, 488)
    # (0x192 - 0x100) * 96 + 2 * 16 + 0 + 1, above the first plane of private use.
    assert ord(first.line) - 0xF0000 == 0x92 * 96 + 33 == ord(first.fill) - 0x100000
    assert ord(second.line) - 0xF0000 == (0x2A2 - 0x100) * 96 + 0 * 16 + 12 + 1
    with pytest.raises(ValueError, match="not a sign"):
        read_sign("M500x500")


def test_variations_are_by_seed_letter_and_number() -> None:
    assert variation_of("a", 0, 7) == PLAIN
    assert variation_of("a", 3, 7) == variation_of("a", 3, 7)
    others = [variation_of("b", 3, 7), variation_of("a", 4, 7), variation_of("a", 3, 8)]
    assert variation_of("a", 3, 7) not in others


def test_all_letters_differ(alphabet: Alphabet) -> None:
    drawn = {letter: pixels(alphabet, letter) for letter in LETTERS}
    assert all(image.min() < 64 for image in drawn.values()), "there is ink"
    for one, other in itertools.combinations(LETTERS, 2):
        assert np.abs(drawn[one] - drawn[other]).mean() > 2, (one, other)


def test_the_same_seed_draws_the_same(alphabet: Alphabet) -> None:
    assert np.array_equal(pixels(alphabet, "k", 5, seed=1), pixels(alphabet, "k", 5, seed=1))
    assert not np.array_equal(pixels(alphabet, "k", 5, seed=1), pixels(alphabet, "k", 5, seed=2))


def test_a_letter_stays_in_its_picture(alphabet: Alphabet) -> None:
    for letter, number in itertools.product("bjz", range(1, 20)):
        image = pixels(alphabet, letter, number)
        paper = variation_of(letter, number, 0).paper
        edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        assert np.abs(edge - paper).mean() < 12


def test_the_manifest_says_what_each_picture_is(alphabet: Alphabet, tmp_path: Path) -> None:
    assert write(tmp_path, per_letter=5, size=SIZE, seed=3) == 26 * 5
    lines = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert {line["label"] for line in lines} == set(LETTERS)
    assert [line["split"] for line in lines[:5]] == ["train"] * 4 + ["test"]
    with Image.open(tmp_path / lines[1]["image"]) as image:
        assert (image.size, image.mode) == ((SIZE, SIZE), "L")
        _, symbols = alphabet.signs["a"][0]
        again = draw(alphabet, symbols, variation_of("a", 1, 3), size=SIZE)
        assert image.tobytes() == again.tobytes()
    assert "SIL Open" in (tmp_path / "LICENCE.txt").read_text("utf-8")


@pytest.mark.slow
def test_a_thousand_pairs_pass_the_validator(alphabet: Alphabet) -> None:
    drawings = drawn(alphabet, per_letter=50, seed=0)
    assert sum(not each.is_held_out for each in drawings) == 1_040
    assert checked(drawings).problems == ()
    assert len({each.png for each in drawings}) == len(drawings)


def test_strokes_differ_and_nothing_is_mirrored(alphabet: Alphabet) -> None:
    _, symbols = alphabet.signs["f"][0]
    thin, thick = (
        np.asarray(draw(alphabet, symbols, Variation(stroke=stroke), size=SIZE), np.float64)
        for stroke in (0.0, 0.04)
    )
    assert thick.mean() < thin.mean(), "there is more ink"
    for number in range(1, 12):
        variation = variation_of("f", number, 0)
        assert variation.scale > 0
        assert abs(variation.rotation_degrees) <= 12
        varied = draw(alphabet, symbols, Variation(variation.rotation_degrees, variation.scale), size=SIZE)
        one = np.asarray(varied, np.float64)
        assert np.abs(one - thin).mean() < np.abs(one - thin[:, ::-1]).mean()


@pytest.mark.slow
@needs_weights("labels")
def test_tuned_letters_are_found_where_the_base_finds_hardly_any(alphabet: Alphabet) -> None:
    table = compare_indexes(drawn(alphabet, per_letter=10, seed=0))
    base, tuned = table.right
    assert len(table.rows) == 26
    assert base <= 5
    assert tuned >= 20
