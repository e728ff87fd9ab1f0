"""An index of vectors in OpenSearch Serverless, as ``braid.domain.search.vector_index`` promises it.

A collection of vectors takes no ids of ours: it makes them, so that a key may stand in several documents, and
what was written is seen only after a refresh. So a put looks for the documents that it replaces and deletes
them in the same request, whoever reads counts a key once, and a delete removes all documents of a key. It
fuses no lists by rank either: both lists come from one request, and are fused here.

The operations used are those that OpenSearch Serverless lists:
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-genref.html
"""

from __future__ import annotations

from array import array
from collections.abc import Collection as Several
from collections.abc import Iterator, Mapping, Sequence
from operator import mul
from typing import Any

from braid.aws.service_answers import ServiceAnswer
from braid.aws.vectors.collection import Collection, refuse
from braid.aws.vectors.opensearch_requests import (
    deletion,
    documents_of,
    nearest,
    put_lines,
    unit,
    with_words,
)
from braid.domain.money.accounting import Usage
from braid.domain.search.rank_fusion import fuse_by_rank
from braid.domain.search.space import KEY_MEMBER, VECTOR_MEMBER, without_dots
from braid.domain.search.vector_index import ANYTHING, FoundVector, Narrowing, NoSuchIndexError, VectorToPut

__all__ = ["OpenSearchVectorIndex", "OpenSearchVectorStore"]

# Two hundred vectors of 512 numbers are some 1.5 MB of JSON; requests end at 10 MiB.
_PUT_AT_ONCE = 200
_KEYS_AT_ONCE = 100
_OWN_CODES = {"index_not_found_exception": NoSuchIndexError}


class OpenSearchVectorStore:
    """The indexes of a collection, by its endpoint."""

    def __init__(self, endpoint: str, *, collection: Collection | None = None) -> None:
        self._collection = collection or Collection(endpoint)

    def index(self, name: str) -> OpenSearchVectorIndex:
        """The index of that name, which may not be there."""
        return OpenSearchVectorIndex(self._collection, name)

    def drop_all_but(self, kept: Several[str]) -> list[str]:
        """Removes every other index with all that is in it; their names in OpenSearch."""
        native = {without_dots(name) for name in kept}
        listed = self._collection.ask("GET", "/_cat/indices?format=json")
        found = ServiceAnswer("aoss:GET /_cat/indices", {"indexes": listed}, "the answer").objects("indexes")
        # Those that begin with a dot are the collection's own.
        names = [each.text("index") for each in found]
        dropped = [name for name in names if name not in native and not name.startswith(".")]
        for name in dropped:
            self._collection.ask("DELETE", f"/{name}", own_codes=_OWN_CODES)
        return dropped


class OpenSearchVectorIndex:
    """One index of a collection, by the name of its space."""

    def __init__(self, collection: Collection, name: str) -> None:
        self._collection = collection
        self._path = f"/{without_dots(name)}"

    def put(self, vectors: Sequence[VectorToPut]) -> tuple[Usage, ...]:
        """Stores vectors, in place of those that are seen under their keys; no put is billed."""
        for batch in _batches(vectors, _PUT_AT_ONCE):
            lines = [line for vector in batch for line in put_lines(vector)]
            before = self._document_ids([vector.key for vector in batch])
            self._bulk([*lines, *map(deletion, before)])
        return ()

    def get(self, keys: Sequence[str]) -> dict[str, array[float]]:
        """The vectors of those keys that there are, brought to length 1."""
        found: dict[str, array[float]] = {}
        for batch in _batches(keys, _KEYS_AT_ONCE):
            for hit in self._search(documents_of(batch, VECTOR_MEMBER)):
                source = hit.object("_source")
                found.setdefault(source.text(KEY_MEMBER), array("f", source.numbers(VECTOR_MEMBER)))
        return found

    def delete(self, keys: Sequence[str]) -> None:
        """Removes every document that is seen under these keys."""
        for batch in _batches(keys, _KEYS_AT_ONCE):
            for ids in _batches(self._document_ids(batch), _PUT_AT_ONCE):
                self._bulk(list(map(deletion, ids)))

    def query(
        self, limit: int, *, vector: Sequence[float], words: str = "", narrowing: Narrowing = ANYTHING
    ) -> list[FoundVector]:
        """The best ``limit``, nearest first; with ``words`` those that have them too, fused by rank."""
        asked = [nearest(vector, limit, narrowing)]
        if words:
            asked.append(with_words(words, limit, narrowing))
        towards, found, lists = unit(vector), dict[str, FoundVector](), []
        for number, hits in enumerate(self._searches(asked)):
            ranked = [_found(hit, towards, has_words=number == 1) for hit in hits]
            # The list by words comes second and knows both: that a word stands in it, and how near it is.
            found |= {each.key: each for each in reversed(ranked)}
            lists.append([each.key for each in ranked])
        return [found[key] for key, _ in fuse_by_rank(lists)[:limit]]

    def _document_ids(self, keys: Sequence[str]) -> list[str]:
        return [
            hit.text("_id") for at in _batches(keys, _KEYS_AT_ONCE) for hit in self._search(documents_of(at))
        ]

    def _search(self, body: Mapping[str, Any]) -> list[ServiceAnswer]:
        path = f"{self._path}/_search"
        return _hits(self._collection.ask("POST", path, body, own_codes=_OWN_CODES), path)

    def _searches(self, bodies: Sequence[Mapping[str, Any]]) -> Iterator[list[ServiceAnswer]]:
        """The hits of several searches, asked at once."""
        path = f"{self._path}/_msearch"
        lines = [line for body in bodies for line in ({}, body)]
        answer = self._collection.ask("POST", path, lines, own_codes=_OWN_CODES)
        whole = ServiceAnswer.whole(f"aoss:POST {path}", answer, "responses")
        for each, raw in zip(whole.objects("responses"), answer["responses"], strict=True):
            if "status" in each:
                refuse(whole.operation, each.integer("status"), raw, _OWN_CODES)
            yield _hits(raw, path)

    def _bulk(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Raises the service errors where one of the actions failed; a document that is gone is none."""
        path = f"{self._path}/_bulk"
        answer = self._collection.ask("POST", path, lines, own_codes=_OWN_CODES)
        whole = ServiceAnswer.whole(f"aoss:POST {path}", answer, "items")
        for item in answer["items"]:
            for action, told in item.items():
                status = ServiceAnswer(whole.operation, told, action).integer("status")
                if (action, status) != ("delete", 404):
                    refuse(whole.operation, status, told, _OWN_CODES)


def _hits(answer: Any, path: str) -> list[ServiceAnswer]:
    return ServiceAnswer.whole(f"aoss:POST {path}", answer, "hits").object("hits").objects("hits")


def _found(hit: ServiceAnswer, towards: Sequence[float], *, has_words: bool) -> FoundVector:
    """A document as a vector that was found.

    How near it is, is worked out here: what words found has no distance.
    """
    source = hit.object("_source")
    cosine = sum(map(mul, towards, source.numbers(VECTOR_MEMBER)))
    text_score = hit.number("_score") if has_words else None
    return FoundVector(source.text(KEY_MEMBER), 1 - cosine, text_score, source.members)


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))
