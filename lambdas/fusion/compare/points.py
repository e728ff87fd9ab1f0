"""One point in which two sides of a comparison contradict each other."""

from __future__ import annotations

from dataclasses import dataclass

from lambdas.fusion.observe.parsing import Statement

__all__ = ["Contradiction", "Found"]


@dataclass(frozen=True)
class Contradiction:
    """One point in which two sides differ; ``probability`` is how sure that is.

    ``values`` are what each says, where two values differ: a denial has none.
    """

    probability: float
    one: Statement
    other: Statement
    reason: str
    values: tuple[str, ...] = ()


# A point with what it is about: of several findings about the same two things the surest counts.
Found = tuple[tuple[str, ...], Contradiction]
