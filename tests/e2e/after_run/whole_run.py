"""Whether all of tests/e2e ran: only then does it mean something that a permission wasn't used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

__all__ = ["WholeRun"]

SUITE = "tests/e2e/"
# Such a test lets other people's files through the same states: it needs no permission of its own.
_NEEDS_NOTHING_ELSE = "Skipped: no real material: "


@dataclass
class WholeRun:
    """What became of the suite's tests so far in this process."""

    root: Path
    left_out: bool = False
    not_passed: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def see_left_out(self, nodeids: Iterable[str]) -> None:
        """Notes tests that were collected and shall not run."""
        self.left_out = self.left_out or any(nodeid.startswith(SUITE) for nodeid in nodeids)

    def see(self, report: pytest.TestReport) -> None:
        """Notes how a test went."""
        if not report.nodeid.startswith(SUITE):
            return
        if (report.when == "call" and report.passed) or _NEEDS_NOTHING_ELSE in str(report.longrepr):
            self.files.add(report.nodeid.partition("::")[0])
        elif not report.passed:
            self.not_passed.append(report.nodeid)

    def gap(self, asked_for: Iterable[str], *, but: str) -> str:
        """What is missing of a whole run whose command line names ``asked_for``; nothing where all ran.

        ``but`` is the file of whoever asks, which hasn't ended yet.
        """
        if self.left_out or any("::" in argument for argument in asked_for):
            return "tests were left out"
        if self.not_passed:
            return f"{self.not_passed[0]} didn't pass"
        every = {path.relative_to(self.root).as_posix() for path in (self.root / SUITE).rglob("test_*.py")}
        missing = sorted(every - self.files - {but})
        return f"{missing[0]} didn't run" if missing else ""
