"""The paths that a category may have: ``taxonomy.txt`` and the ``[taxonomy]`` section of ``profile.toml``."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from braid.domain.profile.schema_pointers import schema_at

__all__ = [
    "FILE",
    "SEPARATOR",
    "TaxonomyPlan",
    "nearest_paths",
    "read_taxonomy",
    "taxonomy_problems",
    "with_paths",
]

SEPARATOR = " > "
FILE = "taxonomy.txt"
_MAX_SHOWN = 3


@dataclass(frozen=True)
class TaxonomyPlan:
    """``pointer`` is the JSON pointer of the answer's member that holds a path of ``taxonomy.txt``."""

    pointer: str = ""


def read_taxonomy(text: str) -> tuple[tuple[str, ...], list[str]]:
    """The paths, one a line, levels parted by `` > ``; and what is wrong with them.

    Lines that begin with ``#`` and empty ones are for people.
    """
    paths: list[str] = []
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        path = line.strip()
        if not path or path.startswith("#"):
            continue
        levels = [level.strip() for level in path.split(">")]
        if not all(levels):
            problems.append(f"{FILE}:{number}: {path!r} has an empty level")
        elif SEPARATOR.join(levels) != path:
            problems.append(
                f"{FILE}:{number}: part the levels with {SEPARATOR!r}: {SEPARATOR.join(levels)!r}"
            )
        elif path in paths:
            problems.append(f"{FILE}:{number}: {path!r} stands there twice")
        paths.append(path)
    if not paths:
        problems.append(f"{FILE} has no path")
    return tuple(paths), problems


def with_paths(schema: Mapping[str, Any], plan: TaxonomyPlan, paths: Sequence[str]) -> dict[str, Any]:
    """A copy of the answer's schema in which the member takes nothing but the paths."""
    narrowed = copy.deepcopy(dict(schema))
    member = schema_at(narrowed, plan.pointer)
    if member is not None:
        member["enum"] = list(paths)
    return narrowed


def taxonomy_problems(schema: Mapping[str, Any], plan: TaxonomyPlan) -> Iterator[str]:
    """Why the schema can't hold a path where the plan says."""
    member = schema_at(schema, plan.pointer)
    if member is None:
        yield f"profile.toml: taxonomy.pointer is {plan.pointer!r}, which answer.schema.json doesn't have"
    elif member.get("type") != "string" or "enum" in member:
        yield f"answer.schema.json: {plan.pointer} must be a plain string: {FILE} says what it may be"


def nearest_paths(wrong: str, paths: Sequence[str]) -> list[str]:
    """Up to three paths that somebody may have meant: by spelling, else by a shared last level."""
    by_name = {path.lower(): path for path in paths}
    close = difflib.get_close_matches(wrong.lower(), by_name, n=_MAX_SHOWN, cutoff=0.5)
    if close:
        return [by_name[name] for name in close]
    last = wrong.rsplit(">", 1)[-1].strip().lower()
    return [path for path in paths if last and last in path.lower()][:_MAX_SHOWN]
