"""One embedded AWS per test session, with toy AI services, and the CDK chain deployed on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import deploy, launcher, lifecycle
from local.launcher.ports import free_port
from tests.local.embedded_aws.harness import TOYS, WAIT_SCALE, Embedded

HERE = Path(__file__).parent
LAUNCHER = Path(launcher.__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker that turns a failed probe into advice."""
    config.addinivalue_line("markers", "patch(*modules): what of the launcher's folder makes this probe pass")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuses a marker that names a module which has moved: its advice would lead nowhere."""
    named = {name for item in items for marker in item.iter_markers("patch") for name in marker.args}
    gone = sorted(name for name in named if not (LAUNCHER / name).is_file())
    if gone:
        raise pytest.UsageError(f"a mark `patch` names what isn't in {LAUNCHER}: {', '.join(gone)}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Adds to a failure what to do about it after an upgrade of MiniStack."""
    outcome: Any = yield
    marker = item.get_closest_marker("patch")
    report = outcome.get_result()
    if report.failed and marker is not None:
        modules = ", ".join(f"local/launcher/{name}" for name in marker.args)
        advice = (
            f"If this broke with a new MiniStack: it no longer does what {modules} builds on. Read the "
            "module's docstring for the symptom it removes, compare its RELIES_ON with the new version, and "
            "either adapt the patch or, where MiniStack now does it right by itself, delete it."
            if modules
            else "If this broke with a new MiniStack: its own behaviour has changed, and no patch of ours "
            "makes up for that yet."
        )
        report.sections.append(("what to do", advice))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """One embedded AWS for the whole session."""
    home = tmp_path_factory.mktemp("braid")
    aws = lifecycle.up(home, free_port(), wait_scale=WAIT_SCALE, parent_pid=os.getpid(), services=TOYS)
    try:
        yield Embedded(aws, home)
    finally:
        lifecycle.down(home)


@pytest.fixture(scope="session")
def chain(embedded: Embedded) -> dict[str, str]:
    """The CDK chain, deployed; its outputs by name without the suffix."""
    outputs = deploy.deploy(embedded.aws, home=embedded.home, app_folder=HERE / "cdk_app")["chain"]
    return {name.removesuffix("Output"): value for name, value in outputs.items()}


@pytest.fixture
def faultless(embedded: Embedded) -> Iterator[None]:
    """Leaves no injected fault and no quota behind."""
    yield
    for what in ("faults", "quotas"):
        embedded.control(what, "DELETE")
