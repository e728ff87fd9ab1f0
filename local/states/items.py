"""What a distributed Map reads and writes: items of an object, batches, and result files.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html and its pages on
ItemReader, ItemBatcher and ResultWriter, November 2026.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from local.foreign_json import parse_json
from local.states.errors import StateError, to_text

_DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
_BATCH_LIMIT_BYTES = 262_144


def parse_items(content: bytes, config: Mapping[str, Any]) -> list[Any]:
    """The items of an object: a JSON array, JSON lines or CSV rows; raises ``States.ItemReaderFailed``."""
    kind = str(config.get("InputType", "JSON"))
    try:
        text = content.decode("utf-8-sig")
        if kind == "JSONL":
            return [_line(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if kind == "CSV":
            return _rows(text, config)
        if kind == "JSON":
            found = parse_json(text)
            for part in str(config.get("ItemsPointer", "")).split("/")[1:]:
                name = part.replace("~1", "/").replace("~0", "~")
                found = found[int(name)] if isinstance(found, list) else found[name]
            if isinstance(found, list):
                return found
            if isinstance(found, dict):
                return [{"Key": key, "Value": value} for key, value in found.items()]
            raise _unreadable("The JSON holds neither an array nor an object")
        raise _unreadable(f"InputType {kind} isn't one of JSON, JSONL and CSV")
    except (ValueError, LookupError, TypeError, csv.Error) as error:
        raise _unreadable(f"The {kind} can't be read: {error}") from error


def _line(number: int, line: str) -> Any:
    try:
        return parse_json(line)
    except ValueError as error:
        told = error.msg if isinstance(error, json.JSONDecodeError) else "it can't be read"
        raise ValueError(f"line {number}: {told}") from None


def _rows(text: str, config: Mapping[str, Any]) -> list[dict[str, str]]:
    delimiter = _DELIMITERS[str(config.get("CSVDelimiter", "COMMA"))]
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    if config.get("CSVHeaderLocation") == "GIVEN":
        headers = list(config["CSVHeaders"])
    else:
        headers, rows = (rows[0], rows[1:]) if rows else ([], [])
    # Missing fields are empty; fields without a header are dropped.
    return [dict(zip(headers, row + [""] * (len(headers) - len(row)), strict=False)) for row in rows]


def batches(
    items: Iterable[Any], max_items: int | None, max_bytes: int | None, batch_input: Any = None
) -> list[dict[str, Any]]:
    """The items in groups that hold neither limit back, each as a child's input.

    Raises ``States.ItemReaderFailed`` for an item that alone is over the size limit.
    """
    common = {} if batch_input is None else {"BatchInput": batch_input}
    limit = min(max_bytes or _BATCH_LIMIT_BYTES, _BATCH_LIMIT_BYTES)
    empty = len(to_text({**common, "Items": []}).encode())
    found: list[list[Any]] = []
    size = 0
    for item in items:
        item_bytes = len(to_text(item).encode()) + 1
        if empty + item_bytes > limit:
            raise _unreadable(f"One item has {item_bytes} bytes, more than a batch may have ({limit})")
        if not found or size + item_bytes > limit or (max_items is not None and len(found[-1]) >= max_items):
            found.append([])
            size = empty
        found[-1].append(item)
        size += item_bytes
    return [{**common, "Items": group} for group in found]


def is_over_tolerance(failed: int, total: int, count: int | None, percentage: float | None) -> bool:
    """Whether so many failed items fail the Map Run: over either threshold, or any where none is set."""
    if count is None and percentage is None:
        return failed > 0
    over_count = count is not None and failed > count
    return over_count or (percentage is not None and failed * 100 > percentage * total)


def transformed(records: Sequence[Mapping[str, Any]], transformation: str) -> list[Any]:
    """The results as WriterConfig's Transformation wants them.

    NONE keeps a child execution's whole record, COMPACT its output, FLATTEN puts the items of outputs that
    are lists side by side.
    """
    if transformation == "NONE":
        return [dict(record) for record in records]
    outputs = [_output(record) for record in records]
    if transformation == "COMPACT":
        return outputs
    return [item for output in outputs for item in (output if isinstance(output, list) else [output])]


def _output(record: Mapping[str, Any]) -> Any:
    text = record.get("Output")
    return parse_json(text) if text is not None else dict(record)


def result_file(results: Sequence[Any], output_type: str) -> bytes:
    """The content of one result file: a JSON array, or a line per result."""
    if output_type == "JSONL":
        return "".join(to_text(result) + "\n" for result in results).encode()
    return to_text(list(results)).encode()


def _unreadable(cause: str) -> StateError:
    return StateError("States.ItemReaderFailed", cause)
