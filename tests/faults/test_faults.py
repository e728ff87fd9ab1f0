"""A fixed tenth of the faults by plan, and some files with faults by chance, through the deployed pipeline.

All of it is `make faults`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.faults.deployment import Deployment, deployed
from evaluation.faults.matrix import CLASSES, FAULTS, POSITIONS, Case, cases, run_cases
from evaluation.faults.soak import left_after_redrive, run_soak

pytestmark = pytest.mark.slow

# Most of each try is botocore's own backoff, which isn't shortened.
_SHORT = [name for name, fault in FAULTS.items() if not fault.lasts_long]
# Each class twice, each fault and each position several times.
_TENTH = [
    (list(CLASSES)[number % len(CLASSES)], _SHORT[number * 5 % len(_SHORT)], POSITIONS[number % 3])
    for number in range(14)
]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("braid-home"), wait_scale=0.002, runs_of_one_function=4) as running:
        yield running


def tenth() -> list[Case]:
    return [case for case in cases() if (case.class_name, case.fault_name, case.position) in _TENTH]


def test_a_fault_loses_doubles_and_hides_nothing(deployment: Deployment, tmp_path: Path) -> None:
    outcomes = list(run_cases(deployment, tmp_path, tenth()))
    assert [outcome.verdict for outcome in outcomes if not outcome.verdict.is_well] == []
    passed = [outcome for outcome in outcomes if FAULTS[outcome.case.fault_name].passes]
    assert [outcome.case for outcome in passed if not outcome.is_whole] == []
    # Which call will be the last isn't known before: a fault meant for it may come too late for any.
    missed = [outcome.case for outcome in outcomes if not outcome.struck]
    assert [case for case in missed if case.position != "last"] == []
    assert len(missed) <= 2


def test_files_that_meet_faults_by_chance_end_truly(deployment: Deployment, tmp_path: Path) -> None:
    verdicts, struck = run_soak(deployment, tmp_path, 20)
    assert struck > 0
    assert [verdict for verdict in verdicts if not verdict.is_well] == []
    assert left_after_redrive(deployment) == ()


def test_the_tenth_has_every_class_fault_and_position() -> None:
    chosen = tenth()
    assert {case.class_name for case in chosen} == set(CLASSES)
    assert {case.fault_name for case in chosen} == set(_SHORT)
    assert {case.position for case in chosen} == set(POSITIONS)
    assert len(chosen) >= len(cases()) // 10 - 1
