"""Plain text and Markdown: blocks that point into the text as it stands in the file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdas.reading.blocks import Block, BlockKind, Extract, slice_block

__all__ = ["read_markdown", "read_plain_text"]

_PARAGRAPH = re.compile(r"(?:(?!\n[ \t\r]*\n|\n[ \t\r]*\Z).)+", re.DOTALL)

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)(?P<text>.*?)(?:[ \t]+#+)?[ \t\r]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t\r]*$")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_LIST_ITEM = re.compile(r"[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]+(?P<text>\S.*)$")
_TABLE_ROW = re.compile(r"[ \t]*\|(?P<text>.*?)\|?[ \t\r]*$")
_TABLE_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*(?::?-+:?)?[ \t\r]*$")
_THEMATIC_BREAK = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\r?$")


def read_plain_text(text: str) -> Extract:
    """Paragraphs: what stands between blank lines."""
    blocks = (
        slice_block(text, match.start(), match.end(), "paragraph") for match in _PARAGRAPH.finditer(text)
    )
    return Extract(tuple(block for block in blocks if block))


def read_markdown(text: str) -> Extract:
    """Headings, list items, table rows, paragraphs and code blocks.

    The extracted text is the file's own; a block leaves out the marks in front of it (``#``, ``-``) but
    keeps those inside (``**``), which read well enough as they are.
    """
    return Extract(tuple(block for block in _markdown_blocks(text) if block))


def _markdown_blocks(text: str) -> Iterator[Block | None]:
    open_kind: BlockKind | None = None  # a paragraph or list item that the next line may continue
    begin = end = 0
    fence: str | None = None
    for line_begin, line in _lines(text):
        line_end = line_begin + len(line)
        if fence is not None:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield slice_block(text, begin, line_begin, "paragraph")
                fence = None
                begin = end = line_end
            continue
        opening = _FENCE.match(line)
        underlines = open_kind == "paragraph" and _UNDERLINE.match(line)
        kind, content_begin, content_end = _line_kind(line)
        if underlines:
            yield slice_block(text, begin, end, "heading")
            open_kind = None
        elif opening or kind is not None or not line.strip() or _is_rule(line):
            if open_kind:
                yield slice_block(text, begin, end, open_kind)
            open_kind = None
            if opening:
                fence, begin = opening[1], line_end
            elif kind == "list_item":
                open_kind, begin, end = kind, line_begin + content_begin, line_end
            elif kind is not None and not _is_rule(line):
                yield slice_block(text, line_begin + content_begin, line_begin + content_end, kind)
        elif open_kind:
            end = line_end
        else:
            open_kind, begin, end = "paragraph", line_begin, line_end
    if fence is not None:
        yield slice_block(text, begin, len(text), "paragraph")
    elif open_kind:
        yield slice_block(text, begin, end, open_kind)


def _is_rule(line: str) -> bool:
    return bool(_TABLE_RULE.match(line) or _THEMATIC_BREAK.match(line))


def _line_kind(line: str) -> tuple[BlockKind | None, int, int]:
    kinds: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
        ("heading", _HEADING),
        ("list_item", _LIST_ITEM),
        ("table_row", _TABLE_ROW),
    )
    for kind, pattern in kinds:
        match = pattern.match(line)
        if match:
            return kind, match.start("text"), match.end("text")
    return None, 0, 0


def _lines(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for line in text.split("\n"):
        yield begin, line
        begin += len(line) + 1
