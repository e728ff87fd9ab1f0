"""What becomes of a parser that misbehaves under fuzzing: it is found, named, kept, and the rest goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evaluation.fuzzing.campaign import Run, fuzz, fuzz_target
from evaluation.fuzzing.worker import case, fault_of
from tests.unit.evaluation.fuzzing.odd_parsers import TARGETS

CATALOGUE = "tests.unit.evaluation.fuzzing.odd_parsers"


def run(name: str, count: int) -> Run:
    return fuzz_target(name, seed=1, count=count, catalogue=CATALOGUE)


@pytest.mark.slow
def test_refusals_with_declared_errors_are_no_failures() -> None:
    assert run("refuses", 50) == Run("refuses", 50, ())


@pytest.mark.slow
def test_another_error_is_found_once_with_its_smallest_input(tmp_path: Path) -> None:
    found = run("raises", 50)
    (failure,) = found.failures
    kept = failure.keep(tmp_path)

    assert found.cases == 50
    assert failure.signature.startswith("KeyError at tests/unit/evaluation/fuzzing/odd_parsers.py:_raises")
    assert failure.data == b""
    assert isinstance(fault_of(TARGETS["raises"], kept.read_bytes()), KeyError)
    assert f"--repeat {kept}" in kept.with_suffix(".txt").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "count", "told"),
    [
        ("dies", 2, "ended the process by SIGABRT at tests/unit/evaluation/fuzzing/odd_parsers.py:_dies"),
        ("spins", 1, "took more than 10 s of processor time"),
    ],
)
def test_what_ends_its_process_is_told_and_the_next_goes_on(name: str, count: int, told: str) -> None:
    found = run(name, count)

    assert [failure.signature.startswith(told) for failure in found.failures] == [True]
    assert found.cases == count
    assert fault_of(TARGETS["refuses"], found.failures[0].data) is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts address space against a limit")
def test_what_takes_too_much_memory_is_an_error_of_its_own() -> None:
    (failure,) = run("hoards", 5).failures

    assert failure.signature.startswith("MemoryError")


@pytest.mark.slow
def test_targets_share_the_time_and_come_by_name() -> None:
    runs = fuzz(["refuses", "raises"], seed=1, seconds=1, workers=2, catalogue=CATALOGUE)

    assert [each.target for each in runs] == ["raises", "refuses"]
    assert all(each.cases for each in runs)


def test_an_input_is_the_same_for_the_same_number() -> None:
    first, again, other = (case(TARGETS["raises"], 1, number) for number in (7, 7, 8))

    assert first == again
    assert first != other
