"""PDF: the text that the file holds, page by page, and the pages that have to be read from their picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from braid.domain.evidence.vision import Box, DetectedText
from braid.media.pages import PageText
from braid.media.pages.lines import UNMAPPED
from lambdas.reading.blocks import Block, BlockKind, Extract, slice_block
from lambdas.reading.pages.ocr import OcrPage
from lambdas.reading.pages.page_order import in_reading_order

__all__ = ["PageBlocks", "join_pages", "mixed_blocks", "native_blocks", "ocr_blocks", "share_of_words"]

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
_WORDS = re.compile(r"\w{3,}")
_COMPARED_WORDS = 8


@dataclass(frozen=True)
class PageBlocks:
    """A page's text and its blocks, whose offsets count into it."""

    page: int
    text: str
    blocks: tuple[Block, ...]


def native_blocks(page: PageText) -> PageBlocks:
    """The paragraphs, headings, list items and table rows of a page that holds its text, in reading order.

    The page's text is its lines in that order; the cells of a row are divided by `` | ``. Its notes follow.
    """
    text, lines = _written(page)
    print_size = _PrintSize(lines)
    blocks = (_block(text, paragraph, print_size) for paragraph in _paragraphs(lines, print_size))
    return _with_more(PageBlocks(page.page, text, tuple(block for block in blocks if block)), _notes(page))


def ocr_blocks(page: int, read: OcrPage) -> PageBlocks:
    """The lines that were read off a page's picture, each with its confidence."""
    return _with_more(PageBlocks(page, "", ()), map(_ocr_block, read.lines))


def mixed_blocks(page: PageText, read: OcrPage) -> PageBlocks:
    """The text that the file holds, then what was read off the page's picture where it holds none.

    A line with letters that can't be known is left to the picture.
    """
    if not page.lines:
        return _with_more(native_blocks(page), map(_ocr_block, read.lines))
    kept = tuple(
        line for line in page.lines if UNMAPPED not in page.text[line.begin_offset : line.end_offset]
    )
    more = (
        line
        for line in read.lines
        if page.unread.has(line.box) and not any(_holds(own.box, line.box) for own in kept)
    )
    return _with_more(native_blocks(replace(page, lines=kept)), map(_ocr_block, more))


def share_of_words(page: PageText, read: OcrPage) -> float | None:
    """How many of a page's words its picture says too (0 to 1), ``None`` where there are too few to say."""
    ours = set(_WORDS.findall(page.text.casefold()))
    theirs = set(_WORDS.findall(" ".join(line.text for line in read.lines).casefold()))
    fewer = min(len(ours), len(theirs))
    return len(ours & theirs) / fewer if fewer >= _COMPARED_WORDS else None


def _ocr_block(line: DetectedText) -> Block:
    return Block(line.text, "ocr_line", 0, confidence=line.confidence)


def _notes(page: PageText) -> Iterator[Block]:
    return (Block(note, "note", 0) for note in page.notes)


def _holds(line: Box, other: Box) -> bool:
    x, y = other.left + other.width / 2, other.top + other.height / 2
    return line.left <= x <= line.left + line.width and line.top <= y <= line.top + line.height


def _with_more(page: PageBlocks, more: Iterable[Block]) -> PageBlocks:
    """The page with further blocks behind what it has, each on a line of its own."""
    texts = [page.text] if page.text else []
    blocks = list(page.blocks)
    begin = len(page.text) + 1 if page.text else 0
    for block in more:
        blocks.append(replace(block, begin_offset=begin, page=page.page))
        texts.append(block.text)
        begin += len(block.text) + 1
    return PageBlocks(page.page, "\n".join(texts), tuple(blocks))


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
