"""The machine that tunes: explained, bounded, every failure torn down, and no failure that ends well."""

from __future__ import annotations

import json
from typing import Any

import pytest

import braid.domain.errors
from braid.domain.asset.crashes import CRASHES
from tests.workflow.test_asl_structure import FOLDER, ways_on

MACHINE: dict[str, Any] = json.loads((FOLDER / "customize_model.asl.json").read_text("utf-8"))
STATES: dict[str, dict[str, Any]] = MACHINE["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
OURS = set(braid.domain.errors.__all__)
# Before the switch stands nothing has been made that could cost anything.
AWAITED = {"Await Training", "Import Model", "Open Evaluation", "Evaluate Both", "Deploy Model", "Tear Down"}


def reached_from(name: str, *, failures: bool) -> set[str]:
    """Every state that can come after this one."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for way in ways_on(STATES[waiting.pop()], failures=failures):
            assert way in STATES
            if way not in seen:
                seen.add(way)
                waiting.append(way)
    return seen


def test_every_state_is_reached_and_says_what_it_is_for() -> None:
    assert reached_from(MACHINE["StartAt"], failures=True) | {MACHINE["StartAt"]} == STATES.keys()
    assert all(state["Comment"] for state in STATES.values())
    assert isinstance(MACHINE["TimeoutSeconds"], int)


@pytest.mark.parametrize("name", STATES)
def test_nothing_loops(name: str) -> None:
    assert name not in reached_from(name, failures=True)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_timeout_named_retries_and_a_catch(name: str) -> None:
    task = TASKS[name]

    assert isinstance(task["TimeoutSeconds"], int)
    retried = [error for retrier in task["Retry"] for error in retrier["ErrorEquals"]]
    assert len(retried) == len(set(retried))
    assert "States.ALL" not in retried
    ours = {error for error in retried if "." not in error}
    assert ours <= OURS
    assert set(CRASHES) - {"States.Timeout"} <= set(retried)
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    assert ("PendingError" in retried) or name not in AWAITED


@pytest.mark.parametrize("name", [name for name in TASKS if name != "Tear Down"])
def test_whatever_fails_is_torn_down(name: str) -> None:
    for catcher in TASKS[name]["Catch"]:
        assert "Tear Down" in reached_from(catcher["Next"], failures=False)


def test_a_failure_never_ends_well() -> None:
    ended_as = STATES["Ended As?"]

    assert ended_as["Choices"] == [{"Variable": "$.end.status", "StringEquals": "FAILED", "Next": "Failed"}]
    assert STATES["Note Failure"]["Parameters"]["status"] == "FAILED"
    assert STATES["Failed"]["Type"] == STATES["Something Is Left"]["Type"] == "Fail"


def test_a_job_of_hours_is_awaited_for_few_transitions() -> None:
    (retrier,) = (each for each in TASKS["Await Training"]["Retry"] if "PendingError" in each["ErrorEquals"])
    waited, wait, tries = 0.0, float(retrier["IntervalSeconds"]), 0
    while waited < 3 * 3600:
        waited += min(wait, retrier["MaxDelaySeconds"])
        wait *= retrier["BackoffRate"]
        tries += 1

    assert tries <= 50
    assert retrier["MaxAttempts"] * retrier["MaxDelaySeconds"] > 20 * 3600


def test_the_switch_stands_before_anything_is_made() -> None:
    after = reached_from("Arm Switch", failures=False)

    assert {"Submit Training", "Import Model", "Open Evaluation", "Deploy Model"} <= after
    before = [name for name in STATES if "Arm Switch" in reached_from(name, failures=False)]
    assert set(before) == {
        *("Check Data", "Estimate Cost", "Within Budget?", "Ask Approval", "Approved?"),
    }
