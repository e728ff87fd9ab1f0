"""GetExecutionHistory says all that happened, branches included."""

from __future__ import annotations

import pytest

from tests.local.embedded_aws.harness import Embedded, Ended

pytestmark = [pytest.mark.workflow, pytest.mark.patch("ministack/step_functions.py")]

TWO_BRANCHES = {
    "StartAt": "Split",
    "States": {
        "Split": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "Left",
                    "States": {"Left": {"Type": "Pass", "Next": "Left End"}, "Left End": {"Type": "Succeed"}},
                },
                {"StartAt": "Right", "States": {"Right": {"Type": "Pass", "End": True}}},
            ],
            "Next": "Stop",
        },
        "Stop": {"Type": "Fail", "Error": "Enough"},
    },
}


@pytest.fixture(scope="module")
def ended(embedded: Embedded) -> Ended:
    return embedded.run(TWO_BRANCHES, {"x": 1})


def test_every_entered_state_is_there(ended: Ended) -> None:
    assert sorted(ended.entered) == ["Left", "Left End", "Right", "Split", "Stop"]
    exited = [
        e["stateExitedEventDetails"]["name"] for e in ended.history if e["type"].endswith("StateExited")
    ]
    assert sorted(exited) == ["Left", "Left End", "Right", "Split"], "a Fail state is never left"


def test_types_of_a_whole_execution(ended: Ended) -> None:
    assert sorted(event["type"] for event in ended.history) == sorted(
        [
            "ExecutionStarted", "ParallelStateEntered", "ParallelStateStarted",
            "PassStateEntered", "PassStateExited", "PassStateEntered", "PassStateExited",
            "SucceedStateEntered", "SucceedStateExited",
            "ParallelStateSucceeded", "ParallelStateExited", "FailStateEntered", "ExecutionFailed",
        ]
    )  # fmt: skip


def test_ids_count_up_and_each_branch_is_a_chain(ended: Ended) -> None:
    events = {event["id"]: event for event in ended.history}
    assert sorted(events) == list(range(1, len(events) + 1))
    assert all(event.get("previousEventId", 0) < event["id"] for event in ended.history)
    started = next(e["id"] for e in ended.history if e["type"] == "ParallelStateStarted")
    firsts = [e for e in ended.history if e.get("previousEventId") == started]
    assert {e["stateEnteredEventDetails"]["name"] for e in firsts} == {"Left", "Right"}


def test_inputs_and_outputs_of_branch_states_are_there(ended: Ended) -> None:
    left = next(e for e in ended.history if e.get("stateEnteredEventDetails", {}).get("name") == "Left End")
    assert left["stateEnteredEventDetails"]["input"] == '{"x":1}'


def test_task_events_name_resource_and_attempts(embedded: Embedded) -> None:
    function = embedded.function("def handler(event, context): raise KeyError('x')")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function},
        "Retry": [{"ErrorEquals": ["KeyError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "End": True,
    }
    ended = embedded.run({"StartAt": "A", "States": {"A": task}})
    types = [event["type"] for event in ended.history]
    once = ["TaskScheduled", "TaskStarted", "TaskFailed"]
    assert types == ["ExecutionStarted", "TaskStateEntered", *once, *once, "ExecutionFailed"]
    scheduled = next(e for e in ended.history if e["type"] == "TaskScheduled")["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"]) == ("lambda", "invoke")


def test_pages_join_without_gap(embedded: Embedded, ended: Ended) -> None:
    pages = embedded.client("stepfunctions").get_paginator("get_execution_history")
    found = [
        event["id"]
        for page in pages.paginate(executionArn=ended.execution_arn, PaginationConfig={"PageSize": 4})
        for event in page["events"]
    ]
    assert found == [event["id"] for event in ended.history]


def test_transitions_are_counted_for_tests(embedded: Embedded, ended: Ended) -> None:
    executions = {e["execution_arn"]: e for e in embedded.control("executions")["executions"]}
    mine = executions[ended.execution_arn]
    assert (mine["status"], mine["transitions"], sorted(mine["states"])) == (
        "FAILED",
        5,
        sorted(ended.entered),
    )
