"""Every request to OpenSearch Serverless byte by byte, in the shapes that are documented, and what fails.

The goldens are written anew with ``python -m tests.contract.vector_stores.test_opensearch_requests``.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import botocore.auth
import jsonschema
import pytest

from braid.aws.vectors.collection import Collection
from braid.aws.vectors.opensearch import OpenSearchVectorIndex, OpenSearchVectorStore
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
)
from braid.domain.search.vector_index import Narrowing, VectorToPut
from tests.doubles.opensearch import Answer, MemoryCollection

ENDPOINT = "https://abc123.eu-central-1.aoss.amazonaws.com"
GOLDENS = Path(__file__).resolve().parents[2] / "goldens" / "opensearch_requests"
INDEX = "text.amazon.titan-embed-text-v2-0.3"
NATIVE = "text_amazon_titan-embed-text-v2-0_3"
NAMES = ("put", "get", "delete", "query", "drop")
METADATA: dict[str, str | int] = {
    "asset": "mug-c379",
    "profile": "catalog",
    "modality": "text",
    "kind": "passage",
    "at": 1_764_000_000,
    "terms": "blau becher 350ml",
    "citation": '{"text":"Ein blauer Becher, 350 ml"}',
}

# Bodies as they are documented, with nothing that isn't used.
# https://docs.opensearch.org/latest/query-dsl/specialized/k-nn/index/ (vector, k, filter)
# https://docs.opensearch.org/latest/query-dsl/compound/bool/ and term/{term,terms,range}/, full-text/match/
# https://docs.opensearch.org/latest/api-reference/document-apis/bulk/, search-apis/{search,multi-search}/
_CLAUSE = {"$ref": "#/$defs/clause"}
_CLAUSES = {"type": "array", "items": _CLAUSE, "minItems": 1}
_VALUE = {"type": ["string", "number"]}


def _closed(*required: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": members,
    }


def _by_field(shape: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": shape}


_VECTOR = {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 16_000}
_KNN = _closed(
    "vector", "k", vector=_VECTOR, k={"type": "integer", "minimum": 1, "maximum": 10_000}, filter=_CLAUSE
)
_DEFS = {
    "clause": {
        "maxProperties": 1,
        "minProperties": 1,
        **_closed(
            knn=_by_field(_KNN),
            bool=_closed(must=_CLAUSES, filter=_CLAUSES, must_not=_CLAUSES),
            match=_by_field(_closed("query", query={"type": "string"})),
            term=_by_field(_VALUE),
            terms=_by_field({"type": "array", "items": _VALUE, "maxItems": 65_536}),
            range=_by_field(_closed(gte={"type": "number"})),
        ),
    }
}
SEARCH = {
    "$defs": _DEFS,
    **_closed(
        "query",
        size={"type": "integer", "minimum": 0, "maximum": 10_000},
        query=_CLAUSE,
        _source={"type": "array", "items": {"type": "string"}},
    ),
}
# Vector collections take no ids when they index.
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-overview.html#serverless-usecase
ACTION = _closed(index=_closed(), delete=_closed("_id", _id={"type": "string"}))


def written(ask: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, MemoryCollection]:
    """The requests of one thing that an index is asked, as they go over the wire."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: datetime(2026, 11, 29, 20, 0))
    memory = MemoryCollection({NATIVE: {}, "text_other_512": {}})
    index = index_of(memory)
    index.put([VectorToPut("mug-c379/passage/1", (3.0, 4.0, 0.0), METADATA)])
    if ask != "put":
        memory.sent.clear()
    match ask:
        case "put":
            index.put([VectorToPut("mug-c379/passage/1", (0.0, 1.0, 2.0), METADATA)])
        case "get":
            index.get(["mug-c379/passage/1", "mug-c379/passage/2"])
        case "delete":
            index.delete(["mug-c379/passage/1"])
        case "query":
            wanted = Narrowing("catalog", "text", 1_763_000_000, ("shoe-1",))
            index.query(60, vector=(1.0, 0.0, 0.0), words="blau becher", narrowing=wanted)
            index.query(10, vector=(1.0, 0.0, 0.0))
        case "drop":
            store_of(memory).drop_all_but({INDEX})
    return "\n\n".join(map(_as_sent, memory.sent)) + "\n", memory


def _as_sent(request: Any) -> str:
    headers = "".join(f"{name}: {request.headers[name]}\n" for name in sorted(request.headers))
    return f"{request.method} {request.url}\n{headers}\n{(request.body or b'').decode()}"


def store_of(memory: MemoryCollection) -> OpenSearchVectorStore:
    collection = Collection(ENDPOINT, send=memory.send, pause=lambda _seconds: None)
    return OpenSearchVectorStore(ENDPOINT, collection=collection)


def index_of(memory: MemoryCollection) -> OpenSearchVectorIndex:
    return store_of(memory).index(INDEX)


@pytest.mark.parametrize("ask", NAMES)
def test_requests_are_those_of_the_golden(ask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(ask, monkeypatch)[0] == (GOLDENS / f"{ask}.http").read_text("utf-8")


@pytest.mark.parametrize("ask", NAMES)
def test_bodies_have_the_documented_shapes(ask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for request in written(ask, monkeypatch)[1].sent:
        operation = request.url.rpartition("/")[2]
        lines = [json.loads(line) for line in bytes(request.body or b"").splitlines()]
        if operation == "_bulk":
            actions = [line for line in lines if line.keys() <= {"index", "delete"}]
            assert all(set(line) >= {"key", "vector", "terms"} for line in lines if line not in actions)
            for action in actions:
                jsonschema.validate(action, ACTION)
        else:
            for body in lines[1::2] if operation == "_msearch" else lines:
                jsonschema.validate(body, SEARCH)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryCollection:
    return written("get", monkeypatch)[1]


def test_a_put_before_the_first_was_seen_is_one_hit_and_deleted_whole(memory: MemoryCollection) -> None:
    memory.sees_at_once = False
    index = index_of(memory)
    for _ in range(3):  # as a run that was killed and repeated within a refresh
        index.put([VectorToPut("b/1", (1.0, 0.0, 0.0), METADATA)])
    memory.refresh()

    assert len(memory.indexes[NATIVE]) == 4
    assert [each.key for each in index.query(9, vector=(1.0, 0.0, 0.0), words="becher")] == [
        "b/1",
        "mug-c379/passage/1",
    ]
    index.delete(["b/1"])
    assert len(memory.indexes[NATIVE]) == 1


@pytest.mark.parametrize("status", [429, 503, 504])
def test_what_passes_by_itself_is_asked_again(memory: MemoryCollection, status: int) -> None:
    memory.failing = [status] * 3

    assert list(index_of(memory).get(["mug-c379/passage/1"])) == ["mug-c379/passage/1"]


@pytest.mark.parametrize(
    ("status", "error", "asked"),
    [
        (429, ThrottledError, 4),
        (502, ServiceUnavailableError, 4),
        (403, AccessDeniedError, 1),
        (400, RefusedByServiceError, 1),
    ],
)
def test_a_refusal_is_the_error_that_says_what_it_is(
    memory: MemoryCollection, status: int, error: type[BraidError], asked: int
) -> None:
    memory.failing, memory.sent = [status] * 4, []

    with pytest.raises(error):
        index_of(memory).get(["a/1"])
    assert len(memory.sent) == asked


def test_one_action_of_many_that_is_refused_is_an_error(memory: MemoryCollection) -> None:
    collection = Collection(ENDPOINT, send=memory.send)
    told = memory._bulk(NATIVE, [{"index": {"_id": "mine"}}, {"key": "a/1"}])
    answered = OpenSearchVectorIndex(collection, INDEX)
    collection.ask = lambda *_given, **_more: told  # type: ignore[method-assign]  # the answer alone counts

    with pytest.raises(RefusedByServiceError, match="Document ID is not supported"):
        answered._bulk([])


@pytest.mark.parametrize(
    "content", [b"<html>", b"[" * 100_000, b"[]", b'{"hits": {"hits": [{"_id": 3}]}}', b'{"took": 1}']
)
def test_an_answer_of_another_shape_is_refused(content: bytes, memory: MemoryCollection) -> None:
    collection = Collection(ENDPOINT, send=lambda _request: Answer(200, content))

    with pytest.raises(InvalidServiceOutputError):
        OpenSearchVectorIndex(collection, INDEX).get(["a/1"])


if __name__ == "__main__":
    argparse.ArgumentParser("python -m tests.contract.vector_stores.test_opensearch_requests").parse_args()
    for name in NAMES:
        with pytest.MonkeyPatch.context() as patch:
            (GOLDENS / f"{name}.http").write_text(written(name, patch)[0], "utf-8")
