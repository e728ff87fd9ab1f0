"""Which kind of text a text is, by what is written in it. Standard library only."""

from __future__ import annotations

import itertools
import json
import re

from braid.media.content.csv_format import is_csv

__all__ = ["JSON_LINES", "is_cut_json", "text_type"]

JSON_LINES = "application/jsonl"
# Numbers are kept as they are written; Python's own have a limit of digits.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)
_NEXT_LINE = re.compile(r"[ \t\x1e]*\n[\s\x1e]*(?=[\[{])")
_RECORD_BEGINS = re.compile(r"^[ \t\x1e]*\{", re.M)
_SEEN_RECORDS = 10
# What an end cuts in two: "fals", "-Infinit", "1.2345e", an escape; or a string.
_LONGEST_TOKEN = 12
_OPEN_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*\\?')

# SubRip begins with a time range: a cue's number, hours and milliseconds may be missing. One line of another
# kind may stand before it, where the range is complete.
_SRT_TIME = r"(?:\d{1,4}\s*:\s*)?\d{1,4}\s*:\s*\d{1,2}(?:\s*[,.]\s*\d{1,9}|:\d{3})?"
_SRT_FULL_TIME = r"\d{1,4}:\d{1,2}:\d{1,2}[,.]\d{1,9}"
_SRT = re.compile(
    rf"\s*(?:\d{{1,9}}\s*[\r\n]\s*)?{_SRT_TIME}\s*-->\s*{_SRT_TIME}"
    rf"|\s*[^\r\n]+[\r\n]\s*(?:\d{{1,9}}\s*[\r\n]\s*)?{_SRT_FULL_TIME}\s*-->\s*{_SRT_FULL_TIME}"
)
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
# A section and a setting, perhaps behind comments, which look like Markdown's headings.
_COMMENTS = r"(?:[ \t]*(?:[#;].*)?\n)*"
_CONFIGURATION = re.compile(
    rf"{_COMMENTS}[ \t]*\[\[?[^\]\n]+\]?\][ \t]*(?:[#;].*)?\n{_COMMENTS}[ \t]*[\w.\"'-]+[ \t]*[=:]"
)
_MARKDOWN_ALONE = (0, 2)  # a heading or a fence says it; of the others it takes two


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
    if json_type := _json_type(text, is_whole=is_whole):
        return json_type
    if is_csv(text, is_whole=is_whole):
        return "text/csv"
    if _is_markdown(text) and not _CONFIGURATION.match(text):
        return "text/markdown"
    return "text/plain"


def _json_type(text: str, *, is_whole: bool) -> str | None:
    """JSON is what reads as JSON up to its end, or up to where ``text`` is cut off; values that follow each
    other on lines of their own are JSON lines. Logs, references and configurations begin with brackets too.
    """
    body = text.strip()
    if not body.startswith(("[", "{")):
        return None
    first_end = _value_end(body, 0, is_whole=is_whole)
    if first_end is None:
        return None
    if first_end >= len(body):
        return "application/json"
    following = _NEXT_LINE.match(body, first_end)
    if following and _value_end(body, following.end(), is_whole=is_whole) is not None:
        return JSON_LINES
    if following and body.startswith("{") and _has_another_record(body, following.end()):
        return JSON_LINES
    return None


def _has_another_record(text: str, begin: int) -> bool:
    """Whether behind a JSON object, from ``begin`` on, a second one is cut off by the text's end, or damaged
    and followed by a whole one."""
    if _value_end(text, begin, is_whole=False) is not None:
        return True
    records = itertools.islice(_RECORD_BEGINS.finditer(text, begin), _SEEN_RECORDS)
    return any(_value_end(text, record.end() - 1, is_whole=True) is not None for record in records)


def is_cut_json(text: str, begin: int) -> bool:
    """Whether the text ends within a JSON object or list that begins at ``begin``."""
    return (
        text[begin] in "[{"
        and _value_end(text, begin, is_whole=True) is None
        and _value_end(text, begin, is_whole=False) is not None
    )


def _value_end(text: str, begin: int, *, is_whole: bool) -> int | None:
    """Where the JSON value that begins at ``begin`` ends, the text's end where it is cut off there; ``None``
    where there is none. What is nested too deeply for Python counts as cut off: its reader refuses it."""
    try:
        return _DECODER.raw_decode(text, begin)[1]
    except RecursionError:
        return len(text)
    except json.JSONDecodeError as error:
        is_cut = len(text) - error.pos <= _LONGEST_TOKEN or _OPEN_STRING.fullmatch(text, error.pos)
        return len(text) if is_cut and not is_whole else None


def _is_markdown(text: str) -> bool:
    found = [pattern.search(text) is not None for pattern in _MARKDOWN]
    return any(found[index] for index in _MARKDOWN_ALONE) or sum(found) >= 2
