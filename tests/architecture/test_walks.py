"""The walks of docs/architecture.md: as many files as it counts, all there, each knowing what it hands on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")
WALKS = re.findall(r"^### (.+?): (\d+) files\n\n((?:\d+\. .+\n)+)", TEXT, re.MULTILINE)


def test_there_are_three_walks() -> None:
    assert len(WALKS) == 3


@pytest.mark.parametrize(("title", "count", "steps"), WALKS, ids=[title for title, *_ in WALKS])
def test_a_walk_passes_through_the_files_that_it_counts(title: str, count: str, steps: str) -> None:
    lines = steps.strip().split("\n")
    paths = [re.match(r"\d+\. `([^`]+)`", line) for line in lines]

    assert len(lines) == int(count)
    for line, path in zip(lines, paths, strict=True):
        assert path, line
        text = (REPOSITORY / path[1]).read_text("utf-8")
        # The types that the line names in its second half are in that file.
        for name in re.findall(r"`([A-Z][A-Za-z]+)`", line):
            assert re.search(rf"\b{name}\b", text), f"{path[1]} doesn't know {name}"
