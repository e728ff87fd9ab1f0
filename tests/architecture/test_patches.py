"""What replaces parts of MiniStack says what it mends, and where that is reported: so that it can go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).resolve().parents[2] / "local" / "launcher"
PATCHES = [
    path
    for path in sorted(LAUNCHER.rglob("*.py"))
    if "RELIES_ON = (" in (text := path.read_text("utf-8")) and "\ndef apply(" in text
]


def test_there_are_patches() -> None:
    assert len(PATCHES) > 15


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.stem)
def test_a_patch_names_its_symptom_and_what_is_filed(path: Path) -> None:
    about = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""

    assert "Symptom" in about
    assert "Upstream" in about
