"""Skips are counted by reason, and fail a run in CI unless their reason is on the list."""

from __future__ import annotations

import pytest

SKIPPING = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_needs_material(number):
    pytest.skip("no real material: /nowhere")

def test_needs_a_tool():
    pytest.skip("no hammer")

@pytest.mark.xfail(reason="known")
def test_is_expected_to_fail():
    assert False

def test_passes():
    pass
"""
WHOLE_MODULE = 'import pytest\npytest.skip("no vice", allow_module_level=True)\n'
ALLOWED = '[[skip]]\nreason = "no real material: "\nbecause = "it belongs to others"\n'


def run(pytester: pytest.Pytester, *arguments: str, allowed: str = ALLOWED) -> pytest.RunResult:
    pytester.makefile(".toml", allowed=allowed)
    pytester.makeini("[pytest]\nallowed_skips = allowed.toml\n")
    return pytester.runpytest_inprocess("-p", "tests.plugins.skips", "-p", "no:randomly", *arguments)


@pytest.fixture(autouse=True)
def ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["one process", "a worker"])
def test_a_reason_that_nobody_allowed_fails_the_run_and_is_named(
    pytester: pytest.Pytester, workers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    pytester.makepyfile(test_some=SKIPPING, test_whole=WHOLE_MODULE)

    done = run(pytester, *workers)

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(
        [
            "* skipped: 5 *",
            "    3  no real material: /nowhere",
            "         test_some.py (3)",
            "    1  no hammer",
            "    1  no vice",
            "         test_whole.py (1)",
            "not allowed in CI: no hammer",
            "not allowed in CI: no vice",
        ]
    )
    done.stdout.no_fnmatch_line("not allowed in CI: no real material*")


def test_allowed_reasons_pass(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SKIPPING)

    assert run(pytester, "-k", "material or passes").ret == pytest.ExitCode.OK


@pytest.mark.parametrize("value", ["", "false", "0"])
def test_outside_ci_a_skip_is_only_listed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CI", value)
    pytester.makepyfile(SKIPPING)

    done = run(pytester)

    assert done.ret == pytest.ExitCode.OK
    done.stdout.fnmatch_lines(["    1  no hammer"])
    done.stdout.no_fnmatch_line("not allowed*")


def test_an_entry_without_a_because_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SKIPPING)

    done = run(pytester, allowed='[[skip]]\nreason = "no hammer"\n')

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*'no hammer' needs a `because`"])
