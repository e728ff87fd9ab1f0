"""Which engine answers which operation here, and which would without it. Nothing is loaded to say so."""

from __future__ import annotations

import importlib.util
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from local import own_settings, weights
from local.weights.cache import is_fetched
from local.weights.catalogue import WeightSet, weight_set
from local.weights.optional import is_installed

__all__ = ["Engine", "Operation", "operations"]

_TABLE = Path(__file__).with_name("operations.toml")


@dataclass(frozen=True)
class Engine:
    """What computes answers.

    ``module``: what must be importable; ``weights``: the sets that must be fetched, its own first;
    ``optional``: what `braid engines install` must have installed; ``setting``: the variable that must name a
    server where it ends in ``_URL``, else a folder with ``files``. ``quality``: as measured, in a few words;
    ``measured``: the page and the heading where its figures stand.
    """

    key: str
    name: str
    licence: str
    quality: str
    module: str | None = None
    weights: tuple[str, ...] = ()
    optional: str | None = None
    setting: str | None = None
    files: tuple[str, ...] = ()
    measured: str | None = None

    @property
    def weight_sets(self) -> tuple[WeightSet, ...]:
        """Its weights in the catalogue; none where they come inside its package, or it has none."""
        return tuple(weight_set(name) for name in self.weights)

    def is_there(self) -> bool:
        """Whether it can answer on this machine, by what is quickly seen."""
        return (
            (self.module is None or importlib.util.find_spec(self.module) is not None)
            and not self._unfetched()
            and (self.optional is None or is_installed(self.optional))
            and (self.setting is None or (bool(self._set_to()) and self.fault() is None))
        )

    def fault(self) -> str | None:
        """What is wrong with what its ``setting`` names; ``None`` where nothing is, or nothing is named."""
        named = self._set_to()
        if self.setting is None or not named:
            return None
        if self.setting.endswith("_URL"):
            return own_settings.address_fault(self.setting, named)
        return own_settings.folder_fault(self.setting, named, self.files)

    def damage(self) -> str | None:
        """What is wrong with the bytes of its weights; all are read for it."""
        try:
            for found in self.weight_sets:
                built = [build.name for build in found.builds]
                for name in (*(file.name for file in found.files), *built):
                    weights.path(found.name, name)
        except weights.WeightsMissingError as error:
            return str(error)
        return None

    def _set_to(self) -> str:
        return os.environ.get(self.setting, "").strip() if self.setting else ""

    def _unfetched(self) -> list[str]:
        return [name for name in self.weights if not is_fetched(name)]

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
        if self.weights and (self.module is None or importlib.util.find_spec(self.module)):
            return f"braid engines fetch {' '.join(self._unfetched() or self.weights)}"
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

    def fault(self) -> str | None:
        """What is wrong with a setting of the user's own: who names an engine gets no other."""
        return next((fault for engine in self.engines if (fault := engine.fault())), None)

    def in_use(self) -> Engine | None:
        """The first engine that is there; ``None``: the operation is refused, never made up."""
        if self.fault() is not None:
            return None
        return next((engine for engine in self.engines if engine.is_there()), None)

    def fallback(self) -> Engine | None:
        """What would answer without the engine that does."""
        rest = [engine for engine in self.engines if engine.is_there()][1:]
        return rest[0] if rest else None


@cache
def operations() -> tuple[Operation, ...]:
    """All operations, in the order of the table."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    engines = {
        key: Engine(key, **{name: _frozen(value) for name, value in members.items()})
        for key, members in table["engines"].items()
    }
    return tuple(
        Operation(row["service"], row["operation"], tuple(engines[key] for key in row["engines"]))
        for row in table["operations"]
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
