"""The table of commands: help that needs no module of theirs, and errors that are one sentence."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cli.main import COMMANDS, load

ROOT = Path(__file__).resolve().parents[3]
NAMES = [name for group in COMMANDS.values() for name in group]
SUMMARIES = {name: summary for group in COMMANDS.values() for name, (_, summary) in group.items()}
# Half a second and more of a processor each, or what only the embedded AWS and its engines need.
HEAVY = (
    "boto3",
    "s3transfer",
    "botocore.client",
    "botocore.session",
    "numpy",
    "onnxruntime",
    "cv2",
    "av",
    "PIL",
)
_HELP_OF_ALL = """
import contextlib, io, sys
from cli.main import app
with contextlib.redirect_stdout(io.StringIO()) as printed:
    for name in sys.argv[1:]:
        app([*name.split(), "--help"], standalone_mode=False)
assert "Usage" in printed.getvalue()
print(*sorted(sys.modules))
"""
# In one process: starting it takes most of the time.
_EACH_HELP = """
import contextlib, io, json, sys
from cli.main import app
helps = {}
for name in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        app([*name.split(), "--help"], standalone_mode=False, prog_name="braid")
    helps[name] = printed.getvalue()
print(json.dumps(helps))
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as somebody types it, with nothing deployed."""
    braid = str(Path(sys.executable).parent / "braid")
    variables = {**os.environ, "COLUMNS": "80", "BRAID_HOME": "/nonexistent/braid", **environment}
    return subprocess.run([braid, *arguments], capture_output=True, text=True, env=variables, check=False)


def imported_by_help_of(*names: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _HELP_OF_ALL, *names], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_list_says_of_a_command_what_its_own_help_says_first(name: str) -> None:
    found = load(name)
    told = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)

    assert str(told).splitlines()[0].startswith(SUMMARIES[name])


def test_the_help_of_all_imports_no_command() -> None:
    imported = imported_by_help_of("")

    commands = {place.partition(":")[0] for group in COMMANDS.values() for place, _ in group.values()}
    assert not imported & {*HEAVY, *commands, "rich.console", "botocore", "local.lifecycle"}


def test_the_help_of_a_command_asks_for_nothing_heavy() -> None:
    imported = imported_by_help_of(*NAMES)

    assert not imported & {*HEAVY, "local.deploy", "local.launcher.server"}


def test_the_help_of_a_command_fits_80_columns() -> None:
    environment = {**os.environ, "COLUMNS": "80"}
    command = [sys.executable, "-c", _EACH_HELP, *NAMES]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    helps = {"": run("--help").stdout, **json.loads(done.stdout)}

    assert set(helps) == {"", *NAMES}
    for name, shown in helps.items():
        assert shown.strip().startswith("Usage: braid"), name
        assert max(map(len, shown.splitlines())) <= 80, name
        usage = shown[: shown.index("\n\n")]
        assert not re.search(r"\[\[|\{\[|\.\.\.\}", usage), f"{name}: Typer puts brackets and dots itself"
        assert "..." not in shown.removeprefix(usage), f"{name}: a sentence is cut"
        assert ("--install-completion" in shown) == (name == ""), name


def test_the_version_is_that_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")

    done = run("--version")

    assert done.returncode == 0
    assert f'version = "{done.stdout.split()[1]}"' in project


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_completes_commands_and_their_options(shell: str) -> None:
    words = {"COMP_WORDS": "braid sh", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "braid sh"}
    options = {
        "COMP_WORDS": "braid drop --pro",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "braid drop --pro",
    }
    asked = {"_BRAID_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}

    assert "show" in run(**asked, **words).stdout
    assert "--profile" in run(**asked, **options).stdout


def test_output_that_nobody_reads_ends_the_command_quietly() -> None:
    # More than a pipe holds isn't needed: the reader has left before the first line.
    read, write = os.pipe()
    os.close(read)
    braid = str(Path(sys.executable).parent / "braid")

    done = subprocess.run(
        [braid, "engines", "--json"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (141, "")
