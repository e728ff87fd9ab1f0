"""The collection: what each asset says, and questions with the asset that answers them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Collection", "collection"]


@dataclass(frozen=True)
class Collection:
    """Texts by asset; ``codes`` and ``words`` map questions to assets, ``absent`` have no answer here."""

    assets: dict[str, list[str]]
    codes: dict[str, str]
    words: dict[str, str]
    absent: list[str]


def collection() -> Collection:
    """Reads it."""
    found = tomllib.loads(Path(__file__).with_name("collection.toml").read_text("utf-8"))
    return Collection(found["assets"], found["codes"], found["words"], found["absent"]["queries"])
