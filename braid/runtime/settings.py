"""Settings: a frozen dataclass per function, read from the environment.

The field ``results_bucket`` is read from ``RESULTS_BUCKET``. The stack provides exactly these keys. Texts and
numbers stand there as they are; a list (``tuple[str, ...]``), a map (``dict[str, str]``) or a map of
dataclasses is JSON.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints

from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.wire import decode

__all__ = ["MissingSettingsError", "environment_keys", "read_settings"]

T = TypeVar("T")
_PLAIN = (str, int, float)


class MissingSettingsError(ConfigError):
    """Some aren't there at all, as while a deployment has brought new code and not yet its settings."""


def environment_keys(cls: type) -> frozenset[str]:
    """The environment variables that ``cls`` is read from."""
    return frozenset(field.name.upper() for field in dataclasses.fields(cls))


def read_settings(cls: type[T], environment: Mapping[str, str] | None = None) -> T:
    """Builds ``cls`` from the environment.

    Raises ``ConfigError`` that lists every missing and malformed key at once, ``MissingSettingsError`` where
    none is malformed.
    """
    values = os.environ if environment is None else environment
    hints = get_type_hints(cls)
    problems: list[str] = []
    are_all_missing = True
    arguments: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # callers pass dataclasses only
        key = field.name.upper()
        text = values.get(key, "")
        if not text:
            problems.append(f"{key} is missing")
            continue
        try:
            arguments[field.name] = _read(hints[field.name], text)
        except (ValueError, InvalidInputError) as error:
            problems.append(f"{key} {error}")
            are_all_missing = False
    if problems:
        kind = MissingSettingsError if are_all_missing else ConfigError
        raise kind(f"{cls.__name__}: " + "; ".join(problems))
    return cls(**arguments)


def _read(kind: Any, text: str) -> Any:
    if kind in _PLAIN:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"must be {kind.__name__}, not {text!r}") from None
    try:
        value = parse_json(text)
    except ValueError:
        raise ValueError(f"must be JSON, not {text!r:.80}") from None
    return decode(kind, value)
