"""HTML: what a browser would show, block by block. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser

from lambdas.reading.blocks import BlockKind, Extract, Piece, lay_out

__all__ = ["read_html"]

_UNSHOWN = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "select"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "title"})
# Tags that say what the text in them is, and those whose end ends them where their own end tag is left out.
_NESTING = _HEADINGS | {"li", "tr", "ul", "ol", "table"}
# Tags at which a line of text ends. Everything else stands inside of a line.
_BLOCKS = _NESTING | {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
    ),
    *(
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "head",
        "header",
        "hr",
        "html",
    ),
    *("legend", "main", "menu", "nav", "p", "pre", "section", "summary", "tbody", "tfoot", "thead"),
}
_CELLS = frozenset({"td", "th"})


def read_html(text: str) -> Extract:
    """Headings, list items, table rows and paragraphs; scripts, styles and comments are left out.

    Pictures stand for their alternative text. Damaged markup is read as far as it makes sense.
    """
    collector = _Collector()
    collector.feed(text)
    collector.close()
    return Extract(lay_out(collector.finished()))


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[Piece] = []
        self._words: list[str] = []
        self._open: list[str] = []  # of the nesting tags
        self._unshown: list[str] = []
        self._preformatted = 0

    def finished(self) -> Sequence[Piece]:
        """Every piece, once all has been fed."""
        self._end_piece()
        return self._pieces

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unshown or tag in _UNSHOWN:
            if tag in _UNSHOWN:
                self._unshown.append(tag)
            return
        self._break_line(tag)
        if tag in _CELLS and "".join(self._words).strip():
            self._words.append(" | ")
        if tag == "pre":
            self._preformatted += 1
        if tag in _NESTING:
            self._open.append(tag)
        if tag == "img":
            self._words.append(f" {dict(attrs).get('alt') or ''} ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSHOWN:  # <svg/> hides nothing
            super().handle_startendtag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._unshown:
            if tag == self._unshown[-1]:
                self._unshown.pop()
            return
        self._break_line(tag)
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        if tag in _NESTING and tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self._words.append(data)

    def _break_line(self, tag: str) -> None:
        """Ends the piece at a block's edge; in a table's row only the row's own edges do."""
        if tag not in _BLOCKS:
            return
        if "tr" in self._open and tag != "tr":
            self._words.append(" ")
        else:
            self._end_piece()

    def _end_piece(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        shown = text.strip("\n") if self._preformatted else " ".join(text.split())
        if shown.strip():
            self._pieces.append(Piece(shown, self._kind()))

    def _kind(self) -> BlockKind:
        if "tr" in self._open:
            return "table_row"
        innermost = self._open[-1] if self._open else ""
        if innermost in _HEADINGS:
            return "heading"
        return "list_item" if innermost == "li" else "paragraph"
