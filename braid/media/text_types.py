"""Which kind of text a text is, by what is written in it. Standard library only."""

from __future__ import annotations

import csv
import json
import re

__all__ = ["text_type"]

_SRT = re.compile(r"\s*\d+\s*\r?\n\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}\s*-->\s*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}")
_XML_PROLOG = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE[^>]*>\s*)?", re.S | re.I)
_TTML_ROOT = re.compile(r"<(?:\w+:)?tt[\s>]")
_HTML_ROOT = re.compile(r"<(?:html|head|body|title|meta|div|article|section|table|h[1-6]|p)[\s>]", re.I)
_HTML_DOCTYPE = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<!DOCTYPE\s+html", re.S | re.I)
_MARKDOWN = (
    re.compile(r"^#{1,6} \S", re.M),
    re.compile(r"^(?:=|-){3,}[ \t]*$", re.M),
    re.compile(r"^(?:```|~~~)", re.M),
    re.compile(r"\[[^\]\n]+\]\([^)\s]+\)"),
    re.compile(r"^ {0,3}[*+-] \S", re.M),
    re.compile(r"\*\*[^*\n]+\*\*"),
    re.compile(r"^\|.*\|[ \t]*$", re.M),
)
_MARKDOWN_ALONE = (0, 2)  # a heading or a fence says it; of the others it takes two
_CSV_LINES = 20


def text_type(text: str, *, is_whole: bool = True) -> str:
    """The media type of ``text``, which may be the beginning of a longer one (``is_whole`` false).

    Plain text where nothing else is sure: a wrong guess of a table costs more than none.
    """
    text = text.removeprefix("\ufeff")
    if re.match(r"WEBVTT(?:[ \t\r\n]|$)", text):
        return "text/vtt"
    if _SRT.match(text):
        return "application/x-subrip"
    if _HTML_DOCTYPE.match(text):
        return "text/html"
    body = text[_XML_PROLOG.match(text).end() :]  # type: ignore[union-attr]  # every part of it is optional
    if _TTML_ROOT.match(body):
        return "application/ttml+xml"
    if _HTML_ROOT.match(body):
        return "text/html"
    if _is_json(text, is_whole=is_whole):
        return "application/json"
    if _is_markdown(text):
        return "text/markdown"
    if _is_csv(text, is_whole=is_whole):
        return "text/csv"
    return "text/plain"


def _is_json(text: str, *, is_whole: bool) -> bool:
    if not re.match(r"\s*[\[{]", text):
        return False
    if is_whole:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return False
        return True
    return re.match(r'\s*(?:\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*(?:[\[{"\d-]|true|false|null))', text) is not None


def _is_markdown(text: str) -> bool:
    found = [pattern.search(text) is not None for pattern in _MARKDOWN]
    return any(found[index] for index in _MARKDOWN_ALONE) or sum(found) >= 2


def _is_csv(text: str, *, is_whole: bool) -> bool:
    """A table: the same two or more columns in every one of the first lines, and no prose between commas."""
    lines = text.splitlines()
    if not is_whole:
        lines = lines[:-1]
    lines = [line for line in lines if line.strip()][:_CSV_LINES]
    if len(lines) < 2:
        return False
    for delimiter in (",", ";", "\t"):
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        widths = {len(row) for row in rows}
        if len(widths) == 1 and widths.pop() >= 2:
            cells = [cell for row in rows for cell in row[1:]]
            like_prose = sum(cell.startswith(" ") for cell in cells)
            return like_prose <= len(cells) / 2
    return False
