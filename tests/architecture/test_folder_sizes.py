"""Folders that are taken in at a glance and files that are read in one go; the exceptions have a reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_ROOTS = (
    "braid",
    "lambdas",
    "stacks",
    "cli",
    "console",
    "local",
    "evaluation",
    "benchmarks",
    "processing",
    "tools",
    "samples",
    "tests",
)
_MOST_MODULES = 17
_MOST_LINES = {"tests": 400}
_MOST_LINES_ELSEWHERE = 300
_LONGER = {
    "local/engines/writing/schema_filling.py": "one walk over one schema, whose kinds call each other",
    "local/launcher/functions/lambda_runtime.py": "one worker's life, cut as MiniStack cuts it",
}


def test_no_folder_holds_more_modules_than_can_be_taken_in() -> None:
    counts = Counter(path.parent for path in _modules() if path.name != "__init__.py")
    too_many = {folder.as_posix(): count for folder, count in counts.items() if count > _MOST_MODULES}
    assert not too_many, "give what belongs together a folder of its own"


def test_no_file_is_longer_than_can_be_read_in_one_go() -> None:
    longer = {
        path.as_posix(): lines
        for path in _modules()
        if (lines := (REPOSITORY / path).read_text("utf-8").count("\n"))
        > _MOST_LINES.get(path.parts[0], _MOST_LINES_ELSEWHERE)
    }
    assert longer.keys() == _LONGER.keys(), "cut it where it folds; take out of the list what was cut"


def _modules() -> list[Path]:
    return [path.relative_to(REPOSITORY) for root in _ROOTS for path in (REPOSITORY / root).rglob("*.py")]
