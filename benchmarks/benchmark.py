"""What a benchmark is: what it measures, and on which page its table stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import Page
from benchmarks.rows import Row

__all__ = ["Benchmark", "UnmeasurableError", "real_material"]


class UnmeasurableError(Exception):
    """Raised by ``measure`` when something that it needs isn't here; the message says what."""


def real_material() -> Path:
    """The folder of files that nobody here wrote. Raises ``UnmeasurableError`` where none is named."""
    folder = os.environ.get("BRAID_TEST_DATA")
    if not folder:
        raise UnmeasurableError("set BRAID_TEST_DATA to the folder of real material")
    return Path(folder)


@dataclass(frozen=True)
class Benchmark:
    """One section of a page.

    ``name`` is what the command line calls it and what marks its section; ``about`` is a paragraph of
    Markdown that says how it is measured; ``subject`` heads the table's first column; ``packages`` are
    distributions whose versions matter. One ``on_request`` takes long, and is measured only where it or its
    page is named; an ``is_short`` one is a ratio within a minute or two, which ``--check`` holds unnamed.
    """

    name: str
    page: Page
    title: str
    about: str
    subject: str
    measure: Callable[[], Sequence[Row]]
    packages: tuple[str, ...] = ()
    on_request: bool = False
    is_short: bool = False
