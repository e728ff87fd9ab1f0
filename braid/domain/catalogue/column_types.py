"""Column types from JSON Schemas, in the words of Glue and of DuckDB. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["ColumnType", "column_type", "fitted"]

Kind = Literal["text", "integer", "number", "truth", "json", "list", "map", "object"]
_PLAIN: Mapping[Any, Kind] = {"string": "text", "integer": "integer", "number": "number", "boolean": "truth"}
_GLUE = {"text": "string", "integer": "bigint", "number": "double", "truth": "boolean", "json": "string"}
_DUCKDB = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "truth": "BOOLEAN", "json": "VARCHAR"}


@dataclass(frozen=True)
class ColumnType:
    """``of`` is a list's or a map's value, ``members`` an object's; ``json`` is any value, as JSON text."""

    kind: Kind
    of: ColumnType | None = None
    members: tuple[tuple[str, ColumnType], ...] = ()

    @property
    def glue(self) -> str:
        """The type as a Glue table has it."""
        if self.kind == "list" and self.of:
            return f"array<{self.of.glue}>"
        if self.kind == "map" and self.of:
            return f"map<string,{self.of.glue}>"
        if self.kind == "object":
            members = ",".join(f"{name}:{kind.glue}" for name, kind in self.members)
            return f"struct<{members}>"
        return _GLUE[self.kind]

    @property
    def duckdb(self) -> str:
        """The type as DuckDB has it."""
        if self.kind == "list" and self.of:
            return f"{self.of.duckdb}[]"
        if self.kind == "map" and self.of:
            return f"MAP(VARCHAR, {self.of.duckdb})"
        if self.kind == "object":
            members = ", ".join(f'"{name}" {kind.duckdb}' for name, kind in self.members)
            return f"STRUCT({members})"
        return _DUCKDB[self.kind]


def column_type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> ColumnType:
    """The type of what ``schema`` allows; what may be of several kinds is JSON text.

    A type that holds itself is JSON text where it does: no column nests without an end.
    """
    return _type(schema, definitions, ())


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any], inside: tuple[str, ...]) -> ColumnType:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        if name in inside:
            return ColumnType("json")
        return _type(definitions[name], definitions, (*inside, name))
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return ColumnType("text" if all(isinstance(value, str) for value in values) else "json")
    kind = schema.get("type")
    if kind in _PLAIN:
        return ColumnType(_PLAIN[kind])
    if kind == "array" and isinstance(schema.get("items"), Mapping):
        return ColumnType("list", of=_type(schema["items"], definitions, inside))
    if kind == "object" and schema.get("properties"):
        members = schema["properties"].items()
        return ColumnType(
            "object", members=tuple((name, _type(value, definitions, inside)) for name, value in members)
        )
    values = schema.get("additionalProperties")
    if kind == "object" and isinstance(values, Mapping) and values:
        return ColumnType("map", of=_type(values, definitions, inside))
    return ColumnType("json")


def fitted(value: Any, kind: ColumnType) -> Any:
    """The JSON value as a column of that type takes it; a document of a newer minor may hold more."""
    if value is None:
        return None
    if kind.kind == "json":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if kind.kind == "list" and kind.of:
        return [fitted(item, kind.of) for item in value]
    if kind.kind == "map" and kind.of:
        return {name: fitted(item, kind.of) for name, item in value.items()}
    if kind.kind == "object":
        return {name: fitted(value.get(name), member) for name, member in kind.members}
    return value
