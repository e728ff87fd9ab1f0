"""Which engine answers which operation here, and which would without it. Nothing is loaded to say so."""

from __future__ import annotations

import importlib.util
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.weights.cache import is_fetched
from local.weights.catalogue import WeightSet, weight_set
from local.weights.optional import is_installed

__all__ = ["Engine", "Operation", "operations"]

_TABLE = Path(__file__).with_name("operations.toml")


@dataclass(frozen=True)
class Engine:
    """What computes answers.

    ``module``: what must be importable; ``weights``: the set that must be fetched; ``optional``: what
    `braid engines install` must have installed; ``setting``: the variable that must name a folder of
    weights or, where it ends in ``_URL``, a server. ``quality``: as measured, in a few words.
    """

    key: str
    name: str
    licence: str
    quality: str
    module: str | None = None
    weights: str | None = None
    optional: str | None = None
    setting: str | None = None

    @property
    def weight_set(self) -> WeightSet | None:
        """Its weights in the catalogue; ``None`` where they come inside its package, or it has none."""
        return weight_set(self.weights) if self.weights else None

    def is_there(self) -> bool:
        """Whether it can answer on this machine."""
        return (
            (self.module is None or importlib.util.find_spec(self.module) is not None)
            and (self.weights is None or is_fetched(self.weights))
            and (self.optional is None or is_installed(self.optional))
            and (self.setting is None or bool(os.environ.get(self.setting)))
        )

    @property
    def comes_with_setup(self) -> bool:
        """Whether `make setup` brings it; the others are there for who wants them."""
        return self.setting is None and self.optional is None

    def remedy(self) -> str:
        """The command that brings what it lacks."""
        if self.setting is not None:
            return f"export {self.setting}={'URL' if self.setting.endswith('_URL') else 'FOLDER'}"
        if self.optional is not None:
            return f"braid engines install {self.optional}"
        if self.weights is not None and (self.module is None or importlib.util.find_spec(self.module)):
            return f"braid engines fetch {self.weights}"
        return "make setup"


@dataclass(frozen=True)
class Operation:
    """An operation of a service and the engines that can answer it, the best first."""

    service: str
    name: str
    engines: tuple[Engine, ...]

    def expected(self) -> Engine | None:
        """The best engine that `make setup` brings; ``None`` where it brings none."""
        return next((engine for engine in self.engines if engine.comes_with_setup), None)

    def in_use(self) -> Engine | None:
        """The first engine that is there; ``None``: the operation is refused, never made up."""
        return next((engine for engine in self.engines if engine.is_there()), None)

    def fallback(self) -> Engine | None:
        """What would answer without the engine that does."""
        rest = [engine for engine in self.engines if engine.is_there()][1:]
        return rest[0] if rest else None


@cache
def operations() -> tuple[Operation, ...]:
    """All operations, in the order of the table."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    engines = {key: Engine(key, **members) for key, members in table["engines"].items()}
    return tuple(
        Operation(row["service"], row["operation"], tuple(engines[key] for key in row["engines"]))
        for row in table["operations"]
    )
