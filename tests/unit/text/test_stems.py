"""Inflected forms are one word, for fusion and questions (terms) as for the check of claims (stems)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.text.stems import content_stems, content_terms, stem, term_of

PAIRS = """
    movies/movie cookies/cookie zombies/zombie ties/tie lenses/lens gases/gas buses/bus irises/iris boxes/box
    horses/horse houses/house sizes/size noses/nose uses/use cases/case dishes/dish watches/watch cities/city
    batteries/battery shoes/shoe heroes/hero knives/knife shelves/shelf leaves/leaf canvases/canvas
    quizzes/quiz caches/cache children/child women/woman feet/foot mice/mouse indices/index baked/bake
    stopped/stop running/run fixing/fix kettle's/kettle
"""
APART = "car/care plan/plane pin/pine star/stare"


@pytest.mark.parametrize("pair", PAIRS.split())
def test_inflected_forms_are_one_word_everywhere(pair: str) -> None:
    one, other = pair.split("/")

    assert term_of(one) == term_of(other)
    assert stem(one, "en") == stem(other, "en")
    assert content_terms(f"The {one}.") == content_terms(f"A {other}!")
    assert content_stems(f"The {one}.", "en") == content_stems(f"A {other}!", "en")


@pytest.mark.parametrize("pair", APART.split())
def test_words_that_only_look_alike_stay_apart(pair: str) -> None:
    one, other = pair.split("/")

    assert term_of(one) != term_of(other)


def test_function_words_and_single_letters_are_no_terms() -> None:
    assert [term_of(word) for word in ("the", "x", "isn't", "がある"[:1])] == [None, None, None, "が"]


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzéüñßがक", min_size=1, max_size=12),
    st.sampled_from([None, "en", "de", "fr", "ja"]),
)
def test_a_word_has_one_term_or_none(word: str, language: str | None) -> None:
    term = term_of(word, language)

    assert term is None or term
    assert term == term_of(word, language)


def test_several_threads_stem_at_once() -> None:
    """Word lengths differ, so that a stemmer shared without care reads beyond the end of another's word."""
    words = [
        f"{head}{tail}" for head in ("org", "nation", "rel", "condit") for tail in ("isations", "ally", "s")
    ]
    expected = [stem(word, "en") for word in words]
    for _ in range(30):
        stem.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda word: stem(word, "en"), words)) == expected
