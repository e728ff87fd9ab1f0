"""What code checks in answers beside their schema: the ``[checks]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.profile.schema_pointers import schema_at

__all__ = ["CheckPlan"]

# What the items of a checked list must be able to hold: what the model has to write, and what code adds.
_NEEDED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fits_gaps": (("gap", "text"), ("start_ms", "end_ms")),
    "describes_pictures": (("picture", "text"), ()),
    "chapters": (("title",), ("start_ms", "end_ms", "page", "end_page")),
    "quiz": (("options", "answer"), ()),
    "attributes": (("name", "value"), ()),
    "places": ((), ()),
}


@dataclass(frozen=True)
class CheckPlan:
    """JSON pointers to lists of the answer, by what is checked of their items; empty: nothing is.

    ``fits_gaps``: lines to be spoken where nobody speaks, each with the number of its ``gap`` and a ``text``
    that fits it at ``words_per_minute``. Gaps are silences between utterances of at least ``min_gap_ms``;
    the model is told them. ``describes_pictures``: one ``text`` for each ``picture`` that the model is told.
    ``chapters``: each begins at a ``start_ms`` or ``page`` of what it cites, in order, and all cover the
    whole. ``quiz``: the ``answer`` is one of the ``options``. ``attributes``: a ``value`` measures what its
    ``name`` says. ``moments``: every statement below these cites evidence with a time or a page, where the
    asset has any. ``places``: moments and pages to go to, none where the asset has neither, as a picture.

    160 words a minute is a narrator's pace, as audiobooks are read (150 to 160):
    https://en.wikipedia.org/wiki/Words_per_minute
    """

    fits_gaps: str = ""
    describes_pictures: str = ""
    chapters: str = ""
    quiz: str = ""
    attributes: str = ""
    places: str = ""
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
        for member, (written, placed) in _NEEDED.items():
            pointer = getattr(self, member)
            if not pointer:
                continue
            known, required = _item_members(schema, pointer)
            lacking = [name for name in (*written, *placed) if name not in known]
            if lacking:
                yield f"checks.{member} points to {pointer}, whose items have no {', '.join(lacking)}"
            elif not required.issuperset(written):
                yield f"checks.{member} points to {pointer}, whose items must require {', '.join(written)}"
        for pointer in self.moments:
            if schema_at(schema, pointer) is None:
                yield f"checks.moments points to {pointer}, which the schema doesn't have"


def _item_members(schema: Mapping[str, Any], pointer: str) -> tuple[frozenset[str], frozenset[str]]:
    """What the items of a list may have, and what they must."""
    items = (schema_at(schema, pointer) or {}).get("items")
    if not isinstance(items, Mapping):
        return frozenset(), frozenset()
    return frozenset(items.get("properties") or ()), frozenset(items.get("required") or ())
