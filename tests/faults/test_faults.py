"""A fixed tenth of the faults by plan, and some files with faults by chance, through the deployed pipeline.

All of it is `make faults`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.faults.classes import CLASSES, POSTS, TUNING
from evaluation.faults.consumer import Consumer, consumer, unannounced
from evaluation.faults.deployment import Deployment, comes_true, deployed
from evaluation.faults.matrix import FAULTS, POSITIONS, Case, cases
from evaluation.faults.posts_file import write_posts
from evaluation.faults.running import Outcome, run_cases
from evaluation.faults.soak import left_after_redrive, run_soak
from evaluation.load.stub_model import stub_model
from tests.local.needed_weights import needs_weights

pytestmark = pytest.mark.slow

# Most of each try is botocore's own backoff, which isn't shortened.
_SHORT = [name for name, fault in FAULTS.items() if not fault.lasts_long]
_OF_FILES = [name for name, each in CLASSES.items() if each.kind not in (POSTS, TUNING)]
# Each class of files twice, each fault and each position several times.
_SENSIBLE = {(case.class_name, case.fault_name, case.position) for case in cases()}
_IN_TURN = [
    (_OF_FILES[number % len(_OF_FILES)], _SHORT[number * 5 % len(_SHORT)], POSITIONS[number % 3])
    for number in range(14)
]
_TENTH = [which for which in _IN_TURN if which in _SENSIBLE]
# Of posts and tuning those that a file has no like of: a death within a chunk, and at each part of a run.
_DEATHS = [
    ("posts, storage: S3", "timed out", "middle"),
    ("posts, table: DynamoDB", "killed", "last"),
    ("posts, model: Bedrock", "killed", "middle"),
    ("posts, model: Bedrock", "5xx for ever", "last"),
    ("posts, event: call, announce", "throttled twice", "middle"),
    ("posts, event: call, announce", "5xx for ever", "last"),
]
_RUNS = [
    ("tuning, storage: S3", "denied", "first"),
    ("tuning, job: SageMaker", "killed", "middle"),
    ("tuning, models: Bedrock", "timed out", "first"),
    ("tuning, models: Bedrock", "5xx for ever", "middle"),
    ("tuning, answers: Bedrock", "malformed", "middle"),
    ("tuning, switch: Scheduler", "denied", "last"),
    ("tuning, event: call", "throttled twice", "last"),
]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """What puts posts to a model has a stub there; files quote their evidence."""
    home = tmp_path_factory.mktemp("braid-home")
    with deployed(home, wait_scale=0.002, runs_of_one_function=4) as running:
        yield running


@pytest.fixture(scope="module")
def with_stub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, Consumer]]:
    """A deployment that judges posts and tunes, with a stub as its model, and who listens to its bus."""
    home, context = tmp_path_factory.mktemp("braid-home"), {"tuning": "true"}
    with (
        stub_model(),
        deployed(home, wait_scale=0.002, runs_of_one_function=4, context=context) as running,
        consumer(running.target.client, "listener", {}) as listener,
    ):
        yield running, listener


def chosen(wanted: list[tuple[str, str, str]]) -> list[Case]:
    return [case for case in cases() if (case.class_name, case.fault_name, case.position) in wanted]


def hold(outcomes: list[Outcome]) -> None:
    """None is lost, doubled, untrue or left standing, and what passes leaves no trace."""
    assert [outcome.verdict for outcome in outcomes if not outcome.verdict.is_well] == []
    passed = [outcome for outcome in outcomes if FAULTS[outcome.case.fault_name].passes]
    assert [outcome.case for outcome in passed if not outcome.is_whole] == []
    assert [outcome.case for outcome in outcomes if not outcome.struck] == []


def test_a_fault_loses_doubles_and_hides_nothing(deployment: Deployment, tmp_path: Path) -> None:
    hold(list(run_cases(deployment, tmp_path, chosen(_TENTH))))


def test_files_that_meet_faults_by_chance_end_truly(deployment: Deployment, tmp_path: Path) -> None:
    verdicts, struck = run_soak(deployment, tmp_path, 12)
    assert struck > 0
    assert [verdict for verdict in verdicts if not verdict.is_well] == []
    assert left_after_redrive(deployment) == ()


@needs_weights("labels")
def test_posts_and_tuning_stand_what_files_do(with_stub: tuple[Deployment, Consumer], tmp_path: Path) -> None:
    running, listener = with_stub
    hold(list(run_cases(running, tmp_path, chosen(_DEATHS + _RUNS))))
    assert left_after_redrive(running) == ()
    assert unannounced(running.target, listener) == []


def test_what_is_aborted_before_it_is_announced_is_announced(
    with_stub: tuple[Deployment, Consumer], tmp_path: Path
) -> None:
    running, listener = with_stub
    (asset_id,) = running.send([write_posts(tmp_path, "aborted", 1)], profile="moderation")
    # Of the execution's own calls alone: nothing that a function sends holds its name.
    fault = {"service": "events", "operation": "PutEvents", "about": f"{asset_id}-1"}
    fault_id = running.inject({**fault, "error_code": "EventBridgeException"})
    assert comes_true(lambda: running.has_result(asset_id) and is_struck(running, fault_id), 120)

    arn = running.execution_arn(asset_id)
    running.target.stepfunctions.stop_execution(executionArn=arn, cause="somebody stopped it")
    running.lift(fault_id)

    assert unannounced(running.target, listener) == []
    record = running.record(asset_id)
    assert record is not None
    assert (running.execution_status(asset_id), record.status) == ("ABORTED", "SUCCEEDED")


def is_struck(running: Deployment, fault_id: int) -> bool:
    return any(
        each["fault_id"] == fault_id and each["struck"] for each in running.control("faults")["faults"]
    )


def test_the_tenth_has_every_class_fault_and_position() -> None:
    picked = chosen(_TENTH + _DEATHS + _RUNS)
    assert {case.class_name for case in picked} == set(CLASSES)
    assert {case.fault_name for case in picked} == set(_SHORT)
    assert {case.position for case in picked} == set(POSITIONS)
    assert len(picked) == len(_TENTH) + len(_DEATHS) + len(_RUNS)
