"""The text of a Word paragraph, run by run: what is displayed, and nothing else. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from lambdas.reading.markup.xml import Element, attribute, local_name
from lambdas.reading.office.drawn_pictures import is_hidden
from lambdas.reading.office.word.styles import Styles, is_on
from lambdas.reading.office.word.symbols import TICKED, UNKNOWN, UNTICKED, is_symbol_font, symbol

__all__ = ["Runs"]

_UNSAID = frozenset({"pPr", "rPr", "Fallback", "instrText", "rt", "sdtPr", "sdtEndPr", "annotationRef"})
_DELETED = frozenset({"del", "moveFrom", "delText"})


@dataclass
class Runs:
    """Reads paragraphs one after the other, and collects what isn't part of their line.

    ``boxes``, ``charts`` and ``pictures`` are what is anchored in them; ``has_hidden`` and ``has_deleted``
    say what was left out; ``unknown_symbols`` are fonts of which characters couldn't be read.
    """

    styles: Styles
    boxes: list[Element] = field(default_factory=list)
    charts: list[Element] = field(default_factory=list)
    pictures: list[Element] = field(default_factory=list)
    has_hidden: bool = False
    has_deleted: bool = False
    unknown_symbols: set[str] = field(default_factory=set)

    def text(self, paragraph: Element) -> str:
        """The paragraph's text. What is said again for old readers (``Fallback``) is said once."""
        style = paragraph.find("{*}pPr/{*}pStyle")
        if style is not None and self.styles.is_hidden(attribute(style, "val")):
            self.has_hidden |= paragraph.find(".//{*}t") is not None
            return ""
        return self._text(paragraph, None)

    def _text(self, element: Element, font: str | None) -> str:
        parts: list[str] = []
        for child in element:
            name = local_name(child)
            if name in _DELETED:
                self.has_deleted |= name != "delText" or bool(child.text)
            elif name == "r":
                parts.append(self._run(child))
            elif name == "sdt" and (box := child.find("{*}sdtPr/{*}checkbox")) is not None:
                checked = box.find("{*}checked")
                parts.append(TICKED if checked is not None and is_on(checked) else UNTICKED)
            elif name == "txbxContent":
                self.boxes.append(child)
            elif name == "chart":
                self.charts.append(child)
            elif name in ("pic", "imagedata"):
                self.pictures.append(child)
            elif name in ("inline", "anchor") and is_hidden(child):
                self.has_hidden = True
            elif name not in _UNSAID:
                if child.find("{*}spPr/{*}blipFill") is not None:
                    self.pictures.append(child)
                parts.append(self._character(child, name, font) or self._text(child, font))
        return "".join(parts)

    def _run(self, run: Element) -> str:
        settings = run.find("{*}rPr")
        font = None
        if settings is not None:
            if self._is_hidden(settings):
                self.has_hidden |= run.find(".//{*}t") is not None
                return ""
            fonts = settings.find("{*}rFonts")
            named = (attribute(fonts, "ascii") or attribute(fonts, "hAnsi")) if fonts is not None else None
            font = named if is_symbol_font(named) else None
        return self._text(run, font)

    def _is_hidden(self, settings: Element) -> bool:
        vanish = settings.find("{*}vanish")
        if vanish is not None:
            return is_on(vanish)
        style = settings.find("{*}rStyle")
        return style is not None and self.styles.is_hidden(attribute(style, "val"))

    def _character(self, element: Element, name: str, font: str | None) -> str:
        if name == "t":
            return self._mapped(element.text or "", font)
        if name == "sym":
            code, named = attribute(element, "char") or "", attribute(element, "font")
            return self._symbol(_hexadecimal(code), named)
        if name == "fldChar":
            return _form_field(element)
        return {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")

    def _mapped(self, text: str, font: str | None) -> str:
        """The letters of a run; those of symbol fonts stand in a private area or in the place of others."""
        if font is None and not any("\uf000" <= character <= "\uf0ff" for character in text):
            return text
        return "".join(
            self._symbol(ord(character), font)
            if (font and ord(character) < 0x100) or "\uf000" <= character <= "\uf0ff"
            else character
            for character in text
        )

    def _symbol(self, code: int, font: str | None) -> str:
        found = symbol(code, font)
        if found == UNKNOWN:
            self.unknown_symbols.add(font or "an unnamed font")
        return found


def _hexadecimal(value: str) -> int:
    try:
        return int(value, 16)
    except ValueError:
        return 0xFFFD


def _form_field(begin: Element) -> str:
    """What a form's check box or list displays: it is kept with the field, not in runs."""
    box, entries = begin.find("{*}ffData/{*}checkBox"), begin.find("{*}ffData/{*}ddList")
    if box is not None:
        state = box.find("{*}checked")
        state = box.find("{*}default") if state is None else state
        return TICKED if state is not None and is_on(state) else UNTICKED
    if entries is None or _has_result(begin):
        return ""
    chosen = entries.find("{*}result")
    chosen = entries.find("{*}default") if chosen is None else chosen
    place = (attribute(chosen, "val") if chosen is not None else None) or "0"
    names = [attribute(entry, "val") or "" for entry in entries.iterfind("{*}listEntry")]
    return names[int(place)] if place.isdecimal() and int(place) < len(names) else ""


def _has_result(begin: Element) -> bool:
    """Whether runs of the paragraph hold what the field displays."""
    for following in begin.getparent().itersiblings():
        mark = following.find("{*}fldChar")
        if mark is not None:
            return attribute(mark, "fldCharType") == "separate"
    return False
