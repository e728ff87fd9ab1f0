"""What either store of vectors promises: the embedded S3 Vectors, and OpenSearch by its double."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from braid.aws.vectors.collection import Collection
from braid.aws.vectors.opensearch import OpenSearchVectorStore
from braid.aws.vectors.s3_vectors import S3VectorStore
from braid.domain.money.accounting import Meter, Usage
from braid.domain.search.vector_index import (
    Narrowing,
    NoSuchIndexError,
    VectorIndex,
    VectorStore,
    VectorToPut,
)
from tests.doubles.opensearch import MemoryCollection
from tests.doubles.search_rig import PICTURES, TEXT, SearchRig

ENDPOINT = "https://abc123.eu-central-1.aoss.amazonaws.com"
EAST, NORTH, BETWEEN, WEST = (1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (-1.0, 0.0)


def s3_vectors() -> VectorStore:
    rig = SearchRig()
    return S3VectorStore(rig.arn, s3vectors=rig.vectors)


def opensearch() -> VectorStore:
    names = (space.index_name.replace(".", "_") for space in (TEXT, PICTURES))
    memory = MemoryCollection({name: {} for name in names})
    return OpenSearchVectorStore(ENDPOINT, collection=Collection(ENDPOINT, send=memory.send))


@pytest.fixture(params=[s3_vectors, opensearch])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VectorStore:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    found: VectorStore = request.param()
    return found


@pytest.fixture
def index(store: VectorStore) -> VectorIndex:
    return store.index(TEXT.index_name)


def values(start: Sequence[float]) -> list[float]:
    """A vector of the index's length that begins so."""
    return [*start, *[0.0] * (TEXT.dimensions - len(start))]


def to_put(key: str, start: Sequence[float], *, terms: str = "-", **metadata: str | int) -> VectorToPut:
    given = {"asset": key.partition("/")[0], "profile": "general", "modality": "text", "at": 100}
    return VectorToPut(key, values(start), {**given, "kind": "passage", "terms": terms, **metadata})


def keys(index: VectorIndex, start: Sequence[float], limit: int = 10, **query: object) -> list[str]:
    return [found.key for found in index.query(limit, vector=values(start), **query)]  # type: ignore[arg-type]  # the tests' own


def test_the_nearest_comes_first_with_its_distance(index: VectorIndex) -> None:
    index.put([to_put("a/1", EAST, citation="{}"), to_put("b/1", NORTH), to_put("c/1", BETWEEN)])
    found = index.query(2, vector=values((2.0, 0.0)))

    assert [each.key for each in found] == ["a/1", "c/1"]
    assert [each.distance for each in found] == pytest.approx([0.0, 0.4], abs=1e-6)
    assert (found[0].metadata["citation"], found[0].text_score) == ("{}", None)


def test_a_put_replaces_and_a_second_one_changes_nothing(index: VectorIndex) -> None:
    index.put([to_put("a/1", EAST), to_put("b/1", BETWEEN)])
    for _ in range(2):
        index.put([to_put("a/1", WEST)])

    assert keys(index, EAST) == ["b/1", "a/1"]
    assert {key: list(found)[:2] for key, found in index.get(["a/1", "x/1"]).items()} == {"a/1": [-1.0, 0.0]}


def test_words_and_meaning_are_fused_by_rank(index: VectorIndex) -> None:
    index.put([to_put("far/1", WEST, terms="sku4711b shoe"), to_put("near/1", EAST, terms="shoe")])
    index.put([to_put("none/1", BETWEEN)])
    found = index.query(3, vector=values(EAST), words="sku4711b shoe")

    assert [each.key for each in found] == ["near/1", "far/1", "none/1"]
    assert [each.text_score is None for each in found] == [False, False, True]
    assert [each.distance for each in found] == pytest.approx([0.0, 2.0, 0.4], abs=1e-6)


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        (Narrowing(), ["a/1", "b/1", "c/1"]),
        (Narrowing(profile="catalog"), ["b/1"]),
        (Narrowing(modality="speech"), ["c/1"]),
        (Narrowing(since=101), ["c/1"]),
        (Narrowing(without_assets=("a", "b")), ["c/1"]),
        (Narrowing(profile="general", without_assets=("a",)), ["c/1"]),
        (Narrowing(profile="catalog", modality="speech"), []),
    ],
)
def test_a_query_is_narrowed_before_it_is_ranked(
    index: VectorIndex, narrowing: Narrowing, expected: list[str]
) -> None:
    index.put([to_put("a/1", EAST, terms="shoe"), to_put("b/1", EAST, terms="shoe", profile="catalog")])
    index.put([to_put("c/1", BETWEEN, terms="shoe", modality="speech", at=101)])

    assert keys(index, EAST, len(expected) or 1, narrowing=narrowing) == expected
    assert keys(index, EAST, len(expected) or 1, narrowing=narrowing, words="shoe") == expected


def test_what_is_deleted_is_gone_and_may_be_deleted_again(index: VectorIndex) -> None:
    index.put([to_put(f"a/{number}", BETWEEN) for number in range(450)])
    index.put([to_put("b/1", EAST)])
    for _ in range(2):
        index.delete([f"a/{number}" for number in range(450)])

    assert keys(index, EAST, 500) == ["b/1"]


def test_nothing_is_asked_about_nothing(index: VectorIndex) -> None:
    index.put([])
    index.delete([])

    assert index.get([]) == {}


def test_an_index_that_is_not_there_is_said(store: VectorStore) -> None:
    other = store.index("text.other.512")
    for ask in (
        lambda: other.put([to_put("a/1", EAST)]),
        lambda: other.get(["a/1"]),
        lambda: other.delete(["a/1"]),
        lambda: other.query(1, vector=values(EAST)),
        lambda: other.query(1, vector=values(EAST), words="shoe"),
    ):
        with pytest.raises(NoSuchIndexError):
            ask()


def test_others_are_dropped_with_what_is_in_them(store: VectorStore, index: VectorIndex) -> None:
    index.put([to_put("a/1", EAST)])

    assert [name.replace("_", ".") for name in store.drop_all_but({TEXT.index_name})] == [PICTURES.index_name]
    assert store.drop_all_but({TEXT.index_name}) == []
    assert keys(index, EAST) == ["a/1"]


def test_a_put_is_billed_by_its_size_and_at_least_by_128_kb() -> None:
    index = s3_vectors().index(TEXT.index_name)
    one = to_put("a/1", EAST)
    assert one.size_bytes == 3 + 4 * TEXT.dimensions + len(
        "assetaprofilegeneralmodalitytextat100kindpassageterms-"
    )

    small, none = index.put([one]), index.put([])
    large = index.put([to_put(f"a/{number}", EAST, citation="x" * 20_000) for number in range(100)])

    assert none == ()
    assert {used.operation: used.quantity for used in small} == {
        "PutVectors": 0.125, "Storage": one.size_bytes / 1024**3,
    }  # fmt: skip
    assert 1.9 < next(used.quantity for used in large if used.operation == "PutVectors") < 2.0


def test_queries_are_counted_by_the_request() -> None:
    rig, meter = SearchRig(), Meter()
    index = S3VectorStore(rig.arn, meter=meter, s3vectors=rig.vectors).index(TEXT.index_name)
    index.put([to_put(f"a/{number}", BETWEEN) for number in range(150)])

    index.query(10, vector=values(EAST))
    index.query(150, vector=values(EAST))  # answered in two pages

    assert meter.usage() == (Usage("s3vectors", "QueryVectors", "request", 3),)
