"""PDF: the text that the file holds, page by page, and the pages that have to be read from their picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from lambdas.media.pages import PageText, TextLine
from lambdas.reading.blocks import Block, Extract, slice_block
from lambdas.reading.ocr import OcrPage

__all__ = ["PageBlocks", "join_pages", "native_blocks", "ocr_blocks"]

# A paragraph ends where the gap to the next line is larger than this share of a line's height, or where the
# next line stands above, in another column. A heading is set this much larger than the page's usual line.
_PARAGRAPH_GAP = 0.8
_HEADING_HEIGHT = 1.25
_HEADING_CHARACTERS = 200


@dataclass(frozen=True)
class PageBlocks:
    """A page's text and its blocks, whose offsets count into it."""

    page: int
    text: str
    blocks: tuple[Block, ...]


def native_blocks(page: PageText) -> PageBlocks:
    """The paragraphs and headings of a page that holds its text."""
    usual_height = median(line.box.height for line in page.lines) if page.lines else 0.0
    blocks = (_block(page, lines, usual_height) for lines in _paragraphs(page.lines))
    return PageBlocks(page.page, page.text, tuple(block for block in blocks if block))


def ocr_blocks(page: int, read: OcrPage) -> PageBlocks:
    """The lines that were read off a page's picture, each with its confidence."""
    blocks = []
    begin = 0
    for line in read.lines:
        blocks.append(Block(line.text, "ocr_line", begin, page, confidence=line.confidence))
        begin += len(line.text) + 1
    return PageBlocks(page, "\n".join(line.text for line in read.lines), tuple(blocks))


def join_pages(pages: Sequence[PageBlocks], warnings: tuple[str, ...]) -> Extract:
    """The document: the extracted text is the pages' texts in order, joined by form feeds."""
    blocks: list[Block] = []
    begin = 0
    for page in pages:
        blocks += (
            replace(block, begin_offset=block.begin_offset + begin, page=page.page) for block in page.blocks
        )
        begin += len(page.text) + 1
    return Extract(tuple(blocks), warnings)


def _paragraphs(lines: Sequence[TextLine]) -> Iterator[list[TextLine]]:
    paragraph: list[TextLine] = []
    for line in lines:
        if paragraph and _ends_between(paragraph[-1], line):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _ends_between(line: TextLine, following: TextLine) -> bool:
    gap = following.box.top - (line.box.top + line.box.height)
    height = min(line.box.height, following.box.height)
    is_other_size = max(line.box.height, following.box.height) > _HEADING_HEIGHT * height
    return gap > _PARAGRAPH_GAP * height or gap < -height or (is_other_size and gap > 0)


def _block(page: PageText, lines: Sequence[TextLine], usual_height: float) -> Block | None:
    height = median(line.box.height for line in lines)
    begin, end = lines[0].begin_offset, lines[-1].end_offset
    is_heading = height >= _HEADING_HEIGHT * usual_height and end - begin <= _HEADING_CHARACTERS
    return slice_block(page.text, begin, end, "heading" if is_heading else "paragraph")
