"""CSV and JSON: each row or object as one readable line. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.table_rows import table_lines

__all__ = ["read_csv", "read_json"]

_DELIMITERS = ",;\t|"
_SNIFFED_CHARACTERS = 20_000
_NUMBER = re.compile(r"[\s$€£¥%+-]*\d[\d.,\s]*[\s$€£¥%]*$")
# Beyond this a text is told by itself, not as a member of its object's line.
_LONG_VALUE_CHARACTERS = 200


def read_csv(text: str) -> Extract:
    """A line for each row: ``name: Mug; price: 12.50`` under a header row, else ``Mug | 12.50``."""
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SNIFFED_CHARACTERS], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise InvalidAssetError(
            f"The table can't be read as CSV ({error}). Export it again, with quotes around texts."
        ) from error
    return Extract(lay_out(Piece(line, "table_row") for line in table_lines(rows)))


def read_json(text: str) -> Extract:
    """A line for each object: where it stands and its values, ``products[2] name: Mug; price: 12.5``."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidAssetError(f"The JSON is damaged: {error}. Export it again.") from error
    except RecursionError as error:
        raise InvalidAssetError("The JSON is nested too deeply to be read.") from error
    return Extract(lay_out(_json_pieces(value)))


def _json_pieces(root: Any) -> Iterator[Piece]:
    """Objects in the document's order. Without recursion: nesting is the file's choice."""
    open_values: list[tuple[str, Any]] = [("", root)]
    while open_values:
        path, value = open_values.pop()
        if not isinstance(value, dict | list):
            yield Piece(f"{path}: {_said(value)}" if path else _said(value))
            continue
        line: list[str] = []
        nested: list[tuple[str, Any]] = []
        for member_path, name, item in _members(path, value):
            if isinstance(item, dict | list) or len(_said(item)) > _LONG_VALUE_CHARACTERS:
                nested.append((member_path, item))
            elif item is not None and item != "":
                line.append(f"{name}: {_said(item)}" if name else _said(item))
        if line:
            yield Piece(f"{path} {'; '.join(line)}", "table_row")
        open_values.extend(reversed(nested))


def _members(path: str, value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, str, Any]]:
    """Each member's path, its name (a list's have none) and its value."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{path}[{index}]", "", item
    else:
        for name, item in value.items():
            yield f"{path}.{name}" if path else name, name, item


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
