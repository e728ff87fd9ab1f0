"""CSV and JSON: each row or object as one readable line. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidAssetError
from braid.media.content.csv_format import CsvFormat, csv_format, read_rows
from braid.media.content.text_types import is_cut_json
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.tables.rows import table_lines

__all__ = ["read_csv", "read_json", "read_json_lines"]

# Beyond this a text is told by itself, not as a member of its object's line.
_LONG_VALUE_CHARACTERS = 200
# A text with more lines that aren't JSON is none.
_MAX_UNREAD_LINES = 1_000
_LISTED_LINES = 5


def read_csv(text: str) -> Extract:
    """A line for each row: ``name: Mug; price: 12.50`` under a header row, else ``Mug | 12.50``."""
    table = read_rows(text, csv_format(text) or CsvFormat(","))
    warnings: list[str] = []
    if table.misquoted_line:
        warnings.append(
            f"the quotes in line {table.misquoted_line:,} or behind it aren't closed or doubled as CSV wants:"
            " cells may stand in wrong columns; export the table again"
        )
    if uneven_count := table.uneven_row_count():
        warnings.append(
            f"{uneven_count:,} row{'s have' if uneven_count > 1 else ' has'} more or fewer cells than the"
            " others: cells may stand in wrong columns; put quotes around cells with commas and export again"
        )
    lines = table_lines(table.rows, cells_may_slip=True)
    return Extract(lay_out(Piece(line, "table_row") for line in lines), tuple(warnings))


@dataclass(frozen=True)
class _Object:
    """A JSON object with its members as they are written, names that come twice included."""

    members: tuple[tuple[str, Any], ...]


class _Number(str):
    """A JSON number as it is written: 12.50, 1E5, or with more digits than a float has."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    object_pairs_hook=lambda pairs: _Object(tuple(pairs)),
    parse_int=_Number,
    parse_float=_Number,
    parse_constant=_Number,
)
_VALUE_BEGINS = re.compile(r"[\s\x1e]*")
_LINE = re.compile(r"[^\n]*")
# What can't be bare in a path: a name with a dot in it is no path itself.
_PLAIN_NAME = re.compile(r"[^.\[\]]+")


def read_json(text: str) -> Extract:
    """A line for each object: where it stands and its values, ``products[2] name: Mug; price: 12.50``.

    Numbers are told as they are written. Values that follow each other are read as JSON lines. Raises
    ``InvalidAssetError`` for JSON that is damaged or nested too deeply.
    """
    begin = _blank_end(text, 0)
    try:
        value, end = _decoded(text, begin)
    except json.JSONDecodeError as error:
        raise InvalidAssetError(
            f"The JSON is damaged in line {error.lineno:,}, at character {error.colno:,}. Export it again."
        ) from error
    following = _blank_end(text, end)
    if following == len(text):
        return Extract(lay_out(_json_pieces(value)))
    if "\n" in text[end:following] and text[following] in "[{":
        return read_json_lines(text)
    line = text.count("\n", 0, following) + 1
    raise InvalidAssetError(f"The JSON is damaged: it ends before line {line:,} does. Export it again.")


def read_json_lines(text: str) -> Extract:
    """A line for each of the values that follow each other: ``id: 3; item: chair; size.width: 40``.

    What is no JSON between them (the last line of a log may be cut off) is read as it is written, and listed.
    """
    pieces: list[Piece] = []
    unread_lines: list[int] = []
    cut_line = 0
    at = _blank_end(text, 0)
    while at < len(text):
        try:
            value, end = _decoded(text, at) if text[at] in "[{" else (None, at)
        except json.JSONDecodeError:
            value, end = None, at
        if end == at:
            line = text.count("\n", 0, at) + 1
            if is_cut_json(text, at):
                cut_line, end = line, len(text)
            else:
                unread_lines.append(line)
                end = _LINE.match(text, at).end()  # type: ignore[union-attr]  # it matches anywhere
            pieces.append(Piece(text[at:end]))
            if len(unread_lines) == _MAX_UNREAD_LINES:
                pieces.append(Piece(text[end:]))
                break
        else:
            pieces.append(Piece("; ".join(_flattened(value)), "table_row"))
        at = _blank_end(text, end)
    return Extract(lay_out(pieces), tuple(_json_warnings(unread_lines, cut_line)))


def _json_warnings(unread_lines: list[int], cut_line: int) -> Iterator[str]:
    if unread_lines:
        yield f"no JSON, read as written: {_lines(unread_lines)}"
    if cut_line:
        yield f"the last record, from line {cut_line:,} on, is cut off: what is left of it is read as written"


def _lines(numbers: list[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:_LISTED_LINES])
    more = len(numbers) - _LISTED_LINES
    return f"line{'s' if len(numbers) > 1 else ''} {shown}" + (f" and {more:,} more" if more > 0 else "")


def _blank_end(text: str, begin: int) -> int:
    return _VALUE_BEGINS.match(text, begin).end()  # type: ignore[union-attr]  # it matches anywhere


def _decoded(text: str, begin: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, begin)
    except RecursionError as error:
        raise InvalidAssetError("The JSON is nested too deeply to be read.") from error


def _flattened(root: Any) -> Iterator[str]:
    """Every value with the path to it."""
    open_values: list[tuple[str, Any]] = [("", root)]
    while open_values:
        path, value = open_values.pop()
        if isinstance(value, _Object | list):
            open_values.extend(reversed([(inner, item) for inner, _, item in _members(path, value)]))
        elif value is not None and value != "":
            yield f"{path}: {_said(value)}" if path else _said(value)


def _json_pieces(root: Any) -> Iterator[Piece]:
    """Objects in the document's order. Without recursion: nesting is the file's choice."""
    open_values: list[tuple[str, Any]] = [("", root)]
    while open_values:
        path, value = open_values.pop()
        if not isinstance(value, _Object | list):
            yield Piece(f"{path}: {_said(value)}" if path else _said(value))
            continue
        line: list[str] = []
        nested: list[tuple[str, Any]] = []
        for member_path, name, item in _members(path, value):
            if isinstance(item, _Object | list) or len(_said(item)) > _LONG_VALUE_CHARACTERS:
                nested.append((member_path, item))
            elif item is not None and item != "":
                line.append(f"{name}: {_said(item)}" if name else _said(item))
        if line:
            yield Piece(f"{path} {'; '.join(line)}", "table_row")
        open_values.extend(reversed(nested))


def _members(path: str, value: _Object | list[Any]) -> Iterator[tuple[str, str, Any]]:
    """Each member's path, its name (a list's have none) and its value."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{path}[{index}]", "", item
    else:
        for name, item in value.members:
            if not _PLAIN_NAME.fullmatch(name):
                yield f"{path}[{json.dumps(name, ensure_ascii=False)}]", name, item
            else:
                yield f"{path}.{name}" if path else name, name, item


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
