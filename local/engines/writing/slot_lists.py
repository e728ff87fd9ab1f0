"""Lists whose items are told one by one in the prompt: a line for each gap, a text for each picture.

<slots for="audio_description">
{"gap": 1, "max_words": 8, "evidence_ids": ["k1-text1"], ...}
</slots>
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.engines.text.sentences import words
from local.engines.writing.lesson_lists import ListedItem
from local.engines.writing.statements import Statement, join_statements
from local.foreign_json import parse_json

__all__ = ["Slots", "filled_slots", "read_slots", "wants_slots"]

Slots = Mapping[str, Sequence[Mapping[str, Any]]]

_BLOCK = re.compile(r'^<slots for="(?P<name>\w+)">\s*$(?P<rows>.*?)^</slots>\s*$', re.DOTALL | re.MULTILINE)
# What says most to somebody who can't see the picture comes first; colours and the like say too little.
_KINDS = ("description", "detected_text", "label", "faces")
_KEYS = ("gap", "picture")
_SHOWN = "Words shown: "
_MOST_WORDS = 40


def read_slots(prompt: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of every block of slots by the name of the list that they are for."""
    return {
        match["name"]: [row for line in match["rows"].splitlines() if (row := _row(line)) is not None]
        for match in _BLOCK.finditer(prompt)
    }


def _row(line: str) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] | None = parse_json(line) if line.startswith("{") else None
    except ValueError:
        return None
    return row


def wants_slots(items: Mapping[str, Any]) -> bool:
    """Whether a list wants a text for each of what the prompt counts or names, and for nothing else."""
    properties = items.get("properties", {})
    return "text" in properties and any(name in properties for name in _KEYS)


def filled_slots(
    rows: Sequence[Mapping[str, Any]], items: Mapping[str, Any], statements: Sequence[Statement]
) -> Iterator[ListedItem]:
    """An item for each slot whose evidence shows something: a caption, words that are read, or labels.

    Slots with ``max_words`` follow each other in time: what one of them said isn't said again.
    """
    properties = items.get("properties", {})
    said: set[str] = set()
    for row in rows:
        key = next((name for name in row if name in properties), None)
        if key is None:
            continue
        most = row.get("max_words")
        seen = [each for each in statements if set(each.evidence_ids) & set(row.get("evidence_ids", ()))]
        fresh = [each for each in seen if most is None or each.text.casefold() not in said]
        chosen = _chosen(fresh, most or _MOST_WORDS)
        if chosen:
            said.update(each.text.casefold() for each in chosen)
            yield ListedItem({key: row[key], "text": _text(chosen)}, tuple(chosen))


def _chosen(seen: Sequence[Statement], most_words: int) -> list[Statement]:
    """As many statements of the most telling kind as fit."""
    for kind in _KINDS:
        chosen: list[Statement] = []
        for each in seen:
            is_new = each.text not in {other.text for other in chosen}
            if each.pieces[0].kind == kind and is_new and _length([*chosen, each]) <= most_words:
                chosen.append(each)
        if chosen:
            return chosen
    return []


def _text(chosen: Sequence[Statement]) -> str:
    text = join_statements(list(chosen))
    return f"{_SHOWN}“{text}”" if chosen[0].pieces[0].kind == "detected_text" else text


def _length(chosen: Sequence[Statement]) -> int:
    """Words, or parts of words, whichever are more: what is read aloud letter by letter takes longer."""
    text = _text(chosen)
    return max(len(words(text)), len(text.split()))
