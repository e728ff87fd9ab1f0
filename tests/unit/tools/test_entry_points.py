"""Every module that is run by its name says in a sentence what is wrong with its arguments, with status 2."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("benchmarks", "docs", "evaluation", "local", "processing", "samples", "schemas", "tests", "tools")
# Started by others only, which tell them what to do otherwise than by arguments.
WITHOUT_ARGUMENTS = {
    "local.engines.worker",
    "local.launcher.functions.unpacking_main",
    "local.launcher.functions.worker_main",
    "local.launcher.functions.zygote_main",
}
# These import packages that aren't installed here: of a version before, and reportlab.
NEED_OTHERS = {"tools.rehearse_upgrade.released.app", "samples.make_samples"}
NEED_ARGUMENTS = (
    "benchmarks.datasets",
    "benchmarks.fusion.fusion_scale",
    "benchmarks.shots.detecting",
    "evaluation.speech.cost",
    "tests.contract.document_goldens",
    "tests.infra.templates.template_goldens",
    "tools.compare_versions.side.run",
    "tools.rehearse_upgrade.side.deploy_into",
    "tools.report_picture",
)
# By module the arguments that name a file or folder which isn't there.
NAMING_NOTHING = {
    "evaluation.claims": ["no-such-folder"],
    "evaluation.speech.cost": ["no-such-file"],
    "tools.report_picture": ["no-such-file"],
    "tools.secrets_scan": ["no-such-file"],
}


def run_by_name() -> Iterator[str]:
    """Every module of the repository that may be run with arguments."""
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            if '__name__ == "__main__"' in path.read_text("utf-8") and path != Path(__file__).resolve():
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
                if module not in WITHOUT_ARGUMENTS | NEED_OTHERS:
                    yield module


def refused(module: str, *arguments: str) -> str:
    """The last line that the module says."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("module", tuple(run_by_name()))
def test_an_option_that_there_is_not_is_refused(module: str) -> None:
    assert ": error: " in refused(module, "--no-such-option")


@pytest.mark.parametrize("module", NEED_ARGUMENTS)
def test_what_is_missing_is_named(module: str) -> None:
    assert "the following arguments are required" in refused(module)


@pytest.mark.parametrize("module", NAMING_NOTHING)
def test_what_is_not_there_is_named(module: str) -> None:
    assert NAMING_NOTHING[module][0] in refused(module, *NAMING_NOTHING[module])
