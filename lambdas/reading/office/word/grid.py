"""The rows and cells of a Word table. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lambdas.reading.markup.xml import Element, attribute, local_name

__all__ = ["TRANSPARENT", "cells_of", "is_header", "rows_of"]

# Markup that stands around blocks, or around rows and cells, without being one.
TRANSPARENT = frozenset({"sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo"})


def rows_of(parent: Element) -> Iterator[Element]:
    """The rows of a table, those within markup around rows included."""
    for child in parent:
        if local_name(child) == "tr":
            yield child
        elif local_name(child) in TRANSPARENT:
            yield from rows_of(child)


def cells_of(row: Element) -> Iterator[tuple[dict[str, str], Element]]:
    """Each cell and its properties; that of a cell that goes on from the row above has no value."""
    for child in row:
        if local_name(child) == "tc":
            properties = {
                local_name(item): attribute(item, "val") or "continue"
                for settings in child
                if local_name(settings) == "tcPr"
                for item in settings
            }
            yield properties, child
        elif local_name(child) in TRANSPARENT:
            yield from cells_of(child)


def is_header(row: Element) -> bool:
    """Whether the row is repeated on every page; that a table's style shows its first row says nothing."""
    return any(
        local_name(setting) == "tblHeader" and attribute(setting, "val") not in ("0", "false", "off")
        for properties in row
        if local_name(properties) == "trPr"
        for setting in properties
    )
