"""PDF: the text that the file holds, page by page, and the pages that have to be read from their picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from lambdas.media.pages import PageText, TextLine
from lambdas.reading.blocks import Block, Extract, slice_block
from lambdas.reading.ocr import OcrPage

__all__ = ["PageBlocks", "join_pages", "native_blocks", "ocr_blocks"]

# A paragraph ends where the gap to the next line is larger than this share of the page's usual line height,
# where the next line stands above, in another column, or where large print begins or ends.
_PARAGRAPH_GAP = 0.9
# Large print is taller and wider: taller alone are also two lines that PDFium joined at a hyphen.
_LARGE_HEIGHT = 1.25
_LARGE_WIDTH = 1.15
_HEADING_CHARACTERS = 200


@dataclass(frozen=True)
class PageBlocks:
    """A page's text and its blocks, whose offsets count into it."""

    page: int
    text: str
    blocks: tuple[Block, ...]


def native_blocks(page: PageText) -> PageBlocks:
    """The paragraphs and headings of a page that holds its text."""
    print_size = _PrintSize(page.lines)
    blocks = (_block(page, lines, print_size) for lines in _paragraphs(page.lines, print_size))
    return PageBlocks(page.page, page.text, tuple(block for block in blocks if block))


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


class _PrintSize:
    """How large the lines of a page usually are."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self.height = median(line.box.height for line in lines) if lines else 0.0
        self._width = median(map(_character_width, lines)) if lines else 0.0

    def is_large(self, line: TextLine) -> bool:
        """Whether the line is set as a heading is."""
        return (
            line.box.height >= _LARGE_HEIGHT * self.height
            and _character_width(line) >= _LARGE_WIDTH * self._width
        )


def _character_width(line: TextLine) -> float:
    return line.box.width / max(1, line.end_offset - line.begin_offset)


def _paragraphs(lines: Sequence[TextLine], print_size: _PrintSize) -> Iterator[list[TextLine]]:
    paragraph: list[TextLine] = []
    for line in lines:
        if paragraph and _ends_between(paragraph[-1], line, print_size):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _ends_between(line: TextLine, following: TextLine, print_size: _PrintSize) -> bool:
    gap = following.box.top - (line.box.top + line.box.height)
    is_above = following.box.top + following.box.height < line.box.top
    changes_size = print_size.is_large(line) != print_size.is_large(following)
    return gap > _PARAGRAPH_GAP * print_size.height or is_above or changes_size


def _block(page: PageText, lines: Sequence[TextLine], print_size: _PrintSize) -> Block | None:
    begin, end = lines[0].begin_offset, lines[-1].end_offset
    is_heading = print_size.is_large(lines[0]) and end - begin <= _HEADING_CHARACTERS
    return slice_block(page.text, begin, end, "heading" if is_heading else "paragraph")
