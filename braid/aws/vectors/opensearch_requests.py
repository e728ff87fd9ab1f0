"""The bodies of requests to OpenSearch, from what an index of vectors is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from braid.domain.search.space import KEY_MEMBER, TERMS_KEY, VECTOR_MEMBER
from braid.domain.search.vector_index import Narrowing, VectorToPut

__all__ = [
    "deletion",
    "documents_of",
    "nearest",
    "put_lines",
    "unit",
    "with_words",
]

# What OpenSearch gives at most without a scroll, which OpenSearch Serverless hasn't.
_MOST_HITS = 10_000


def put_lines(vector: VectorToPut) -> list[dict[str, Any]]:
    """Two lines of a bulk request that index a vector, under an id that the collection makes."""
    return [{"index": {}}, {KEY_MEMBER: vector.key, VECTOR_MEMBER: unit(vector.values), **vector.metadata}]


def deletion(document_id: str) -> dict[str, Any]:
    """The line of a bulk request that deletes a document."""
    return {"delete": {"_id": document_id}}


def documents_of(keys: Sequence[str], *members: str) -> dict[str, Any]:
    """A search for all documents of these keys, with these members."""
    return {
        "size": _MOST_HITS,
        "_source": [KEY_MEMBER, *members],
        "query": {"terms": {KEY_MEMBER: list(keys)}},
    }


def nearest(vector: Sequence[float], limit: int, narrowing: Narrowing) -> dict[str, Any]:
    """A search for the nearest vectors, narrowed before distances are looked at."""
    asked: dict[str, Any] = {"vector": unit(vector), "k": limit}
    if accepted := _filter(narrowing):
        asked["filter"] = accepted
    return {"size": limit, "query": {"knn": {VECTOR_MEMBER: asked}}}


def with_words(words: str, limit: int, narrowing: Narrowing) -> dict[str, Any]:
    """A search for documents in which a word stands, by BM25."""
    matching: dict[str, Any] = {"must": [{"match": {TERMS_KEY: {"query": words}}}]}
    if accepted := _filter(narrowing):
        matching["filter"] = [accepted]
    return {"size": limit, "query": {"bool": matching}}


def unit(values: Sequence[float]) -> list[float]:
    """The vector at length 1, in as many digits as a 32-bit float has: its inner product is the cosine."""
    length = math.hypot(*values)
    return [float(f"{value / length:.8g}") for value in values] if length else list(values)


def _filter(narrowing: Narrowing) -> Mapping[str, Any] | None:
    """A narrowing in OpenSearch's query language, if it narrows anything."""
    accepted: list[dict[str, Any]] = []
    if narrowing.profile:
        accepted.append({"term": {"profile": narrowing.profile}})
    if narrowing.modality:
        accepted.append({"term": {"modality": narrowing.modality}})
    if narrowing.since is not None:
        accepted.append({"range": {"at": {"gte": narrowing.since}}})
    found: dict[str, Any] = {"filter": accepted} if accepted else {}
    if narrowing.without_assets:
        found["must_not"] = [{"terms": {"asset": list(narrowing.without_assets)}}]
    return {"bool": found} if found else None
