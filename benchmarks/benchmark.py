"""What a benchmark is: what it measures, and on which page its table stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.pages import Page
from benchmarks.rows import Row

__all__ = ["Benchmark", "UnmeasurableError"]


class UnmeasurableError(Exception):
    """Raised by ``measure`` when something that it needs isn't here; the message says what."""


@dataclass(frozen=True)
class Benchmark:
    """One section of a page.

    ``name`` is what the command line calls it and what marks its section; ``about`` is a paragraph of
    Markdown that says how it is measured; ``subject`` heads the table's first column; ``packages`` are
    distributions whose versions matter. One ``on_request`` takes long, and is measured only where it is
    named.
    """

    name: str
    page: Page
    title: str
    about: str
    subject: str
    measure: Callable[[], Sequence[Row]]
    packages: tuple[str, ...] = ()
    on_request: bool = False
