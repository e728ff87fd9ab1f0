"""What is said of embedding models: exact where the answer is known, and a picture that opens alone."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pytest
from PIL import Image

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.search.space import Space
from braid.retrieval.embedders import PictureEmbedder, TextEmbedder
from evaluation.search.contrastive import Pairs, learn, loss_and_gradient, made_pairs, recall_at_1
from evaluation.search.diagnosis import gap, level_recalls, ranking, search, shelf, similarities
from evaluation.search.heatmap import png_heatmap, svg_heatmap
from evaluation.search.products import Level, products, query_sets
from evaluation.search.providers import Provider
from evaluation.search.vector_sizes import by_dimensions

ROOT_HALF = 0.7071067811865476
SPACE = Space("pictures", "stub", 6)


def rows(*values: tuple[float, ...]) -> Any:
    return np.array(values, np.float32)


class Words:
    """A joint model's stand-in: a direction for each of a few words; pictures are told by their bytes."""

    method = "model"

    def __init__(self, words: tuple[str, ...], pictures: dict[bytes, str]) -> None:
        self._words, self._pictures = words, pictures

    def query(self, text: str, _meter: Any) -> tuple[float, ...]:
        found = [1.0 if word in text.lower() else 0.001 for word in self._words]
        length = float(np.linalg.norm(found))
        return tuple(value / length for value in found)

    def document(self, text: str, jpeg: bytes, meter: Any) -> tuple[float, ...]:
        if jpeg not in self._pictures:
            raise InvalidServiceOutputError("nothing in it has a name")
        return self.query(self._pictures[jpeg], meter)


class Joint(Words, PictureEmbedder):
    """Sees."""


class Reading(Words, TextEmbedder):
    """Reads alone."""


def test_the_suede_sneaker_is_found_by_index_and_distance() -> None:
    """The literal search of the reference: a text among pictures, in a joint space whose answer is known."""
    found = products()
    seen = {item.picture: item.title for item in found if item.name != "lake"}
    provider = Provider("stub", SPACE, Joint(("suede", "sneaker", "boot", "cake", "coffee", "car"), seen))
    here = shelf(provider, found)
    asked = ranking(provider, here, "suede sneaker", "sneaker")

    index, distance = search(provider.texts(["suede sneaker"])[0], here.rows)[0]

    assert len(found) == 8
    assert here.without == ("lake",)
    assert here.names[index] == "sneaker" == asked.names[0]
    assert distance == pytest.approx(0.0, abs=1e-6)
    assert asked.place == 1
    assert ranking(provider, here, "quiet water", "lake").place == 0


def test_a_model_that_sees_nothing_at_all_ranks_nothing() -> None:
    provider = Provider("blind", SPACE, Joint(("suede",), {}))
    assert ranking(provider, shelf(provider, products()), "suede", "sneaker").names == ()


def test_nearest_rows_come_with_their_index_and_equals_by_index() -> None:
    found = search(rows((1, 0))[0], rows((0, 1), (1, 0), (ROOT_HALF, ROOT_HALF), (1, 0)), 3)
    assert [index for index, _ in found] == [1, 3, 2]
    assert [distance for _, distance in found] == pytest.approx([0, 0, 1 - ROOT_HALF], abs=1e-6)


def test_similarities_are_symmetric_with_ones_on_the_diagonal() -> None:
    random = np.random.default_rng(1).standard_normal((8, 16)).astype(np.float32)
    cosines = similarities(random / np.linalg.norm(random, axis=1, keepdims=True))
    assert np.array_equal(cosines, cosines.T)
    assert np.diag(cosines) == pytest.approx(np.ones(8), abs=1e-6)


def test_the_gap_is_that_of_the_means() -> None:
    apart = gap(rows((1, 0), (1, 0)), rows((0, 1), (0, 1)))
    assert apart.distance == pytest.approx(2**0.5)
    assert (apart.texts, apart.pictures, apart.pairs) == pytest.approx((1, 1, 0))


def test_a_level_counts_the_right_ones_among_as_many() -> None:
    level = Level({"a": "dog", "b": "dog", "c": "cat"}, {"dog": ["a", "b"], "cat": ["a", "c"]})
    provider = Provider("stub", SPACE, Reading(("dog", "cat"), {}))
    assert level_recalls(provider, level) == {
        "dog": 1.0,
        "cat": 1.0,
    }  # a is nearer to "cat" than b, by its place
    narrow = Level(level.items, {"cat": ["b"]})
    assert level_recalls(provider, narrow) == {"cat": 0.0}


def test_every_answer_of_the_query_sets_is_there() -> None:
    sets = query_sets()
    assert set(sets.cross_modal.values()) <= {item.name for item in products()}
    for level in (sets.granularity, sets.context):
        assert {name for right in level.queries.values() for name in right} <= level.items.keys()


def test_the_heatmap_opens_alone_and_shows_each_cosine() -> None:
    cosines = rows((1, 0.25), (0.25, 1))
    svg = svg_heatmap(cosines, ["a <b>", "c & d"], "T")
    root = ElementTree.fromstring(svg)
    texts = [item.text for item in root.iter() if item.text]
    assert texts.count("0.25") == 2
    assert texts.count("a <b>") == 2
    assert "href" not in svg
    with Image.open(io.BytesIO(png_heatmap(cosines, ["a <b>", "c & d"], "T"))) as picture:
        colors = picture.convert("RGB").getcolors(1 << 20)
    assert colors is not None
    assert {(150, 20, 40), (254, 214, 176)} <= {color for _, color in colors}


def test_a_head_learns_what_brings_pictures_to_texts_of_classes_it_never_saw() -> None:
    learnt = learn(made_pairs(300, seed=1), made_pairs(100, seed=2))
    early, late = np.mean(learnt.losses[:10]), np.mean(learnt.losses[-10:])
    assert late < early / 4
    assert learnt.recall_before < 0.1
    assert learnt.recall_after > 0.7


def test_the_gradient_is_that_of_the_loss() -> None:
    random = np.random.default_rng(3)
    pairs, head = made_pairs(6, seed=4, dimensions=5), random.standard_normal((5, 5))
    _, gradient = loss_and_gradient(head, pairs)
    for place in [(0, 0), (1, 3), (4, 2)]:
        moved, step = np.zeros((5, 5)), 1e-6
        moved[place] = step
        higher, lower = (loss_and_gradient(head + sign * moved, pairs)[0] for sign in (1, -1))
        assert gradient[place] == pytest.approx((higher - lower) / (2 * step), rel=1e-4, abs=1e-7)


def test_recall_at_1_asks_each_text_for_its_own_picture() -> None:
    pairs = Pairs(np.eye(3), np.eye(3)[[0, 2, 1]])
    assert recall_at_1(np.eye(3), pairs) == pytest.approx(1 / 3)


def test_shorter_vectors_lose_what_whole_ones_have() -> None:
    found = by_dimensions(400, (16, 128))
    assert [it.bytes_each for it in found] == [64, 512]
    assert found[1].recall == 1.0
    assert found[0].recall < 0.9
