"""What code checks in answers beside their schema: the ``[checks]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["CheckPlan"]

# What the items of a checked list must be able to hold: all of these, and one of those.
_NEEDED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fits_gaps": (("gap", "text"), ()),
    "describes_pictures": (("picture", "text"), ()),
    "chapters": (("title",), ("start_ms", "page")),
    "quiz": (("options", "answer"), ()),
}


@dataclass(frozen=True)
class CheckPlan:
    """JSON pointers to lists of the answer, by what is checked of their items; empty: nothing is.

    ``fits_gaps``: lines to be spoken where nobody speaks, each with the number of its ``gap`` and a ``text``
    that fits it at ``words_per_minute``. Gaps are silences between utterances of at least ``min_gap_ms``;
    the model is told them. ``describes_pictures``: one ``text`` for each ``picture`` that the model is told.
    ``chapters``: each begins at a ``start_ms`` or ``page`` of what it cites, in order, and all cover the
    whole. ``quiz``: the ``answer`` is one of the ``options``. ``moments``: every statement below these cites
    evidence with a time or a page, where the asset has any.

    160 words a minute is a narrator's pace, as audiobooks are read (150 to 160):
    https://en.wikipedia.org/wiki/Words_per_minute
    """

    fits_gaps: str = ""
    describes_pictures: str = ""
    chapters: str = ""
    quiz: str = ""
    moments: tuple[str, ...] = ()
    words_per_minute: int = 160
    min_gap_ms: int = 2000

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for member, least, most in (("words_per_minute", 60, 300), ("min_gap_ms", 500, 60_000)):
            if not least <= getattr(self, member) <= most:
                yield f"checks.{member} must be from {least} to {most}"

    def schema_problems(self, schema: Mapping[str, Any]) -> Iterator[str]:
        """Why the answer's schema doesn't hold what is to be checked, a line each."""
        for member, (all_of, one_of) in _NEEDED.items():
            pointer = getattr(self, member)
            if not pointer:
                continue
            known = _item_properties(schema, pointer)
            lacking = [name for name in all_of if name not in known]
            if one_of and not any(name in known for name in one_of):
                lacking.append(" or ".join(one_of))
            if lacking:
                yield f"checks.{member} points to {pointer}, whose items have no {', '.join(lacking)}"
        for pointer in self.moments:
            if _at(schema, pointer) is None:
                yield f"checks.moments points to {pointer}, which the schema doesn't have"


def _item_properties(schema: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    items = (_at(schema, pointer) or {}).get("items")
    properties = items.get("properties") if isinstance(items, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def _at(schema: Mapping[str, Any], pointer: str) -> Mapping[str, Any] | None:
    found: Any = schema
    for name in pointer.removeprefix("/").split("/"):
        properties = found.get("properties") if isinstance(found, Mapping) else None
        found = properties.get(name) if isinstance(properties, Mapping) else None
    return found if isinstance(found, Mapping) else None
