"""The commands that the runbook tells people to type exist, with the options it gives them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

RUNBOOK = Path(__file__).resolve().parents[3] / "docs" / "operating.md"
SECTION = re.search(r"^## Alarms$(.*?)^## ", RUNBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
assert SECTION is not None
COMMANDS = sorted(set(re.findall(r"`braid ([^`]+)`", SECTION[1])))
A_NAME = re.compile(r"[a-z]+")


@pytest.mark.parametrize("written", COMMANDS)
def test_a_command_of_the_runbook_exists(written: str) -> None:
    words = written.split()
    path = [word for word in words[:2] if A_NAME.fullmatch(word)]
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*path, "--help"])
    assert shown.exit_code == 0, shown.output
    assert f"braid {' '.join(path)} " in shown.output
    assert all(f"{word} " in shown.output for word in words if word.startswith("--"))
