"""Whether an answer fits its profile's JSON Schema."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import fastjsonschema

__all__ = ["schema_problem"]


def schema_problem(answer: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What the schema refuses about the answer, or nothing.

    Python reads ``NaN`` and ``1e999`` as numbers, and would write them where nobody else can read them.
    """
    try:
        json.dumps(answer, allow_nan=False)
    except ValueError:
        return "data must not hold NaN or Infinity, which aren't JSON"
    try:
        _validator(json.dumps(schema, sort_keys=True))(answer)
    except fastjsonschema.JsonSchemaValueException as error:
        return str(error.message)[:300]
    return ""


@functools.lru_cache(maxsize=16)
def _validator(schema: str) -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = fastjsonschema.compile(json.loads(schema))
    return compiled
