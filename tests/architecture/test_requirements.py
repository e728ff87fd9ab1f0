"""What is installed for whom: running brings no developers' tools, and who has them keeps them."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = REPOSITORY / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))
# Some for each purpose: what checks, what tests, and what those bring.
TOOLS = {
    "mypy",
    "ruff",
    "pytest",
    "hypothesis",
    "playwright",
    "awscli",
    "cfn-lint",
    "scikit-image",
    "scipy",
    "boto3-stubs-lite",
}


def pins(name: str) -> set[str]:
    """The lines ``package==version ; marker`` of a lock file."""
    text = (REQUIREMENTS / name).read_text("utf-8")
    return {line.rstrip(" \\") for line in text.splitlines() if re.match(r"[a-z0-9]", line)}


def packages(name: str) -> set[str]:
    """The packages of a lock file."""
    return {pin.split("==")[0] for pin in pins(name)}


def test_developers_have_what_runs_at_the_same_versions() -> None:
    # What running needs on one system alone, a tool may need on all.
    theirs = pins("dev.txt")
    assert {pin for pin in pins("run.txt") if pin not in theirs and pin.split(" ;")[0] not in theirs} == set()


def test_running_brings_no_developers_tools() -> None:
    assert packages("dev.txt") >= TOOLS
    assert not TOOLS & packages("run.txt")


def test_the_cdk_command_line_is_all_that_running_needs_of_node() -> None:
    locked = json.loads((REPOSITORY / "package-lock.json").read_text("utf-8"))["packages"]

    assert [path for path, package in locked.items() if path and not package.get("dev")] == [
        "node_modules/aws-cdk"
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_files_name_no_host(lock: Path) -> None:
    assert "://" not in lock.read_text("utf-8")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in which every program that set-up calls only writes down how it was called."""
    for name in ("pyproject.toml", "package-lock.json"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    shutil.copytree(REQUIREMENTS, tmp_path / "requirements")
    shutil.copytree(REPOSITORY / "tools", tmp_path / "tools")
    (tmp_path / "local/weights").mkdir(parents=True)
    shutil.copy(REPOSITORY / "local/weights/catalogue.toml", tmp_path / "local/weights")
    script = f'#!/bin/sh\necho "$(basename "$0") $*" >>{tmp_path}/calls\n'
    for path in (
        *(".venv/bin/python", ".venv/bin/uv", ".venv/bin/braid"),
        *("node_modules/.bin/cdk", "bin/npm"),
    ):
        _program(tmp_path / path, script)
    _program(tmp_path / "bin/node", "#!/bin/sh\necho 22\n")
    _program(tmp_path / "bin/python3.13", "#!/bin/sh\necho 3.13\n")
    return tmp_path


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def set_up(clone: Path, mode: str) -> str:
    """How programs were called; nothing where everything was there already."""
    calls = clone / "calls"
    calls.write_text("", "utf-8")
    environment = {**os.environ, "PATH": f"{clone}/bin:{os.environ['PATH']}"}
    subprocess.run(
        [str(clone / "tools" / "setup.sh"), mode], check=True, capture_output=True, env=environment
    )
    return calls.read_text("utf-8")


def test_each_mode_installs_its_own(clone: Path) -> None:
    called = set_up(clone, "run")
    assert "uv pip sync" in called
    assert "requirements/run.txt" in called
    assert "dev.txt" not in called
    assert "npm ci --silent --no-audit --no-fund --omit=dev" in called
    assert "braid engines fetch" in called

    called = set_up(clone, "dev")
    assert "requirements/dev.txt" in called
    assert "--omit" not in called


def test_setup_goes_on_without_the_weights(clone: Path) -> None:
    _program(clone / ".venv/bin/braid", "#!/bin/sh\nexit 1\n")

    assert "npm ci" in set_up(clone, "run")


@pytest.mark.parametrize(("first", "then"), [("run", "run"), ("dev", "dev"), ("dev", "run")])
def test_what_is_there_is_not_installed_again(clone: Path, first: str, then: str) -> None:
    set_up(clone, first)
    assert set_up(clone, then) == ""


@pytest.mark.parametrize("stamp", ["dev 1 2", "1234567 8910"], ids=["of this script", "of the one before"])
def test_who_has_the_tools_keeps_them_when_locks_change(clone: Path, stamp: str) -> None:
    (clone / ".venv" / ".setup-stamp").write_text(stamp, "utf-8")
    assert "requirements/dev.txt" in set_up(clone, "run")
