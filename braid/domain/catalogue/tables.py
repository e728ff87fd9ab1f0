"""The catalogue's tables: which published document each is made of, its columns, an asset's rows. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.catalogue.column_types import ColumnType, column_type, fitted

__all__ = ["FOLDER", "TABLES", "Table", "columns_of", "row_lines", "rows_key", "rows_of"]

FOLDER = "catalogue"
# Opens every table but that of the assets themselves: whose row it is.
_WHOSE = (
    ("asset_id", ColumnType("text")),
    ("attempt", ColumnType("integer")),
    ("profile", ColumnType("text")),
    ("finished_at", ColumnType("text")),
)
Columns = tuple[tuple[str, ColumnType], ...]


@dataclass(frozen=True)
class Table:
    """``document`` is the name of its schema; ``items`` the list in it of which each item is a row."""

    name: str
    document: str
    says: str
    items: str = ""


TABLES = (
    Table("assets", "result", "one row for each asset: how it ended, and when"),
    Table("gates", "result", "one row for each quality gate that an asset met", "gates"),
    Table("missing", "result", "one row for each operation that was wanted and gave nothing", "missing"),
    Table(
        "missed_targets", "result", "one row for each target of a profile that was missed", "missed_targets"
    ),
    Table("receipt_lines", "receipt", "one row for each priced quantity", "lines"),
    Table("answers", "answer", "one row for each answer that stands"),
    Table("claims", "answer", "one row for each statement of an answer", "claims"),
    Table(
        "contradictions", "answer", "one row for each contradiction in an asset's evidence", "contradictions"
    ),
    Table("posts", "posts_summary", "one row for each file of posts: what was decided, and what it cost"),
)


def columns_of(table: Table, schemas: Mapping[str, Mapping[str, Any]]) -> Columns:
    """The table's columns in order, from the schema of its document: every member of it is one."""
    schema = schemas[table.document]
    definitions = schema.get("$defs", {})
    whole = column_type(schema, definitions)
    if not table.items:
        own = whole.members
    else:
        listed = dict(whole.members)[table.items]
        own = listed.of.members if listed.of else ()
    known = {name for name, _ in own}
    return (*((name, kind) for name, kind in _WHOSE if name not in known), *own)


def rows_of(
    table: Table,
    documents: Mapping[str, Mapping[str, Any]],
    schemas: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """One asset's rows. ``documents`` are its stored documents by the names of their schemas.

    None where the asset has no such document.
    """
    document, result = documents.get(table.document), documents["result"]
    if document is None:
        return []
    columns = columns_of(table, schemas)
    whose = {
        "asset_id": result["asset_id"],
        "attempt": result["attempt"],
        "profile": result["profile"],
        "finished_at": result["timings"]["finished_at"],
    }
    items = document.get(table.items, []) if table.items else [document]
    return [{name: fitted({**whose, **item}.get(name), kind) for name, kind in columns} for item in items]


def row_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as JSON lines, which is how a table's files are read."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode(
        "utf-8", "replace"
    )


def rows_key(table: Table, asset_id: str) -> str:
    """Where an asset's rows of a table lie in the results bucket."""
    return f"{FOLDER}/{table.name}/{asset_id}.jsonl"
