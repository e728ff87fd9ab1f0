"""Answers that miss their schema by form alone, put into its form; nothing is added to what the model wrote.

Models that don't decode under the schema write a list as a JSON string, one value where a list is wanted,
null for an empty list, members that nobody asked for, or one wrapper too many. A repair of that is paid for
without need.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from braid.domain.json_text import parse_json
from braid.runtime.answer_schema import schema_problem

__all__ = ["mended"]

_MAX_DEPTH = 12
# A note stands in the answer: of what a model calls a member no more than a name is told.
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w{0,30}")


def mended(
    answer: dict[str, Any], wanted: Mapping[str, Any], schema: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answer in the form ``wanted``, as far as its own content allows, and what was changed, in words.

    An answer that has that form, and one that can't be brought into ``schema``, which may take more, come
    back as they are.
    """
    if not schema_problem(answer, wanted):
        return answer, ()
    notes: list[str] = []
    found = _mended(answer, wanted, "", notes, 0)
    if not isinstance(found, dict) or schema_problem(found, schema or wanted):
        return answer, ()
    return found, tuple(notes)


def _mended(value: Any, schema: Mapping[str, Any], path: str, notes: list[str], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return value
    kind = schema.get("type")
    if kind in ("array", "object") and isinstance(value, str):
        value = _parsed(value, kind, path, notes)
    if kind == "array":
        return _list(value, schema, path, notes, depth)
    if kind == "object":
        return _object(value, schema, path, notes, depth)
    if isinstance(value, list) and len(value) == 1 and kind is not None:
        notes.append(f"mended: {path} was a list around its one value")
        value = value[0]
    return _spelled(value, schema.get("enum") or (), path, notes)


def _spelled(value: Any, listed: Sequence[Any], path: str, notes: list[str]) -> Any:
    """A listed value that the model wrote in other capitals or with spaces around it, as it is listed."""
    if not isinstance(value, str) or value in listed:
        return value
    plain = value.strip().casefold()
    meant = next((each for each in listed if isinstance(each, str) and each.casefold() == plain), None)
    if meant is None:
        return value
    notes.append(f"mended: {path} is written as it is listed")
    return meant


def _parsed(text: str, kind: str, path: str, notes: list[str]) -> Any:
    """What a string of JSON holds, if that is of the kind wanted."""
    try:
        found = parse_json(text)
    except ValueError:
        return text
    if not isinstance(found, list if kind == "array" else dict):
        return text
    notes.append(
        f"mended: {path or '/'} was {'a list' if kind == 'array' else 'an object'} written as a string"
    )
    return found


def _list(value: Any, schema: Mapping[str, Any], path: str, notes: list[str], depth: int) -> Any:
    items = schema.get("items")
    items = items if isinstance(items, Mapping) else {}
    if value is None:
        notes.append(f"mended: {path} was null, not an empty list")
        return []
    if isinstance(value, dict) and len(value) == 1 and not set(value) & set(items.get("properties") or ()):
        (inner,) = value.values()
        if isinstance(inner, list):
            notes.append(f"mended: {path} was an object around its list")
            value = inner
    if not isinstance(value, list):
        notes.append(f"mended: {path} was one value, not a list")
        value = [value]
    elif len(value) == 1 and isinstance(value[0], list) and items.get("type") != "array":
        notes.append(f"mended: {path} was a list around its list")
        value = value[0]
    return [_mended(item, items, f"{path}/{index}", notes, depth + 1) for index, item in enumerate(value)]


def _object(value: Any, schema: Mapping[str, Any], path: str, notes: list[str], depth: int) -> Any:
    known: Mapping[str, Any] = schema.get("properties") or {}
    required = set(schema.get("required") or ())
    if isinstance(value, list) and len(value) == 1:
        notes.append(f"mended: {path or '/'} was a list around its one object")
        value = value[0]
    if isinstance(value, dict) and len(value) == 1 and not set(value) & set(known):
        (inner,) = value.values()
        inner = _parsed(inner, "object", path, notes) if isinstance(inner, str) else inner
        if isinstance(inner, dict) and required <= inner.keys():
            notes.append(f"mended: {path or '/'} was wrapped in one more object")
            value = inner
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, member in value.items():
        below = f"{path}/{name}"
        if name not in known:
            if schema.get("additionalProperties") is False:
                told = below if _PLAIN_NAME.fullmatch(name) else f"a member of {path or '/'}"
                notes.append(f"mended: {told} was left out: nobody asked for it")
                continue
            kept[name] = member
        elif (
            member is None and name not in required and (known[name] or {}).get("type") not in ("array", None)
        ):
            notes.append(f"mended: {below} was null and was left out")
        else:
            kept[name] = _mended(member, known[name], below, notes, depth + 1)
    return kept
