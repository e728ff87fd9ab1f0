"""Counts and lists what was skipped; in CI a skip that nobody allowed fails the run.

The file named by the ini option ``allowed_skips`` has one table per reason that may be met in CI: ``reason``,
a regular expression that the reason begins with, and ``because``. CI is where the environment has ``CI``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

__all__ = ["SkipCounter"]

_PREFIX = "Skipped: "


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares where the allowed reasons are listed."""
    parser.addini("allowed_skips", "TOML file of the reasons for which tests may be skipped in CI")


def pytest_configure(config: pytest.Config) -> None:
    """Counts in the process that prints; a worker's reports arrive there."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipCounter(_allowed(config), in_ci=_in_ci()), "skip-counter")


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def _allowed(config: pytest.Config) -> tuple[re.Pattern[str], ...]:
    name = config.getini("allowed_skips")
    if not name:
        return ()
    path = config.rootpath / str(name)
    tables = tomllib.loads(path.read_text("utf-8")).get("skip", [])
    for table in tables:
        if not table.get("because"):
            raise pytest.UsageError(f"{path}: {table.get('reason')!r} needs a `because`")
    return tuple(re.compile(table["reason"]) for table in tables)


class SkipCounter:
    """The skips of one run by reason, and whether each may be."""

    def __init__(self, allowed: tuple[re.Pattern[str], ...], *, in_ci: bool) -> None:
        self._allowed = allowed
        self._in_ci = in_ci
        self._tests: dict[str, set[str]] = defaultdict(set)

    @property
    def not_allowed(self) -> list[str]:
        """The reasons met that nobody allowed."""
        return sorted(
            reason for reason in self._tests if not any(pattern.match(reason) for pattern in self._allowed)
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes a test that was skipped; an expected failure isn't."""
        if not hasattr(report, "wasxfail"):
            self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes a module that was skipped as a whole."""
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple | list):
            self._tests[str(report.longrepr[2]).removeprefix(_PREFIX)].add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Turns success into failure where CI met a reason that isn't on the list."""
        if self._in_ci and self.not_allowed and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Lists the skips: by reason how many, by file how many."""
        write = terminalreporter.write_line
        total = sum(len(tests) for tests in self._tests.values())
        terminalreporter.section(f"skipped: {total}")
        for reason, tests in sorted(self._tests.items(), key=lambda entry: (-len(entry[1]), entry[0])):
            write(f"{len(tests):5}  {reason}")
            files = Counter(test.partition("::")[0] for test in tests)
            for file, count in sorted(files.items()):
                write(f"         {Path(file).as_posix()} ({count})")
        if self._in_ci:
            for reason in self.not_allowed:
                write(f"not allowed in CI: {reason}", red=True)
