"""Inputs of kinds that break readers in the wild, made on the spot, and whether each comes out right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Kind"]


@dataclass(frozen=True)
class Kind:
    """One kind: ``inputs`` gives names with the files' bytes; ``is_right`` reads one as the pipeline does."""

    name: str
    inputs: Callable[[], Iterable[tuple[str, bytes]]]
    is_right: Callable[[str, bytes], bool]
