"""Inflected forms are one word, for fusion and questions (terms) as for the check of claims (stems)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.text.stems import content_stems, stem, term_of, words
from braid.text.words import words_of

PAIRS = """
    movies/movie cookies/cookie zombies/zombie ties/tie lenses/lens gases/gas buses/bus irises/iris boxes/box
    horses/horse houses/house sizes/size noses/nose uses/use cases/case dishes/dish watches/watch cities/city
    batteries/battery shoes/shoe heroes/hero knives/knife shelves/shelf leaves/leaf canvases/canvas
    quizzes/quiz caches/cache children/child women/woman feet/foot mice/mouse indices/index baked/bake
    stopped/stop running/run fixing/fix kettle's/kettle bases/base bases/basis axes/axis axes/axe
"""
# None of them is listed: Snowball and the rules beside it have to part the endings.
UNLISTED = """
    menus/menu gurus/guru bureaus/bureau statuses/status viruses/virus campuses/campus bonuses/bonus
    surpluses/surplus censuses/census hypotheses/hypothesis diagnoses/diagnosis analyses/analysis
    crises/crisis theses/thesis oases/oasis syntheses/synthesis parentheses/parenthesis emphases/emphasis
    ellipses/ellipsis cafés/café fiancés/fiancé taxis/taxi skis/ski photos/photo potatoes/potato
    radios/radio toes/toe pies/pie spies/spy skies/sky keys/key monkeys/monkey glasses/glass
    addresses/address businesses/business waltzes/waltz roofs/roof chiefs/chief giraffes/giraffe
    bridges/bridge prices/price surfaces/surface roses/rose databases/database vases/vase leases/lease
    diseases/disease nurses/nurse bottles/bottle branches/branch stomachs/stomach months/month
    brushes/brush taxes/tax suffixes/suffix kangaroos/kangaroo studios/studio licenses/license
    expenses/expense promises/promise cheeses/cheese gloves/glove sleeves/sleeve waves/wave
"""
APART = "car/care plan/plane pin/pine star/stare tax/taxi menu/men"


@pytest.mark.parametrize("pair", (PAIRS + UNLISTED).split())
def test_inflected_forms_are_one_word_everywhere(pair: str) -> None:
    one, other = pair.split("/")

    assert term_of(one) == term_of(other)
    assert stem(one, "en") == stem(other, "en")
    assert content_stems(f"The {one}.", "en") == content_stems(f"A {other}!", "en")


@pytest.mark.parametrize("pair", APART.split())
def test_words_that_only_look_alike_stay_apart(pair: str) -> None:
    one, other = pair.split("/")

    assert term_of(one) != term_of(other)


def test_function_words_and_single_letters_are_no_terms() -> None:
    assert [term_of(word) for word in ("the", "x", "isn't", "", "が")] == [None] * 5
    assert term_of("猫が") == "猫が"


@pytest.mark.parametrize("word", ["pour", "par", "plus", "die", "den", "con", "sur"])
def test_function_words_of_other_languages_are_english_words(word: str) -> None:
    assert term_of(word) == stem(word, "en")


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzéüñßがक", min_size=1, max_size=12),
    st.sampled_from([None, "en", "de", "fr", "ja"]),
)
def test_a_word_has_one_term_or_none(word: str, language: str | None) -> None:
    term = term_of(word, language)

    assert term is None or term
    assert term == term_of(word, language)


@pytest.mark.parametrize("text", ["m\u0304n 1,200", "Straße l’eau", "हिन्दी का", "مُحَمَّد"])
def test_fusion_and_claims_read_the_same_words(text: str) -> None:
    assert words_of(text) == tuple(word.text for word in words(text))


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
