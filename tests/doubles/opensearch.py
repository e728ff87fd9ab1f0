"""A collection of OpenSearch Serverless in memory, as far as an index of vectors asks it.

It takes what the documents of AWS and OpenSearch let it take and refuses everything else, ids of one's own
above all. What was written is seen after ``refresh`` alone.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

__all__ = ["Answer", "MemoryCollection"]

Document = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What ``botocore.httpsession`` gives, as far as it is read."""

    status_code: int
    content: bytes


class RefusedError(Exception):
    """With a status and the type that OpenSearch names."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.kind = status, kind

    @property
    def answer(self) -> dict[str, Any]:
        return {"error": {"type": self.kind, "reason": str(self)}, "status": self.status}


@dataclass
class MemoryCollection:
    """``indexes`` are by name, documents by id; ``failing`` are statuses that the next requests get."""

    indexes: dict[str, dict[str, Document]] = field(default_factory=dict)
    sees_at_once: bool = True
    sent: list[AWSPreparedRequest] = field(default_factory=list)
    failing: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ids = (f"made-{number}" for number in itertools.count(1))
        self._seen: dict[str, dict[str, Document]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Lets what was written be seen."""
        self._seen = {name: dict(documents) for name, documents in self.indexes.items()}

    def send(self, request: AWSPreparedRequest) -> Answer:
        """Answers a request that was signed."""
        self.sent.append(request)
        assert "/aoss/aws4_request" in request.headers["Authorization"]
        assert "x-amz-content-sha256" in request.headers["Authorization"]
        if self.failing:
            return Answer(self.failing.pop(0), b"<html>busy</html>")
        path = request.url.split("/", 3)[3]
        try:
            answer = self._answer(str(request.method), path, bytes(request.body or b""))
        except RefusedError as error:
            return Answer(error.status, json.dumps(error.answer).encode())
        if self.sees_at_once:
            self.refresh()
        return Answer(200, json.dumps(answer).encode())

    def _answer(self, method: str, path: str, body: bytes) -> Any:
        name, _, operation = path.partition("/")
        if (method, path) == ("GET", "_cat/indices?format=json"):
            return [{"index": each, "status": "open"} for each in (*self.indexes, ".kibana")]
        if name not in self.indexes:
            raise RefusedError(404, "index_not_found_exception", f"no such index [{name}]")
        lines = [json.loads(line) for line in body.splitlines()]
        match method, operation:
            case "DELETE", "":
                del self.indexes[name]
                return {"acknowledged": True}
            case "POST", "_search":
                return self._search(name, lines[0])
            case "POST", "_msearch":
                assert lines[0::2] == [{}] * (len(lines) // 2)
                return {"responses": [{**self._search(name, each), "status": 200} for each in lines[1::2]]}
            case "POST", "_bulk":
                return self._bulk(name, lines)
        raise RefusedError(403, "forbidden", f"{method} {path} isn't among the operations of the service")

    def _bulk(self, name: str, lines: Sequence[Document]) -> Document:
        items, rest = list[Document](), iter(lines)
        for action in rest:
            match action:
                case {"index": {**parameters}}:
                    items.append({"index": self._indexed(name, parameters, next(rest))})
                case {"delete": {"_id": str(identity), **others}} if not others:
                    gone = self.indexes[name].pop(identity, None)
                    items.append({"delete": {"_id": identity, "status": 404 if gone is None else 200}})
                case _:
                    raise RefusedError(400, "illegal_argument_exception", f"malformed action {action}")
        return {"errors": any(item[kind]["status"] > 299 for item in items for kind in item), "items": items}

    def _indexed(self, name: str, parameters: Document, document: Document) -> Document:
        if parameters:
            reason = "Document ID is not supported in create/index operation request"
            return {"status": 400, "error": {"type": "illegal_argument_exception", "reason": reason}}
        identity = next(self._ids)
        self.indexes[name][identity] = document
        return {"_id": identity, "status": 201}

    def _search(self, name: str, body: Document) -> Document:
        asked = dict(body)
        size, query, members = asked.pop("size"), asked.pop("query"), asked.pop("_source", None)
        assert not asked
        assert size <= 10_000
        scored = [
            (score, identity, document)
            for identity, document in self._seen.get(name, {}).items()
            if (score := _score(query, document)) is not None
        ]
        scored.sort(key=lambda each: -each[0])
        if "knn" in query:
            scored = scored[: query["knn"]["vector"]["k"]]
        hits = [
            {
                "_id": identity,
                "_score": score,
                "_source": {key: document[key] for key in members or document},
            }
            for score, identity, document in scored[:size]
        ]
        return {"hits": {"total": {"value": len(scored)}, "hits": hits}}


def _score(query: Mapping[str, Any], document: Document) -> float | None:
    """What a document scores, or ``None`` where the query leaves it out; words by how many it has."""
    ((kind, given),) = query.items()
    match kind:
        case "knn":
            ((member, asked),) = given.items()
            if "filter" in asked and _score(asked["filter"], document) is None:
                return None
            assert math.isclose(math.hypot(*document[member]), 1, rel_tol=1e-6), "an inner product is meant"
            return 1 + sum(a * b for a, b in zip(asked["vector"], document[member], strict=True))
        case "bool":
            assert given.keys() <= {"must", "filter", "must_not"}
            required = [_score(each, document) for each in (*given.get("must", ()), *given.get("filter", ()))]
            barred = [_score(each, document) for each in given.get("must_not", ())]
            passes = None not in required and all(score is None for score in barred)
            return sum(score or 0.0 for score in required) if passes else None
        case "match":
            ((member, asked),) = given.items()
            shared = set(asked["query"].split()) & set(document[member].split())
            return float(len(shared)) if shared else None
        case "term" | "terms":
            ((member, value),) = given.items()
            return 0.0 if document[member] in (value if kind == "terms" else [value]) else None
        case "range":
            ((member, bounds),) = given.items()
            assert bounds.keys() == {"gte"}
            return 0.0 if document[member] >= bounds["gte"] else None
    raise RefusedError(400, "parsing_exception", f"unknown query [{kind}]")
