"""An assembly is used again only where nothing changed that it was synthesized from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from local import synthesis

TODAY = date(2026, 11, 29)
KNOBS = {"search": "true"}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    for name in ("stacks/stack.py", "tests/test_stack.py", ".git/HEAD", "home/log.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("before")
    return folder


@pytest.fixture
def assembly(app: Path) -> Path:
    """In the app's own folder, as a user's BRAID_HOME may be."""
    folder = app / "home" / "cdk.out"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    synthesis.remember(folder, synthesis.inputs_of(folder, app, KNOBS, TODAY))
    return folder


def test_unchanged_is_used_again(app: Path, assembly: Path) -> None:
    assert synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, KNOBS, TODAY))


@pytest.mark.parametrize("name", ["tests/test_stack.py", ".git/HEAD", "home/log.txt", "stacks/__pycache__/a"])
def test_what_the_app_never_reads_may_change(app: Path, assembly: Path, name: str) -> None:
    (app / name).parent.mkdir(exist_ok=True)
    (app / name).write_text("after")
    assert synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, KNOBS, TODAY))


@pytest.mark.parametrize(
    "change",
    [
        lambda app: (app / "stacks" / "stack.py").write_text("after."),
        lambda app: (app / "stacks" / "stack.py").unlink(),
        lambda app: (app / "stacks" / "stack.py").rename(app / "stacks" / "other.py"),
        lambda app: (app / "profile.toml").write_text(""),
    ],
    ids=["edited", "deleted", "renamed", "added"],
)
def test_a_changed_file_is_noticed(app: Path, assembly: Path, change: Callable[[Path], object]) -> None:
    change(app)
    assert not synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, KNOBS, TODAY))


@pytest.mark.parametrize(
    ("knobs", "today"), [({"search": "false"}, TODAY), ({}, TODAY), (KNOBS, date(2026, 11, 30))]
)
def test_other_knobs_or_another_day_are_noticed(
    app: Path, assembly: Path, knobs: dict[str, str], today: date
) -> None:
    assert not synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, knobs, today))


@pytest.mark.parametrize("gone", ["manifest.json", "inputs.sha256"])
def test_a_broken_assembly_is_never_used(app: Path, assembly: Path, gone: str) -> None:
    (assembly / gone).unlink()
    assert not synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, KNOBS, TODAY))


def test_a_synthesis_that_broke_off_leaves_none(app: Path, assembly: Path) -> None:
    synthesis.forget(assembly)
    synthesis.forget(assembly)
    assert not synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, KNOBS, TODAY))


def test_what_changes_while_it_is_made_is_noticed(app: Path, assembly: Path) -> None:
    before = synthesis.inputs_of(assembly, app, KNOBS, TODAY)
    (app / "stacks" / "stack.py").write_text("after")
    synthesis.remember(assembly, before)
    assert not synthesis.is_current(assembly, synthesis.inputs_of(assembly, app, KNOBS, TODAY))
