"""How good an asset must be for a use case: the ``[gates]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["GatePlan"]


@dataclass(frozen=True)
class GatePlan:
    """Thresholds of the quality gates; what a profile leaves out has the default of every use case."""

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        yield from ()
