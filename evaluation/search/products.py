"""The eight products of ``samples/products``, and the questions of ``queries.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Level", "Product", "QuerySets", "products", "query_sets"]

_PRODUCTS = Path(__file__).resolve().parents[2] / "samples" / "products"


@dataclass(frozen=True)
class Product:
    """Its picture as a JPEG file's bytes, its title, and title and description together."""

    name: str
    title: str
    text: str
    picture: bytes


@dataclass(frozen=True)
class Level:
    """Sentences by name, and questions with the names of all that answer them."""

    items: Mapping[str, str]
    queries: Mapping[str, list[str]]


@dataclass(frozen=True)
class QuerySets:
    """``cross_modal`` maps questions to products."""

    cross_modal: Mapping[str, str]
    granularity: Level
    context: Level


def products() -> list[Product]:
    """All of them, by name."""
    found = []
    for folder in sorted(_PRODUCTS.glob("*.bundle")):
        name = folder.name.removesuffix(".bundle")
        text = (folder / f"{name}.md").read_text("utf-8").removeprefix("# ")
        title, _, said = text.partition("\n")
        found.append(Product(name, title, f"{title}. {said.strip()}", (folder / f"{name}.jpg").read_bytes()))
    return found


def query_sets() -> QuerySets:
    """Reads them."""
    found = tomllib.loads(Path(__file__).with_name("queries.toml").read_text("utf-8"))
    return QuerySets(found["cross_modal"], Level(**found["granularity"]), Level(**found["context"]))
