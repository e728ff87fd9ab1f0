"""PDF: the text that the file holds, page by page, and the pages that have to be read from their picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from braid.domain.evidence.vision import Box
from braid.media.pages import PageText
from lambdas.reading.blocks import Block, BlockKind, Extract, slice_block
from lambdas.reading.ocr import OcrPage
from lambdas.reading.page_order import in_reading_order

__all__ = ["PageBlocks", "join_pages", "native_blocks", "ocr_blocks"]

# A paragraph ends where the gap to the next line is larger than this share of the page's usual line height,
# where the next line stands above, in another column, or where large print begins or ends.
_PARAGRAPH_GAP = 0.9
# Large print is taller and wider: taller alone is also a line with a bracket or a formula in it.
_LARGE_HEIGHT = 1.25
_LARGE_WIDTH = 1.15
_HEADING_CHARACTERS = 200
# What stands in front of an item of a list; the last is that of Word's symbol font.
_BULLET = re.compile(r"\s*[•◦▪‣●○■□\uf0b7]\s*")
_CELL_BORDER = " | "


@dataclass(frozen=True)
class PageBlocks:
    """A page's text and its blocks, whose offsets count into it."""

    page: int
    text: str
    blocks: tuple[Block, ...]


def native_blocks(page: PageText) -> PageBlocks:
    """The paragraphs, headings, list items and table rows of a page that holds its text, in reading order.

    The page's text is its lines in that order; the cells of a row are divided by `` | ``.
    """
    text, lines = _written(page)
    print_size = _PrintSize(lines)
    blocks = (_block(text, paragraph, print_size) for paragraph in _paragraphs(lines, print_size))
    return PageBlocks(page.page, text, tuple(block for block in blocks if block))


def ocr_blocks(page: int, read: OcrPage) -> PageBlocks:
    """The lines that were read off a page's picture, each with its confidence."""
    blocks = []
    begin = 0
    for line in read.lines:
        blocks.append(Block(line.text, "ocr_line", begin, page, confidence=line.confidence))
        begin += len(line.text) + 1
    return PageBlocks(page, "\n".join(line.text for line in read.lines), tuple(blocks))


def join_pages(
    pages: Sequence[PageBlocks], warnings: tuple[str, ...] = (), *, unread_page_count: int = 0
) -> Extract:
    """The document: the extracted text is the pages' texts in order, joined by form feeds."""
    blocks: list[Block] = []
    begin = 0
    for page in pages:
        blocks += (
            replace(block, begin_offset=block.begin_offset + begin, page=page.page) for block in page.blocks
        )
        begin += len(page.text) + 1
    return Extract(tuple(blocks), warnings, len(pages), unread_page_count)


@dataclass(frozen=True)
class _Line:
    """A line of the page's text: half-open offsets into it, and where it stands."""

    begin_offset: int
    end_offset: int
    box: Box
    is_row: bool
    is_item: bool


def _written(page: PageText) -> tuple[str, list[_Line]]:
    written: list[str] = []
    lines: list[_Line] = []
    length = 0
    end_in_file = -1
    for line in in_reading_order(page):
        if lines and line.parts[0].begin_offset != end_in_file:  # else a word goes on
            written.append("\n")
            length += 1
        if line.is_row:
            text = _CELL_BORDER.join(page.text[part.begin_offset : part.end_offset] for part in line.parts)
        else:
            text = page.text[line.parts[0].begin_offset : line.parts[-1].end_offset]
        is_item = _BULLET.match(text) is not None
        lines.append(_Line(length, length + len(text), line.box, line.is_row, is_item))
        written.append(text)
        length += len(text)
        end_in_file = line.parts[-1].end_offset
    return "".join(written), lines


class _PrintSize:
    """How large the lines of a page usually are."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self.height = median(line.box.height for line in lines) if lines else 0.0
        self._width = median(map(_character_width, lines)) if lines else 0.0

    def is_large(self, line: _Line) -> bool:
        """Whether the line is set as a heading is."""
        return (
            line.box.height >= _LARGE_HEIGHT * self.height
            and _character_width(line) >= _LARGE_WIDTH * self._width
        )


def _character_width(line: _Line) -> float:
    return line.box.width / max(1, line.end_offset - line.begin_offset)


def _paragraphs(lines: Sequence[_Line], print_size: _PrintSize) -> Iterator[list[_Line]]:
    paragraph: list[_Line] = []
    for line in lines:
        if paragraph and _ends_between(paragraph[-1], line, print_size):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _ends_between(line: _Line, following: _Line, print_size: _PrintSize) -> bool:
    gap = following.box.top - (line.box.top + line.box.height)
    is_above = following.box.top + following.box.height < line.box.top
    changes_size = print_size.is_large(line) != print_size.is_large(following)
    is_apart = line.is_row or following.is_row or following.is_item
    return is_apart or gap > _PARAGRAPH_GAP * print_size.height or is_above or changes_size


def _block(text: str, lines: Sequence[_Line], print_size: _PrintSize) -> Block | None:
    begin, end = lines[0].begin_offset, lines[-1].end_offset
    kind: BlockKind = "paragraph"
    if lines[0].is_row:
        kind = "table_row"
    elif bullet := _BULLET.match(text, begin):
        begin, kind = bullet.end(), "list_item"
    elif print_size.is_large(lines[0]) and end - begin <= _HEADING_CHARACTERS:
        kind = "heading"
    return slice_block(text, begin, end, kind)
