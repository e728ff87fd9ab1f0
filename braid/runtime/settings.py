"""Settings: a frozen dataclass per function, read once from the environment.

The field ``results_bucket`` is read from ``RESULTS_BUCKET``. The stack provides exactly these keys.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints

from braid.domain.errors import ConfigError

__all__ = ["environment_keys", "read_settings"]

T = TypeVar("T")


def environment_keys(cls: type) -> frozenset[str]:
    """The environment variables that ``cls`` is read from."""
    return frozenset(field.name.upper() for field in dataclasses.fields(cls))


def read_settings(cls: type[T], environment: Mapping[str, str] | None = None) -> T:
    """Builds ``cls`` (fields of ``str``, ``int`` or ``float``) from the environment.

    Raises ``ConfigError`` that lists every missing and malformed key at once.
    """
    values = os.environ if environment is None else environment
    hints = get_type_hints(cls)
    problems: list[str] = []
    arguments: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # callers pass dataclasses only
        key = field.name.upper()
        text = values.get(key, "")
        if not text:
            problems.append(f"{key} is missing")
            continue
        try:
            arguments[field.name] = hints[field.name](text)
        except ValueError:
            problems.append(f"{key} must be {hints[field.name].__name__}, not {text!r}")
    if problems:
        raise ConfigError(f"{cls.__name__}: " + "; ".join(problems))
    return cls(**arguments)
