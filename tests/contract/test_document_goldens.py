"""Code reads every document that an earlier version of the same major number stored, whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from braid.domain.wire import decode, encode
from tests.contract.document_goldens import FOLDER, STORED, filled

GOLDENS = sorted(FOLDER.glob("*/*.json"))


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_version_stored_is_read(path: Path) -> None:
    stored = json.loads(path.read_text("utf-8"))

    read = encode(decode(STORED[path.stem], stored))

    # Members may have got other names, or neighbours with defaults; nothing that was said may be lost.
    before, after = Counter(map(repr, _leaves(stored))), Counter(map(repr, _leaves(read)))
    assert before - after == Counter()


def test_every_stored_shape_has_a_golden_in_the_newest_version() -> None:
    newest = max(FOLDER.iterdir(), key=lambda folder: [int(part) for part in folder.name.split(".")])

    assert {path.stem for path in newest.glob("*.json")} == set(STORED)


@pytest.mark.parametrize("name", STORED)
def test_a_filled_document_reads_back(name: str) -> None:
    value = filled(STORED[name])

    assert decode(STORED[name], json.loads(json.dumps(encode(value)))) == value


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value
