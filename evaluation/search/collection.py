"""The collections: what each asset says, and questions with the asset that answers them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Collection", "collection", "collections_by_language"]


@dataclass(frozen=True)
class Collection:
    """Texts by asset; ``codes`` and ``words`` map questions to assets, ``absent`` have no answer here."""

    assets: dict[str, list[str]]
    codes: dict[str, str]
    words: dict[str, str]
    absent: list[str]


def collection() -> Collection:
    """The one in English, with three assets in other languages."""
    return _read(_document("collection.toml"))


def collections_by_language() -> dict[str, Collection]:
    """Smaller ones, each in one other language, by its code."""
    return {language: _read(found) for language, found in _document("languages.toml").items()}


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def _read(found: dict[str, Any]) -> Collection:
    return Collection(found["assets"], found.get("codes", {}), found["words"], found["absent"]["queries"])
