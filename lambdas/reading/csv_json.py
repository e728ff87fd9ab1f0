"""CSV and JSON: each row or object as one readable line. Pure."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract, Piece, lay_out

__all__ = ["read_csv", "read_json", "table_lines"]

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


def table_lines(rows: Iterable[Sequence[str]], *, header: bool | None = None) -> Iterator[str]:
    """A line for each row that holds something, with the header's names where there is a header.

    ``header``: whether the first row is said to be one; ``None`` judges by what stands in it.
    """
    filled = ([cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row))
    first = next(filled, None)
    second = next(filled, None)
    if first is None:
        return
    is_header = _is_header(first) if header is None else header
    names = first if is_header and second and _can_name(first) else None
    for row in itertools.chain([] if names else [first], [second] if second else [], filled):
        if names:
            named = zip(names, row[: len(names)], strict=False)
            parts = [f"{name}: {cell}" if name else cell for name, cell in named if cell]
            yield "; ".join(parts + [cell for cell in row[len(names) :] if cell])
        else:
            yield " | ".join(cell for cell in row if cell)


def _can_name(row: Sequence[str]) -> bool:
    """Names that are all there and all different; a first column of row numbers may have none."""
    names = row[1:] if row[:1] == [""] else row
    return len(row) > 1 and all(names) and len(set(names)) == len(names)


def _is_header(row: Sequence[str]) -> bool:
    """No name is a number."""
    return not any(map(_NUMBER.match, row))


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
