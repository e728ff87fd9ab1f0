"""HTML: what a browser would show, block by block; parsed by the rules that browsers follow. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out
from lambdas.reading.markup.hidden_elements import HiddenElements, find_hidden
from lambdas.reading.markup.html_fields import FIELDS, FieldLabels, field_text
from lambdas.reading.tables.rows import MERGED, table_lines

__all__ = ["read_html"]

_UNSHOWN = frozenset(
    {"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "datalist"}
    | {"audio", "canvas", "meter", "progress", "video"}  # what they hold is for browsers that don't know them
)
# Boxes within a line: words before and behind them are others than those within.
_INLINE_BOXES = frozenset({"button", "textarea"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "title"})
_CELLS = frozenset({"td", "th"})
# Tags at which a line of text ends. Everything else stands inside of a line.
_BLOCKS = (
    _HEADINGS
    | _CELLS
    | {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details"}
    | {"dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "head", "header"}
    | {"hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table"}
    | {"tbody", "tfoot", "thead", "tr", "ul"}
)
# What no cell of a table of data holds: tables with these arrange a page.
_ARRANGED = "table, h1, h2, h3, h4, h5, h6, ul, ol, dl, pre, form, blockquote"
_MAX_SPAN = 100


def read_html(text: str) -> Extract:
    """Headings, list items, table rows and paragraphs; scripts, comments and what is hidden are left out.

    Hidden is what an attribute, an inline style or a rule of the page's own style sheets hides; ``warnings``
    tells what that says. Pictures stand for their alternative text, fields of forms for what is filled in
    (secrets aside). A cell that is merged over rows is told in each of them. Damaged markup is read as
    browsers read it, nesting of any depth included.
    """
    parser = LexborHTMLParser(text)
    root = parser.root
    if root is None:
        return Extract(())
    hidden = find_hidden(parser)
    collector = _Collector(FieldLabels(parser))
    for node, is_entered in _walk(root, hidden):
        if is_entered:
            collector.enter(node)
        else:
            collector.leave(node)
    return Extract(lay_out(collector.finished()), hidden.warnings())


def _walk(root: LexborNode, hidden: HiddenElements) -> Iterator[tuple[LexborNode, bool]]:
    """Every shown node when it begins (true) and when it ends. No recursion: pages nest as they like."""
    waiting = [(root, True, True)]
    while waiting:
        node, is_entered, is_visible = waiting.pop()
        if not is_entered:
            yield node, False
            continue
        if node.next is not None:
            waiting.append((node.next, True, is_visible))
        is_seen = is_visible
        if node.is_element_node:
            if node.tag in _UNSHOWN or hidden.removes(node):
                continue
            is_seen = hidden.is_visible(node, is_visible)
        if not is_seen and (node.is_text_node or node.tag == "img" or node.tag in FIELDS):
            hidden.leave_out(_own_text(node))
            continue
        yield node, True
        waiting.append((node, False, is_seen))
        if node.child is not None and node.tag not in FIELDS:
            waiting.append((node.child, True, is_seen))


def _own_text(node: LexborNode) -> str:
    """What a text, a picture or a field says."""
    if node.is_text_node:
        return node.text_content or ""
    return field_text(node) if node.tag in FIELDS else node.attributes.get("alt") or ""


def _arranges(table: LexborNode) -> bool:
    """Whether a table arranges a page instead of holding data."""
    return any(part.css_first(_ARRANGED) is not None for part in table.iter())


@dataclass
class _Table:
    """A table of data while it is read."""

    rows: list[list[str]] = field(default_factory=list)
    header_row_count: int = 0
    is_in_head: bool = False
    # A merged cell and its last row, by column.
    going_on: dict[int, tuple[str, int]] = field(default_factory=dict)

    def begin_row(self) -> None:
        self.end_row()
        self.rows.append([])

    def add(self, cell: LexborNode, text: str) -> None:
        """A cell, behind those that go on from above in the columns before it."""
        if not self.rows:
            self.begin_row()
        row, attributes = self.rows[-1], cell.attributes
        is_first = not row  # cells that go on from above are none of the row's own
        self.end_row()
        number = len(self.rows)
        last = number - 1 + _span(attributes.get("rowspan"))
        is_header = self.is_in_head or (cell.tag == "th" and (is_first or self.header_row_count == number))
        if is_header and self.header_row_count >= number - 1:
            self.header_row_count = number
        elif self.header_row_count == number:
            self.header_row_count -= 1  # a row with one cell that is none of a header's
        for column in range(_span(attributes.get("colspan"))):
            shown = MERGED if column else text
            self.going_on[len(row)] = (shown, last)
            row.append(shown)

    def end_row(self) -> None:
        """Fills the row as far as cells go on from above."""
        row = self.rows[-1] if self.rows else []
        while self.rows and (above := self.going_on.get(len(row))) and above[1] >= len(self.rows):
            row.append(above[0])


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MAX_SPAN) if value and value.isdecimal() else 1


class _Collector:
    def __init__(self, labels: FieldLabels) -> None:
        self._labels = labels
        self._pieces: list[Piece] = []
        self._words: list[str] = []
        self._kinds: list[BlockKind] = []
        self._preformatted = 0
        self._table: _Table | None = None

    def finished(self) -> list[Piece]:
        """Every piece, once all has been walked."""
        self._end_piece()
        return self._pieces

    def enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if node.is_text_node:
            self._words.append(_own_text(node))
            return
        self._break_line(tag)
        if tag in _HEADINGS:
            self._kinds.append("heading")
        elif tag == "li":
            self._kinds.append("list_item")
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "img":
            self._words.append(f" {_own_text(node)} ")
        elif tag in FIELDS:
            self._add_field(node)
        elif tag in _INLINE_BOXES:
            self._words.append(" ")
        elif tag == "table" and self._table is None and not _arranges(node):
            self._table = _Table()
        elif tag == "thead" and self._table is not None:
            self._table.is_in_head = True
        elif tag == "tr" and self._table is not None:
            self._table.begin_row()

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _CELLS and self._table is not None:
            self._table.add(node, " ".join("".join(self._words).split()))
            self._words.clear()
        self._break_line(tag)
        if tag in _INLINE_BOXES:
            self._words.append(" ")
        elif tag in _HEADINGS or tag == "li":
            self._kinds.pop()
        elif tag == "pre":
            self._preformatted -= 1
        elif tag == "thead" and self._table is not None:
            self._table.is_in_head = False
        elif tag == "table" and self._table is not None:
            self._table.end_row()
            for line in table_lines(self._table.rows, header=self._table.header_row_count):
                self._pieces.append(Piece(line, "table_row"))
            self._table = None

    def _add_field(self, field: LexborNode) -> None:
        """What a field shows, behind its label where that stands in another line."""
        text = field_text(field)
        is_alone = self._table is None and not any(map(str.strip, self._words))
        label = self._labels.of(field) if text and is_alone else ""
        self._words.append(f" {label}: {text} " if label else f" {text} ")

    def _break_line(self, tag: str) -> None:
        """Ends the piece at a block's edge; in a table of data only cells and the caption have edges."""
        if tag not in _BLOCKS:
            return
        if self._table is not None and tag not in ("caption", "tr", *_CELLS):
            self._words.append(" ")
        else:
            self._end_piece()

    def _end_piece(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        shown = text.strip("\n") if self._preformatted else " ".join(text.split())
        if shown.strip():
            self._pieces.append(Piece(shown, self._kinds[-1] if self._kinds else "paragraph"))
