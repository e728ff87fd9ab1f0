"""Writes an asset's rows, from its documents as they stand. Done again it ends the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from braid.domain.catalogue.tables import TABLES, row_lines, rows_key, rows_of
from braid.domain.claim_check import Claim
from braid.domain.errors import PendingError
from braid.domain.wire import decode
from braid.store.documents import DocumentStore

__all__ = ["export"]

# The name that result.json gives a document, by its schema's.
_NAMED = {"receipt": "receipt", "answer": "answer", "posts_summary": "summary"}
_JSONL = "application/jsonl"


def export(
    asset_id: str, store: DocumentStore, schemas: Mapping[str, Mapping[str, Any]], *, is_deleted: bool
) -> int:
    """How many rows were written; a table that the asset has no row in any more loses its file.

    Of a deleted asset nothing is left. Raises ``PendingError`` before there is a result.
    """
    documents = {} if is_deleted else _documents(asset_id, store)
    written = 0
    for table in TABLES:
        rows = rows_of(table, documents, schemas) if documents else []
        key = rows_key(table, asset_id)
        if rows:
            store.put_bytes(key, row_lines(rows), _JSONL)
            written += len(rows)
        else:
            store.remove(key)
    return written


def _documents(asset_id: str, store: DocumentStore) -> dict[str, Mapping[str, Any]]:
    body = store.find_bytes(f"assets/{asset_id}/result.json")
    if body is None:
        raise PendingError(f"{asset_id} has no result yet")
    result = json.loads(body)
    documents = {"result": result}
    for schema, name in _NAMED.items():
        if name in result["results"]:
            claim = decode(Claim, result["results"][name])
            documents[schema] = json.loads(store.get_payload(claim))
    return documents
