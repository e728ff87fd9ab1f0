"""What the document's styles make of a paragraph; a style is also what it is based on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lambdas.reading.blocks import BlockKind
from lambdas.reading.markup.xml import Element, attribute, local_name

__all__ = ["NO_OUTLINE", "NumberOf", "Styles", "is_on", "number_of"]

NO_OUTLINE = "9"
_HEADING_STYLE = re.compile(r"(?:heading\s*\d|title|subtitle)", re.I)
# The reference of a style to the one that it is based on may lead in a circle.
_MAX_STYLE_DEPTH = 12


@dataclass(frozen=True)
class NumberOf:
    """Which list numbers a paragraph, and on which of its levels; ``None`` where that isn't said."""

    num_id: str | None = None
    level: int | None = None


@dataclass
class _Style:
    name: str = ""
    based_on: str | None = None
    outline: str | None = None
    number: NumberOf | None = None
    is_hidden: bool | None = None
    is_default: bool = False


class Styles:
    """The styles of a document by their ids."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._default: str | None = None

    def add(self, root: Element) -> None:
        """Adds those of a styles part."""
        for element in root:
            if local_name(element) == "style":
                style_id = attribute(element, "styleId") or ""
                self._styles[style_id] = _style(element)
                if attribute(element, "type") == "paragraph" and attribute(element, "default") in (
                    "1",
                    "true",
                ):
                    self._default = style_id

    def kind(self, style_id: str | None) -> BlockKind:
        """What a paragraph of the style is, if it says nothing else itself."""
        is_numbered: bool | None = None
        for _, style in self._line(style_id):
            if _HEADING_STYLE.match(style.name) or style.outline not in (None, NO_OUTLINE):
                return "heading"
            if is_numbered is None and style.number is not None:
                is_numbered = style.number.num_id != "0"
        return "list_item" if is_numbered else "paragraph"

    def number(self, style_id: str | None) -> tuple[str, NumberOf] | None:
        """The style that numbers paragraphs of ``style_id``, and how."""
        for name, style in self._line(style_id):
            if style.number is not None and style.number.num_id is not None:
                return name, style.number
        return None

    def is_hidden(self, style_id: str | None) -> bool:
        """Whether text of the style isn't shown."""
        return next(
            (bool(one.is_hidden) for _, one in self._line(style_id) if one.is_hidden is not None), False
        )

    def list_styles(self) -> dict[str, str]:
        """The list (``numId``) of each style that has one."""
        return {
            name: style.number.num_id
            for name, style in self._styles.items()
            if style.number is not None and style.number.num_id is not None
        }

    def _line(self, style_id: str | None) -> Iterator[tuple[str, _Style]]:
        name = style_id if style_id is not None else self._default
        for _ in range(_MAX_STYLE_DEPTH):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield name or "", style
            name = style.based_on


def _style(element: Element) -> _Style:
    style = _Style()
    for child in element:
        name = local_name(child)
        if name == "name":
            style.name = attribute(child, "val") or ""
        elif name == "basedOn":
            style.based_on = attribute(child, "val")
        elif name == "pPr":
            outline, settings = child.find("{*}outlineLvl"), child.find("{*}numPr")
            style.outline = attribute(outline, "val") if outline is not None else None
            style.number = number_of(settings) if settings is not None else None
        elif name == "rPr":
            hidden = child.find("{*}vanish")
            style.is_hidden = is_on(hidden) if hidden is not None else None
    return style


def number_of(settings: Element) -> NumberOf:
    """What a ``numPr`` element says."""
    values = {local_name(child): attribute(child, "val") or "" for child in settings}
    level = values.get("ilvl", "")
    return NumberOf(values.get("numId"), int(level) if level.isdecimal() and len(level) < 3 else None)


def is_on(setting: Element) -> bool:
    """Whether a setting that is there isn't switched off."""
    return attribute(setting, "val") not in ("0", "false", "off")
