"""JSON Schemas of the documents, derived from the very dataclasses that write them.

They promise what ``braid.domain.wire`` reads: members without a default are required, those that may be
``None`` are left out instead, and nothing else is there.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["schema_of"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Any: {},
}


def schema_of(cls: type, title: str) -> dict[str, Any]:
    """The schema of the document that ``cls`` encodes to; nested dataclasses stand under ``$defs``."""
    definitions: dict[str, Any] = {}
    root = _object_schema(cls, definitions)
    definitions.pop(cls.__name__, None)
    schema = {"$schema": _DIALECT, "title": title, **root}
    return schema | ({"$defs": dict(sorted(definitions.items()))} if definitions else {})


def _object_schema(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    properties: dict[str, Any] = {}
    required = []
    for field in dataclasses.fields(cls):
        kind, may_be_none = _without_none(hints[field.name])
        properties[field.name] = _value_schema(kind, definitions)
        has_default = (
            field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        )
        # What is always written is promised even where a reader would supply it.
        if not may_be_none:
            required.append(field.name)
        if field.name == "schema_version" and has_default:
            properties[field.name] = {"const": field.default}
    return {
        "type": "object",
        "description": " ".join((inspect.getdoc(cls) or "").split()),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _without_none(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) in (Union, types.UnionType):
        inner = tuple(argument for argument in get_args(kind) if argument is not type(None))
        is_optional = len(inner) < len(get_args(kind))
        return (inner[0] if len(inner) == 1 else Union[inner]), is_optional  # noqa: UP007 - built at run time
    return kind, False


def _value_schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_value_schema(argument, definitions) for argument in arguments]}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is not Ellipsis:
            items = _value_schema(arguments[0], definitions)
            return {"type": "array", "items": items, "minItems": 2, "maxItems": 2}
        return {"type": "array", "items": _value_schema(arguments[0], definitions)}
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {"type": "object", "additionalProperties": _value_schema(arguments[1], definitions)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}  # a placeholder: a type may hold itself
            definitions[kind.__name__] = _object_schema(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    raise TypeError(f"no schema for {kind}")
