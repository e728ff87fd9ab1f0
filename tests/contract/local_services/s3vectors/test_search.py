"""Queries: exact against brute force, full text by BM25, both fused by rank, filters before all of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.services.protocol import ServiceError
from tests.contract.local_services.s3vectors.vector_index import OpenIndex, open_index, vector


def query(values: Any) -> dict[str, Any]:
    return {"float32": [float(value) for value in values]}


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_what_is_found_is_what_brute_force_finds_in_its_order(metric: str) -> None:
    random = np.random.default_rng(11)
    rows = random.standard_normal((400, 16)).astype(np.float32)
    rows[200:220] = rows[:20]  # equals, whose keys decide
    index = open_index(16, metric=metric)
    index.put(*(vector(f"k{place:03d}", row) for place, row in enumerate(rows)))

    for asked in random.standard_normal((20, 16)).astype(np.float32):
        exact = rows.astype(np.float64)
        if metric == "cosine":
            distances = 1 - exact @ asked / np.linalg.norm(exact, axis=1) / np.linalg.norm(asked)
        else:
            distances = np.linalg.norm(exact - asked, axis=1)
        expected = sorted(range(400), key=lambda place: (round(distances[place], 9), place))[:30]
        answer = index.call("QueryVectors", topK=30, queryVector=query(asked), returnDistance=True)

        assert [each["key"] for each in answer["vectors"]] == [f"k{place:03d}" for place in expected]
        told = [each["distance"] for each in answer["vectors"]]
        assert told == pytest.approx([distances[place] for place in expected], abs=1e-5)


@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.integers(0, 6), st.integers(-3, 3), st.integers(1, 3)), max_size=40
    )
)
def test_puts_and_deletes_in_any_order_leave_what_a_map_would(
    steps: list[tuple[bool, int, int, int]],
) -> None:
    index, kept = open_index(), dict[str, tuple[int, int]]()
    for is_put, number, x, y in steps:
        key = f"k{number}"
        if is_put:
            index.put(vector(key, (x, y), text=f"word{x} other", x=x))
            kept[key] = (x, y)
        else:
            index.call("DeleteVectors", keys=[key])
            kept.pop(key, None)
        below = sorted(key for key, values in kept.items() if values[0] < 0)
        asked = {"topK": 10, "queryVector": query((0, 1)), "filter": {"x": {"$lt": 0}}}
        assert sorted(index.found(**asked)) == below
        other = [{"text": "other", "metadataKey": "text"}]
        assert sorted(index.found(topK=10, queryTexts=other, filter={"x": {"$lt": 0}})) == below

    listed = index.call("ListVectors", returnData=True)["vectors"]
    assert {each["key"]: tuple(each["data"]["float32"]) for each in listed} == kept
    assert sorted(index.found(topK=10, queryVector=query((0, 1)))) == sorted(kept)
    for x in range(-3, 4):
        texts = [{"text": f"word{x}", "metadataKey": "text"}]
        with_word = sorted(key for key, values in kept.items() if values[0] == x and x >= 0)
        if x >= 0:
            assert sorted(index.found(topK=10, queryTexts=texts)) == with_word


def test_a_word_alone_is_ranked_by_bm25() -> None:
    index = open_index()
    texts = {
        "long": "the red kettle stands beside a blue mug and a green plate",
        "short": "red kettle",
        "twice": "red red",
        "none": "a plate",
    }
    index.put(*(vector(key, (1, 0), text=text) for key, text in texts.items()))
    answer = index.call(
        "QueryVectors", topK=9, queryTexts=[{"text": "Kettle, RED", "metadataKey": "text"}], returnScores=True
    )

    found = {each["key"]: each["scores"]["bm25Scores"][0]["score"] for each in answer["vectors"]}
    average = (12 + 2 + 2 + 2) / 4

    def gain(documents: int, frequency: int, length: int) -> float:
        idf = math.log(1 + (4 - documents + 0.5) / (documents + 0.5))
        return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))

    assert list(found) == ["short", "long", "twice"]
    assert found["short"] == pytest.approx(gain(2, 1, 2) + gain(3, 1, 2))
    assert found["long"] == pytest.approx(gain(2, 1, 12) + gain(3, 1, 12))
    assert found["twice"] == pytest.approx(gain(3, 2, 2))


def test_of_equal_texts_those_with_the_lowest_keys_are_found() -> None:
    index = open_index()
    index.put(*(vector(f"k{place:03d}", (1, 0), text="the same") for place in reversed(range(200))))
    index.put(vector("z", (1, 0), text="same same"))
    texts = [{"text": "same", "metadataKey": "text"}]

    assert list(index.found(topK=4, queryTexts=texts)) == ["z", "k000", "k001", "k002"]


def test_words_and_vectors_are_fused_by_rank() -> None:
    index = open_index()
    index.put(
        vector("near", (1, 0), text="something else"),
        vector("both", (1, 0.1), text="error 4711 of the pump"),
        vector("word", (-1, 0), text="4711"),
    )
    answer = index.call(
        "QueryVectors",
        topK=3,
        queryVector=query((1, 0)),
        queryTexts=[{"text": "4711", "metadataKey": "text"}],
        returnScores=True,
    )

    fused = {each["key"]: each["scores"]["fused"] for each in answer["vectors"]}
    assert list(fused) == ["word", "both", "near"]
    assert fused == pytest.approx({"word": 1 / 61 + 1 / 63, "both": 1 / 62 + 1 / 62, "near": 1 / 61})


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ({"kind": "utterance"}, "ac"),
        ({"kind": {"$ne": "utterance"}}, "bd"),
        ({"at": {"$gte": 20, "$lt": 40}}, "bc"),
        ({"tags": "x"}, "ab"),
        ({"tags": {"$in": ["y", "z"]}}, "ad"),
        ({"kind": {"$nin": ["label"]}}, "acd"),
        ({"tags": {"$exists": False}}, "c"),
        ({"name": {"$startsWith": "inbox/ta"}}, "ab"),
        ({"$or": [{"at": 10}, {"$and": [{"kind": "label"}, {"at": {"$gt": 1}}]}]}, "ab"),
        ({"kind": "utterance", "at": 30}, "c"),
        ({"seen": True}, "d"),
        ({"kind": "nothing"}, ""),
    ],
)
def test_a_filter_is_applied_before_the_search(accepts: dict[str, Any], expected: str) -> None:
    index = open_index()
    index.put(
        vector("a", (0, 1), kind="utterance", at=10, tags=["x", "y"], name="inbox/talk", text="word"),
        vector("b", (0, 1), kind="label", at=20, tags=["x"], name="inbox/tape", text="word"),
        vector("c", (0, 1), kind="utterance", at=30, name="inbox/other", text="word", seen=1),
        vector("d", (0, 1), kind="cue", at=40, tags=["z"], seen=True, text="word"),
    )
    texts = [{"text": "word", "metadataKey": "text"}]

    assert "".join(index.found(topK=4, queryVector=query((1, 0)), filter=accepts)) == expected
    assert "".join(index.found(topK=4, queryTexts=texts, filter=accepts)) == expected


@pytest.mark.parametrize(
    "refused",
    [
        {"kind": {"$like": "x"}},
        {"kind": {}},
        {"$not": [{"kind": "x"}]},
        {"$and": []},
        {"at": {"$gt": "10"}},
        {"kind": {"$in": []}},
        {"secret": "x"},
        {"$or": [{"at": place} for place in range(101)]},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(refused: dict[str, Any]) -> None:
    index = open_index(nonFilterableMetadataKeys=["secret"])

    assert _refusal(index, topK=1, queryVector=query((1, 0)), filter=refused) == "ValidationException"


@pytest.mark.parametrize(
    "request_",
    [
        {"topK": 1},
        {"topK": 10_001, "queryVector": query((1, 0))},
        {"topK": 1, "queryVector": query((1, 0, 0))},
        {"topK": 1, "queryVector": query((0, 0))},
        {"topK": 1, "queryTexts": [{"text": "x", "metadataKey": "title"}]},
        {"topK": 1, "queryVector": query((1, 0)), "queryMode": "CLASSIC"},
        {"topK": 1, "queryVector": query((1, 0)), "nextToken": "bm8="},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(request_: dict[str, Any]) -> None:
    assert _refusal(open_index(), **request_) == "ValidationException"


def test_many_results_come_in_pages_without_a_gap() -> None:
    index = open_index()
    index.put(*(vector(f"k{place:03d}", (1, place / 1000)) for place in range(250)))
    asked = {"topK": 230, "queryVector": query((1, 0))}
    page = index.call("QueryVectors", **asked)
    keys = [each["key"] for each in page["vectors"]]
    while "nextToken" in page:
        page = index.call("QueryVectors", **asked, nextToken=page["nextToken"])
        keys += [each["key"] for each in page["vectors"]]

    assert keys == [f"k{place:03d}" for place in range(230)]


def _refusal(index: OpenIndex, **request: Any) -> str:
    with pytest.raises(ServiceError) as refused:
        index.call("QueryVectors", **request)
    return refused.value.code
