"""How benchmarks index and search a collection: as the step and the function do, with the real encoder."""

from __future__ import annotations

import pytest

from evaluation.search.collection import Collection
from evaluation.search.searching import IndexedCollection, collection_assets, indexed
from tests.local.needed_weights import needs_weights

pytestmark = needs_weights("sentences")
ASSETS = {
    "rental-1": ["The deposit for the bicycle is 150 euros.", "It is returned on Monday."],
    "garden-1": ["Tomatoes need eight hours of sun.", "Water them three times a week."],
    "boat-1": ["Rowing lessons begin at nine.", "The oars hang behind the door."],
}


@pytest.fixture(scope="module")
def searched() -> IndexedCollection:
    return indexed(collection_assets(Collection(ASSETS, {}, {}, [])))


def test_a_question_finds_the_asset_that_answers_it(searched: IndexedCollection) -> None:
    assert searched.find("How much sun do tomatoes need?")[0] == "garden-1"
    assert searched.find("Where are the oars?")[0] == "boat-1"


def test_what_is_said_is_present_rather_than_what_is_not(searched: IndexedCollection) -> None:
    searched.find("deposit")  # measures the background
    said, unsaid = "What is the deposit for the bicycle?", "Who won the election?"

    assert searched.presence(said) > searched.presence(unsaid)


def test_indexing_again_asks_no_model(searched: IndexedCollection) -> None:
    again = [searched.indexer.index(asset_id) for asset_id in ASSETS]

    assert [(done.is_unchanged, done.model_calls) for done in again] == [(True, 0)] * len(ASSETS)
