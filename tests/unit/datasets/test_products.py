"""Products that are made up: all different, the same again for a seed, in words that say what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.datasets.products import MOST_PRODUCTS, drawn, question, worded
from braid.domain.errors import InvalidInputError
from braid.domain.generation.linter import lint, split_negatives
from braid.domain.generation.tasks import Task


def test_all_titles_differ_and_every_combination_comes_once() -> None:
    products = drawn(MOST_PRODUCTS, 3)
    assert len({each.title.lower() for each in products}) == MOST_PRODUCTS
    assert len({(each.kind, each.material, each.colour) for each in products}) == MOST_PRODUCTS


@given(st.integers(1, MOST_PRODUCTS), st.integers(1, MOST_PRODUCTS), st.integers(0, 10**9))
def test_more_of_a_seed_begin_with_fewer(one: int, other: int, seed: int) -> None:
    fewer, more = sorted((one, other))
    assert drawn(more, seed)[:fewer] == drawn(fewer, seed)


def test_seeds_draw_others() -> None:
    assert drawn(20, 0) != drawn(20, 1)


@pytest.mark.parametrize("count", [0, -1, MOST_PRODUCTS + 1])
def test_there_are_only_so_many(count: int) -> None:
    with pytest.raises(InvalidInputError, match=f"1 to {MOST_PRODUCTS}"):
        drawn(count, 0)


def test_a_prompt_has_type_content_and_style_and_denies_nothing() -> None:
    for product in drawn(MOST_PRODUCTS, 0):
        assert lint(product.prompt, Task.TEXT_TO_IMAGE, max_characters=10_000) == ()
        assert split_negatives(product.prompt) == (product.prompt, ())


(BOWL,) = (each for each in drawn(MOST_PRODUCTS, 0) if each.title == "Teal bowl of olive wood")
GOOD = "A teal bowl, turned from olive wood."


def test_a_models_words_are_taken_where_they_say_what_it_is() -> None:
    made = worded(BOWL, " Teal  Breakfast Bowl ", GOOD, ())
    assert (made.title, made.description, made.is_written_by_model) == ("Teal Breakfast Bowl", GOOD, True)
    assert made.prompt.startswith("A photograph of one product on ")
    assert "turned from olive wood" in made.prompt
    assert question(BOWL) == "Product: bowl\nMaterial: olive wood\nColour: teal"


def test_a_title_that_another_has_is_left() -> None:
    made = worded(BOWL, "Breakfast Bowl", GOOD, {"breakfast bowl"})
    assert (made.title, made.description) == (BOWL.title, GOOD)
    assert worded(BOWL, "t" * 81, GOOD, ()).title == BOWL.title


@pytest.mark.parametrize(
    "description",
    [
        *("A green bowl.", "A teal vase.", "", None, 7, "A teal bowl. " * 40),
        *("A teal bowl for $30.", "A teal bowl, 20 cm wide."),
    ],
)
def test_words_that_dont_say_it_are_left(description: object) -> None:
    assert worded(BOWL, "A title", description, ()) == BOWL
