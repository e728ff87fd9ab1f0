"""Automatic numbers in front of paragraphs, as Word displays them (ECMA-376 part 1, 17.9). Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from lambdas.reading.markup.xml import Element, attribute, local_name
from lambdas.reading.office.numerals import NUMERALS
from lambdas.reading.office.word.symbols import TICKED, UNTICKED, symbol

__all__ = ["Numbering"]

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_MAX_NUMBER_CHARACTERS = 60


@dataclass(frozen=True)
class _Level:
    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restarts_after: int | None = None  # 0: never; n: after a paragraph of one of the first n levels
    is_legal: bool = False
    style_id: str | None = None
    font: str | None = None
    gap: str = " "


@dataclass
class _List:
    """An abstract list: its levels, and the last number of each."""

    levels: dict[int, _Level] = field(default_factory=dict)
    style_link: str | None = None
    counted: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The document's lists. Every numbered paragraph is to be passed, in order: each one counts."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._list_of: dict[str, str] = {}  # by the number instance (``numId``)
        self._overrides: dict[str, dict[int, _Level]] = defaultdict(dict)
        self._starts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()
        for element in () if root is None else root:
            if local_name(element) == "abstractNum":
                self._lists[attribute(element, "abstractNumId") or ""] = _list(element)
            elif local_name(element) == "num":
                self._add_instance(element)

    def _add_instance(self, element: Element) -> None:
        num_id = attribute(element, "numId") or ""
        for child in element:
            if local_name(child) == "abstractNumId":
                self._list_of[num_id] = attribute(child, "val") or ""
            elif local_name(child) == "lvlOverride":
                level = _integer(attribute(child, "ilvl"), 0)
                for change in child:
                    if local_name(change) == "startOverride":
                        self._starts[num_id][level] = _integer(attribute(change, "val"), 1)
                    elif local_name(change) == "lvl":
                        self._overrides[num_id][level] = _level(change)

    def link_styles(self, list_styles: dict[str, str]) -> None:
        """Lists that only refer to a list style get the levels of that one; ``list_styles`` has its numId."""
        for one in self._lists.values():
            linked = self._lists.get(self._list_of.get(list_styles.get(one.style_link or "", ""), ""))
            if linked is not None and not one.levels:
                one.levels = linked.levels

    def level_of_style(self, num_id: str, style_id: str) -> int | None:
        """The level that the list gives to paragraphs of the style."""
        numbered = self._lists.get(self._list_of.get(num_id, ""))
        for number, level in numbered.levels.items() if numbered else ():
            if level.style_id == style_id:
                return number
        return None

    def number(self, num_id: str, level: int) -> str:
        """What stands in front of the next paragraph of the list, with the gap behind it; counts it.

        Nothing for a bullet, but for one that is a check box.
        """
        numbered = self._lists.get(self._list_of.get(num_id, ""))
        if numbered is None or not 0 <= level < _LEVELS:
            return ""
        self._begin(num_id, numbered)
        levels = {**numbered.levels, **self._overrides[num_id]}
        own = levels.get(level, _Level())
        counted = numbered.counted
        counted[level] = counted[level] + 1 if level in counted else own.start
        for deeper in [number for number in counted if number > level]:
            after = levels.get(deeper, _Level()).restarts_after
            if after is None or level < after:
                del counted[deeper]
        if own.number_format == "bullet":
            bullet = symbol(ord(own.text[0]), own.font) if own.text else ""
            return f"{bullet}{own.gap}" if bullet in (TICKED, UNTICKED) else ""

        def written(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            shown = levels.get(index, _Level())
            is_decimal = own.is_legal and shown.number_format != "none"
            numeral = NUMERALS["decimal" if is_decimal else shown.number_format]
            return numeral(counted.get(index, shown.start))

        text = _PLACEHOLDER.sub(written, own.text).strip()
        return f"{text}{own.gap}" if text and len(text) <= _MAX_NUMBER_CHARACTERS else ""

    def _begin(self, num_id: str, numbered: _List) -> None:
        """An instance counts on where another one of its list ended, unless it says where to start."""
        if num_id in self._begun:
            return
        self._begun.add(num_id)
        for level, start in self._starts[num_id].items():
            numbered.counted.pop(level, None)
            base = self._overrides[num_id].get(level) or numbered.levels.get(level, _Level())
            self._overrides[num_id][level] = replace(base, start=start)


def _list(element: Element) -> _List:
    found = _List()
    for child in element:
        if local_name(child) == "lvl":
            found.levels[_integer(attribute(child, "ilvl"), 0)] = _level(child)
        elif local_name(child) == "numStyleLink":
            found.style_link = attribute(child, "val")
    return found


def _level(element: Element) -> _Level:
    settings = {local_name(child): attribute(child, "val") for child in element}
    number_format = settings.get("numFmt") or "decimal"
    for choice in element.iterfind("{*}AlternateContent/{*}Fallback/{*}numFmt"):
        number_format = attribute(choice, "val") or number_format
    restart = settings.get("lvlRestart")
    fonts = element.find("{*}rPr/{*}rFonts")
    return _Level(
        start=_integer(settings.get("start"), 0 if "start" in settings else 1),
        number_format=number_format if number_format in NUMERALS or number_format == "bullet" else "decimal",
        text=settings.get("lvlText") or "",
        restarts_after=None if restart is None else _integer(restart, 0),
        is_legal="isLgl" in settings and settings["isLgl"] not in ("0", "false", "off"),
        style_id=settings.get("pStyle"),
        font=attribute(fonts, "ascii") if fonts is not None else None,
        gap="" if settings.get("suff") == "nothing" else " ",
    )


def _integer(value: str | None, otherwise: int) -> int:
    return int(value) if value is not None and value.isdecimal() and len(value) < 10 else otherwise
