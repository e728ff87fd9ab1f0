"""Why pip brought nothing, in words for whoever asked for weights or an engine."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["is_unanswered", "reason"]


def is_unanswered(lines: Iterable[str]) -> bool:
    """Whether pip, which printed ``lines``, got no answer: it says at the end that there are no versions."""
    return any("Retrying" in line for line in lines)


def reason(lines: Iterable[str], exit_status: int) -> str:
    """Its first error, without what it puts before it."""
    told = list(lines)
    if is_unanswered(told):
        return "the package index doesn't answer; try again later"
    errors = (line.removeprefix("ERROR: ") for line in told if line.startswith("ERROR: "))
    return next(errors, f"pip ended with exit status {exit_status}")
