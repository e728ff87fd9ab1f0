"""Writes a request as the TOML that ``read_request`` reads: what a chain's next stage is dropped as."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from braid.domain.generation.request import GenerationRequest
from braid.domain.wire import encode

__all__ = ["as_toml", "compose"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def compose(request: GenerationRequest) -> str:
    """The request without what is empty, a member a line."""
    return as_toml({name: value for name, value in encode(request).items() if value not in ("", [], {})})


def as_toml(members: Mapping[str, Any]) -> str:
    """JSON-like members, a line each."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in members.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    """A basic string: JSON's escapes are TOML's, and DEL, which JSON lets stand, is escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
