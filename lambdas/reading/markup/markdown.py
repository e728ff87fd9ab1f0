"""Markdown: blocks that point into the text as it stands in the file; markdown-it says what is what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lambdas.reading.blocks import Block, BlockKind, Extract, slice_block

__all__ = ["read_markdown"]

# Settings of a site generator, in front of the text.
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<settings>.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
# The parser leaves out what is nested deeper; each level takes a few frames of Python's stack.
_MAX_NESTING = 100
_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "list_item_open": "list_item",
    "tr_open": "table_row",
}


def read_markdown(text: str) -> Extract:
    """Headings, list items, table rows, paragraphs and code blocks.

    The extracted text is the file's own; a block leaves out the marks in front of it (``#``, ``-``) but
    keeps those inside (``**``), which read well enough as they are. Comments aren't text.
    """
    return Extract(tuple(block for block in _blocks(text) if block))


def _blocks(text: str) -> Iterator[Block | None]:
    body = text
    if front := _FRONT_MATTER.match(text):
        yield slice_block(text, front.start("settings"), front.end("settings"), "paragraph")
        body = "\n" * front[0].count("\n") + text[front.end() :]
    source = _Source(text)
    open_kinds: list[BlockKind] = []
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    for token in parser.parse(body):
        if token.type == "tr_open":
            yield source.row(token)
        if token.type in _KINDS:
            open_kinds.append(_KINDS[token.type])
        elif token.type.replace("_close", "_open") in _KINDS:
            open_kinds.pop()
        elif token.type == "inline" and "table_row" not in open_kinds:
            yield source.lines(token, open_kinds[-1] if open_kinds else "paragraph")
        elif token.type in ("fence", "code_block", "html_block"):
            yield source.code(token)


class _Source:
    """Where the parser's blocks stand in the text; it tells the lines only."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begins = [0]
        for match in re.finditer("\n", text):
            self._begins.append(match.end())
        self._begins.append(len(text) + 1)

    def lines(self, token: Token, kind: BlockKind) -> Block | None:
        """Text whose lines are those of the file, without the marks in front of its first."""
        first, _ = token.map or (0, 0)
        lines = token.content.split("\n")
        begin = self._place(first, lines[0])
        end = self._place(first + len(lines) - 1, lines[-1]) + len(lines[-1])
        return slice_block(self._text, begin, end, kind)

    def row(self, token: Token) -> Block | None:
        """A table's row, from behind the first bar to before the last."""
        first, _ = token.map or (0, 0)
        begin, end = self._begins[first], self._begins[first + 1] - 1
        line = self._text[begin:end]
        bars = re.match(r"[ \t>]*\|?", line)
        begin += bars.end() if bars else 0
        end -= len(line) - len(re.sub(r"\|?[ \t]*\Z", "", line))
        return slice_block(self._text, begin, max(begin, end), "table_row")

    def code(self, token: Token) -> Block | None:
        """The lines of a code block without its fences; a comment is none of the text."""
        first, last = token.map or (0, 0)
        if token.type == "html_block" and re.fullmatch(r"\s*<!--.*-->\s*", token.content, re.S):
            return None
        if token.type == "fence":
            first += 1
            last = min(last, first + (token.content.rstrip("\n") + "\n").count("\n"))
        return slice_block(self._text, self._begins[first], self._begins[max(first, last)] - 1, "paragraph")

    def _place(self, line: int, content: str) -> int:
        """Where ``content`` stands in a line; at its first character that is no blank, if nowhere."""
        begin = self._begins[line]
        shown = self._text[begin : self._begins[line + 1] - 1]
        found = shown.find(content)
        return begin + (found if found >= 0 else len(shown) - len(shown.lstrip()))
