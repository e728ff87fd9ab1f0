"""The stacks deployed into an embedded AWS of the tests' own, once per session."""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from braid.domain.asset.result import Result
from cli.dropping.drop import plan_drop, upload
from cli.dropping.outcomes import DropOutcome
from cli.dropping.progress import follow
from cli.showing.records import read_result
from cli.showing.results import get_result
from cli.target import Target, find_target
from local import deploy, lifecycle
from local.home import LocalAws
from tests.e2e.after_run.content_in_logs import contents_of, leaks_in, log_lines, names_of
from tests.e2e.after_run.role_usage import Usage, granted_roles, usage_of
from tests.e2e.after_run.whole_run import WholeRun

ROOT = Path(__file__).resolve().parents[2]
# What each role was granted, and how often these tests used it.
ROLE_USAGE = ROOT / "build" / "role_usage.txt"
# Log lines that hold what was dropped, heard, read or answered; there must be none.
LEAKS = ROOT / "build" / "content_in_logs.txt"
DROP_TIMEOUT_SECONDS = 420
# Of the deployment that most tests share.
KNOBS = {"tuning": "true", "operations": "true"}
_RUN = WholeRun(ROOT)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    _RUN.see_left_out(item.nodeid for item in items)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _RUN.see(report)


@pytest.fixture
def whole_run() -> WholeRun:
    """How far the suite came."""
    return _RUN


@dataclass
class Deployed:
    """The deployed pipeline and what the tests need of it."""

    home: Path
    aws: LocalAws
    target: Target
    _results: dict[str, Result] = field(default_factory=dict)

    def drop(
        self, files: Sequence[Path], *, profile: str = "general", bundle: str | None = None
    ) -> list[DropOutcome]:
        """Drops the files and waits until every asset has ended."""
        return self.wait(self.send(files, profile=profile, bundle=bundle), profile)

    def send(
        self, files: Sequence[Path], *, profile: str = "general", bundle: str | None = None
    ) -> list[str]:
        """Drops the files and returns their assets' ids at once."""
        return [upload(self.target, asset) for asset in plan_drop(files, profile=profile, bundle=bundle)]

    def wait(self, asset_ids: Sequence[str], profile: str = "general") -> list[DropOutcome]:
        """Waits until every one of the assets has ended."""
        quiet = Console(file=open(os.devnull, "w"))  # noqa: SIM115  # lives as long as the console
        assets = [(asset_id, asset_id, profile) for asset_id in asset_ids]
        return follow(self.target, assets, timeout_seconds=DROP_TIMEOUT_SECONDS, console=quiet)

    def result(self, asset_id: str) -> Result:
        """The asset's result.json."""
        return read_result(self.target, asset_id)

    def document(self, asset_id: str, name: str) -> Any:
        """One named JSON result."""
        return json.loads(self.bytes_of(asset_id, name))

    def bytes_of(self, asset_id: str, name: str) -> bytes:
        """One named result as it is stored."""
        return get_result(self.target, self.result(asset_id), name)

    def history(self, asset_id: str, attempt: int = 1) -> list[dict[str, Any]]:
        """The execution's events with their data."""
        arn = (
            self.target.state_machine_arn.replace(":stateMachine:", ":execution:") + f":{asset_id}-{attempt}"
        )
        pages = self.target.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def braid(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the real command against this deployment; ``environment`` adds to the test's own."""
        variables = {
            **os.environ,
            "BRAID_HOME": str(self.home),
            "BRAID_PORT": str(self.aws.port),
            "COLUMNS": "80",
            **(environment or {}),
        }
        command = [str(Path(sys.executable).parent / "braid"), *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, env=variables, timeout=600, check=False
        )


def usage_so_far(deployed: Deployed) -> Usage:
    """What the deployment's roles were granted, and what of it they have used."""
    grants = lifecycle.control(deployed.aws, "grants")["grants"]
    return usage_of(granted_roles(deployed.target), grants)


def together(usages: Sequence[Usage]) -> Usage:
    """All that was granted, and all use of it."""
    return functools.reduce(Usage.with_another, usages, Usage({}))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def usages() -> Iterator[list[Usage]]:
    """What roles of deployments that have ended were granted and used; all of it is written at the end."""
    found: list[Usage] = []
    yield found
    ROLE_USAGE.parent.mkdir(exist_ok=True)
    ROLE_USAGE.write_text("\n".join([*together(found).lines(), ""]), "utf-8")


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, usages: list[Usage]) -> Iterator[Deployed]:
    home = tmp_path_factory.mktemp("braid-home")
    aws = lifecycle.up(home, free_port(), wait_scale=0.05, parent_pid=os.getpid())
    try:
        outputs = deploy.deploy(aws, home=home, context=KNOBS)
        aws = lifecycle.remember_stacks(home, tuple(sorted(outputs)))
        target = find_target(None, home=home)
        yield Deployed(home, aws, target)
        usages.append(usage_so_far(Deployed(home, aws, target)))
        _check_logs(target)
    finally:
        lifecycle.down(home)


def content_in_logs(target: Target) -> list[tuple[str, str, str]]:
    """Log group, line and phrase of every line so far that holds content of what is stored."""
    return list(leaks_in(log_lines(target), contents_of(target), names_of(target)))


def _check_logs(target: Target) -> None:
    leaks = content_in_logs(target)
    LEAKS.write_text("".join(f"{group}: {phrase!r} in {line}\n" for group, line, phrase in leaks), "utf-8")
    assert not leaks, f"{len(leaks)} log lines hold content of what was dropped: {LEAKS}"


@pytest.fixture(scope="session")
def samples() -> Path:
    return ROOT / "samples"


@pytest.fixture
def make_file(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Writes a file of the given name and bytes."""

    def make(name: str, body: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return path

    return make
