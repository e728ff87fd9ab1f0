"""Tables are the published schemas: every member is a column, and a row is what the document says."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest

from braid.domain.catalogue.column_types import ColumnType, column_type, fitted
from braid.domain.catalogue.tables import TABLES, Table, columns_of, row_lines, rows_of
from braid.domain.wire import encode
from braid.runtime.library import document_schemas
from schemas.regenerate import DOCUMENTS
from tests.contract.document_goldens import filled

SCHEMAS = document_schemas()
BY_NAME = {table.name: table for table in TABLES}


def documents() -> dict[str, dict[str, Any]]:
    """One document of each shape, with every member filled in."""
    return {name: encode(filled(DOCUMENTS[name])) for name in {table.document for table in TABLES}}


@pytest.mark.parametrize(
    ("schema", "glue", "duckdb"),
    [
        ({"type": "string"}, "string", "VARCHAR"),
        ({"enum": ["a", "b"]}, "string", "VARCHAR"),
        ({"const": "1"}, "string", "VARCHAR"),
        ({"type": "integer"}, "bigint", "BIGINT"),
        ({"type": "number"}, "double", "DOUBLE"),
        ({"type": "boolean"}, "boolean", "BOOLEAN"),
        ({}, "string", "VARCHAR"),
        ({"anyOf": [{"type": "number"}, {"type": "string"}]}, "string", "VARCHAR"),
        ({"type": "array", "items": {"type": "integer"}}, "array<bigint>", "BIGINT[]"),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            "map<string,double>",
            "MAP(VARCHAR, DOUBLE)",
        ),
        (
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {"$ref": "#/$defs/B"}}},
            "struct<a:string,b:struct<of:string>>",
            'STRUCT("a" VARCHAR, "b" STRUCT("of" VARCHAR))',
        ),
    ],
)
def test_a_schema_is_a_type_in_both_words(schema: dict[str, Any], glue: str, duckdb: str) -> None:
    holding_itself = {"B": {"type": "object", "properties": {"of": {"$ref": "#/$defs/B"}}}}

    found = column_type(schema, holding_itself)

    assert (found.glue, found.duckdb) == (glue, duckdb)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_has_every_member_of_what_is_stored(table: Table) -> None:
    """The drift test: a member that is added to the code, or to a schema alone, fails here."""
    kind: Any = DOCUMENTS[table.document]
    if table.items:
        listed = {field.name: field for field in dataclasses.fields(kind)}[table.items]
        sample = getattr(filled(kind), listed.name)[0]
        kind = type(sample)
    stored = [field.name for field in dataclasses.fields(kind)]

    columns = [name for name, _ in columns_of(table, SCHEMAS)]

    assert columns[-len(stored) :] == stored
    assert set(columns) - set(stored) <= {"asset_id", "attempt", "profile", "finished_at"}


def test_a_member_that_a_schema_alone_has_is_seen() -> None:
    changed = copy.deepcopy(SCHEMAS)
    changed["receipt"]["$defs"]["ReceiptLine"]["properties"]["colour"] = {"type": "string"}
    table = BY_NAME["receipt_lines"]

    assert columns_of(table, changed) != columns_of(table, SCHEMAS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_holds_what_the_document_says_and_nothing_beside_its_columns(table: Table) -> None:
    found = documents()

    rows = rows_of(table, found, SCHEMAS)

    assert rows
    kinds = dict(columns_of(table, SCHEMAS))
    source = found[table.document]
    item = source[table.items][0] if table.items else source
    for name, value in rows[0].items():
        if name in item:
            assert value == fitted(item[name], kinds[name])
    assert rows[0]["asset_id"] == found["result"]["asset_id"]
    assert rows[0].keys() == kinds.keys()
    assert row_lines(rows).count(b"\n") == len(rows)


def test_an_asset_without_the_document_has_no_row() -> None:
    found = {"result": documents()["result"]}

    assert rows_of(BY_NAME["answers"], found, SCHEMAS) == []
    assert len(rows_of(BY_NAME["assets"], found, SCHEMAS)) == 1


def test_what_may_be_anything_is_json_text() -> None:
    assert fitted({"a": [1, "ü"]}, ColumnType("json")) == '{"a":[1,"ü"]}'
    assert fitted(7, ColumnType("json")) == "7"
    assert fitted(None, ColumnType("json")) is None


def test_no_column_has_a_name_that_athena_reserves_or_spells_otherwise() -> None:
    for table in TABLES:
        for name, _ in columns_of(table, SCHEMAS):
            assert name == name.lower()
            assert json.dumps(name) == f'"{name}"'
