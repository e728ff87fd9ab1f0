"""The lines of a page's text with their places, character by character so that offsets agree exactly."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from braid.domain.evidence.vision import Box
from braid.media.pages.places import BoxMapper, Edges
from braid.media.pages.sight import Sight

__all__ = ["UNMAPPED", "LinePart", "Lines", "TextLine", "read_lines"]

UNMAPPED = "\ufffd"
# A gap in a line that is wider than this share of its tallest character is none between words.
_WIDE_GAP = 1.5
# What PDFium puts in for a hyphen at a line's end.
_LINE_END_HYPHEN = "\x02"


@dataclass(frozen=True)
class LinePart:
    """What stands in a line between two wide gaps: half-open offsets into ``PageText.text`` and its place."""

    begin_offset: int
    end_offset: int
    box: Box


@dataclass(frozen=True)
class TextLine:
    """A line of a page's text: half-open offsets into ``PageText.text`` and where it stands, as shown.

    ``parts`` are divided by gaps that are wider than between words: between columns, or cells of a table.
    A line that ends in the middle of a word is followed by the next without a line feed between them.
    """

    begin_offset: int
    end_offset: int
    box: Box
    parts: tuple[LinePart, ...]


@dataclass(frozen=True)
class Lines:
    """A page's text and lines, where each character stands by its offset, and how many weren't shown."""

    text: str
    lines: tuple[TextLine, ...]
    places: dict[int, Edges]
    unseen_count: int


def read_lines(page: pypdfium2.PdfPage, number: int, to_box: BoxMapper) -> Lines:
    """All that page ``number`` shows of its text; a letter without a character map is U+FFFD."""
    text_page = page.get_textpage()
    try:
        return _Collector(text_page, to_box, Sight(page, number, text_page, to_box)).read()
    finally:
        text_page.close()


class _Collector:
    def __init__(self, text_page: pypdfium2.PdfTextPage, to_box: BoxMapper, sight: Sight) -> None:
        self._text_page = text_page
        self._to_box = to_box
        self._sight = sight
        self._char_edges = _CharEdges(text_page)
        self._characters: list[str] = []
        self._lines: list[TextLine] = []
        self._begin = 0
        self._edges: list[Edges] = []  # of the line that is open
        self._offsets: list[int] = []  # where the character of each of them stands
        self._places: dict[int, Edges] = {}
        self._unseen_count = 0
        self._is_behind_unseen = False

    def read(self) -> Lines:
        """The whole page."""
        for index, code in _code_points(self._text_page):
            character = chr(code)
            if character == "\r":
                continue
            if character == "\n":
                self._end_line()
                if self._characters and self._characters[-1] != "\n":
                    self._characters.append("\n")
                self._begin = len(self._characters)
            elif character == _LINE_END_HYPHEN:
                self._add_hyphen(index)
            elif character.isspace():
                if len(self._characters) > self._begin and not self._is_in_gap():
                    self._characters.append(character)
            else:
                self._add(index, character)
        self._end_line()
        return Lines("".join(self._characters), tuple(self._lines), self._places, self._unseen_count)

    def _is_in_gap(self) -> bool:
        """Whether a blank was written before something that isn't seen."""
        return self._is_behind_unseen and self._characters[-1].isspace()

    def _add(self, index: int, character: str) -> None:
        edges = self._char_edges(index)
        if not self._sight.has(index, edges):
            self._unseen_count += 1
            self._is_behind_unseen = True
            return
        self._is_behind_unseen = False
        if pdfium_c.FPDFText_HasUnicodeMapError(self._text_page, index) == 1:
            character = UNMAPPED
        self._places[len(self._characters)] = edges
        self._edges.append(edges)
        self._offsets.append(len(self._characters))
        self._characters.append(character)

    def _add_hyphen(self, index: int) -> None:
        """A hyphen at a line's end: within a word it only divides it."""
        following = chr(min(pdfium_c.FPDFText_GetUnicode(self._text_page, index + 1), 0x10FFFF))
        if not (self._characters and self._characters[-1].islower() and following.islower()):
            self._add(index, "-")
        self._end_line()

    def _end_line(self) -> None:
        if self._edges:
            box = self._to_box(self._edges)
            parts = _parts(self._edges, self._offsets, self._to_box, box)
            self._lines.append(TextLine(self._begin, len(self._characters), box, parts))
        self._edges, self._offsets = [], []
        self._begin = len(self._characters)


def _parts(edges: list[Edges], offsets: list[int], to_box: BoxMapper, whole: Box) -> tuple[LinePart, ...]:
    """A line divided at wide gaps, whichever way it is written and the page is turned."""
    left, bottom, right, top = to_box.left, to_box.bottom, to_box.right, to_box.top
    wide = _WIDE_GAP * max([edge[top] - edge[bottom] for edge in edges])
    borders = [
        number
        for number, (before, after) in enumerate(itertools.pairwise(edges), start=1)
        if after[left] - before[right] > wide or before[left] - after[right] > wide
    ]
    if not borders:
        return (LinePart(offsets[0], offsets[-1] + 1, whole),)
    borders = [0, *borders, len(edges)]
    return tuple(
        LinePart(offsets[first], offsets[last - 1] + 1, to_box(edges[first:last]))
        for first, last in itertools.pairwise(borders)
    )


def _code_points(text_page: pypdfium2.PdfTextPage) -> Iterator[tuple[int, int]]:
    """PDFium's character indices and code points; a pair of surrogates is one character."""
    high = 0
    for index in range(text_page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if code:
            yield index, code if code <= 0x10FFFF else 0x10FFFF
        elif pdfium_c.FPDFText_HasUnicodeMapError(text_page, index) == 1:
            yield index, ord(UNMAPPED)


class _CharEdges:
    """Left, bottom, right and top of a page's characters in page coordinates, by PDFium's index."""

    def __init__(self, text_page: pypdfium2.PdfTextPage) -> None:
        self._text_page = text_page
        self._places = tuple(ctypes.c_double() for _ in range(4))

    def __call__(self, index: int) -> Edges:
        left, right, bottom, top = self._places
        pdfium_c.FPDFText_GetCharBox(self._text_page, index, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value
