"""What is unused is judged once everything else passed, and not before."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.e2e.after_run.whole_run import WholeRun

JUDGE, FIRST, SECOND = "tests/e2e/test_judge.py", "tests/e2e/test_a.py", "tests/e2e/content/test_b.py"


@pytest.fixture
def run(tmp_path: Path) -> WholeRun:
    for name in (JUDGE, FIRST, SECOND):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return WholeRun(tmp_path)


def report(
    path: str,
    outcome: Literal["passed", "failed", "skipped"],
    when: Literal["setup", "call"] = "call",
    why: str = "",
) -> pytest.TestReport:
    longrepr = (path, 1, why) if why else None
    return pytest.TestReport(f"{path}::test", (path, 0, "test"), {}, outcome, longrepr, when)


def test_nothing_is_missing_once_every_other_file_passed(run: WholeRun) -> None:
    run.see(report(FIRST, "passed"))
    assert run.gap(["tests"], but=JUDGE) == f"{SECOND} didn't run"
    run.see(report(SECOND, "passed"))
    assert run.gap(["tests"], but=JUDGE) == ""


@pytest.mark.parametrize(("outcome", "when"), [("failed", "call"), ("skipped", "setup"), ("failed", "setup")])
def test_who_did_not_pass_is_named(
    run: WholeRun, outcome: Literal["failed", "skipped"], when: Literal["setup", "call"]
) -> None:
    run.see(report(FIRST, "passed"))
    run.see(report(SECOND, outcome, when))
    run.see(report("tests/unit/test_other.py", "failed"))
    assert run.gap([], but=JUDGE) == f"{SECOND}::test didn't pass"


def test_a_chosen_test_is_no_whole_run(run: WholeRun) -> None:
    run.see(report(FIRST, "passed"))
    run.see(report(SECOND, "passed"))
    assert run.gap([f"{FIRST}::test"], but=JUDGE) == "tests were left out"
    run.see_left_out(["tests/unit/test_other.py::test"])
    assert run.gap([], but=JUDGE) == ""
    run.see_left_out([f"{FIRST}::other"])
    assert run.gap([], but=JUDGE) == "tests were left out"


def test_real_material_that_is_not_here_changes_nothing(run: WholeRun) -> None:
    run.see(report(FIRST, "passed"))
    run.see(report(SECOND, "skipped", "setup", "Skipped: no real material: /data isn't a folder"))
    assert run.gap([], but=JUDGE) == ""
