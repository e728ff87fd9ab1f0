"""Facts that evidence lists plainly enough to copy: ``Material: ceramic``, and the colours of a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from local.engines.writing.statements import WITHOUT_SENTENCES, Statement

__all__ = ["Listed", "listed_colors", "listed_pairs"]

# A short name, a colon and a blank (so that no address or time counts), and what stands until the line,
# the sentence or the next item ends.
_PAIR = re.compile(
    r"(?:^|[\n;•|]|[.!?]\s)\s*[-*]?\s*(?P<name>[^\W\d][\w&/' -]{1,38}?):[ \t]+"
    r"(?P<value>[^\n;•|]{1,80}?)(?=\s*(?:$|[\n;•|]|[.!?](?:\s|$)))"
)
_MOST_NAME_WORDS = 4
_COLOR = re.compile(r"(?P<name>[a-z][a-z ]*?) (?P<share>\d+)%")


class Listed(NamedTuple):
    """A name with its value, and the statement that it was copied from."""

    name: str
    value: str | float
    statement: Statement


def listed_pairs(statements: Iterable[Statement]) -> Iterator[Listed]:
    """Every ``name: value``, the first of each name."""
    known = set()
    for statement in statements:
        for piece in statement.pieces:
            if piece.kind in WITHOUT_SENTENCES:
                continue
            for match in _PAIR.finditer(piece.text):
                name, value = match["name"].strip(), match["value"].strip()
                if name.lower() in known or len(name.split()) > _MOST_NAME_WORDS:
                    continue
                known.add(name.lower())
                yield Listed(name, value, statement)


def listed_colors(statements: Iterable[Statement]) -> Iterator[Listed]:
    """The main colours of pictures with their shares (0 to 1), the first of each name."""
    known = set()
    for statement in statements:
        for piece in statement.pieces:
            if piece.kind != "color":
                continue
            for match in _COLOR.finditer(piece.text.partition(":")[2]):
                name = match["name"].strip()
                if name not in known:
                    known.add(name)
                    yield Listed(name, int(match["share"]) / 100, statement)
