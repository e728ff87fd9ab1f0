"""Every answer of the API, and every event of a history, has the shape of AWS's own service model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local.launcher.wire import violations
from local.service_models import service_model
from local.states.errors import RequestError
from local.states.execution import Execution
from tests.unit.states.test_walk import OUTPUTS, POSTS, distributed
from tests.unit.states.world import FUNCTION, INVOKE, SEND, World, done, ended, failing, machine, task

MODEL = service_model("stepfunctions")


def check(operation: str, answer: dict[str, Any]) -> None:
    """Asserts that the answer has no member that the model lacks, and every one that it requires."""
    shape = MODEL.operation_model(operation).output_shape
    assert shape is None or violations(answer, shape, limits=False) == []
    assert shape is None or not set(shape.required_members) - set(answer)


@pytest.fixture(scope="module")
def world() -> World:
    return World(
        {FUNCTION: failing("Odd", times=2), INVOKE: lambda _: {"StatusCode": 200}, SEND: lambda _: {}},
        {("in", "k"): POSTS.encode()},
    )


@pytest.fixture(scope="module")
def executions(world: World) -> list[Execution]:
    """One of every kind of end, with every kind of state."""
    retry = [{"ErrorEquals": ["Odd"], "MaxAttempts": 1}]
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "IsPresent": True, "Next": "W"}]}
    branches = [machine(A=task(INVOKE)), machine(C=choice, W={"Type": "Wait", "Seconds": 1, "End": True})]
    inline = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": machine(P=done()), "End": True}
    failed = world.run(machine(T=task(Retry=retry)))
    world.executions.redrive(failed.arn)
    waits = f"{SEND}.waitForTaskToken"
    return [
        ended(failed),
        world.run(machine(P={"Type": "Parallel", "Branches": branches, "End": True})),
        world.run(machine(M=inline), {"items": [1, 2]}),
        world.run(distributed(machine(P=done()), ResultWriter=OUTPUTS), {"key": "k"}),
        world.run(machine(A=task(waits, TimeoutSeconds=0.1))),
        world.run({**machine(A=task(waits)), "TimeoutSeconds": 0.1}),
        world.run(machine(F={"Type": "Fail", "Error": "Own", "Cause": "why"})),
        stopped(world, machine(A=task(waits))),
    ]


def stopped(world: World, definition: Any) -> Execution:
    execution = world.start(definition)
    check("StopExecution", world.api.stop_execution({"executionArn": execution.arn, "cause": "by hand"}))
    return execution


def test_executions(world: World, executions: list[Execution]) -> None:
    for execution in executions:
        named = {"executionArn": execution.arn}
        check("DescribeExecution", world.api.describe_execution(named))
        check("GetExecutionHistory", world.api.get_execution_history({**named, "maxResults": 1000}))
        check("DescribeStateMachineForExecution", world.api.describe_state_machine_for_execution(named))
        check("ListMapRuns", world.api.list_map_runs(named))
        for run in world.api.list_map_runs(named)["mapRuns"]:
            check("DescribeMapRun", world.api.describe_map_run({"mapRunArn": run["mapRunArn"]}))
    listed = world.api.list_executions({"stateMachineArn": executions[0].machine.arn})
    check("ListExecutions", listed)
    assert {one["status"] for one in listed["executions"]} == {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


def test_every_event_has_a_known_type(executions: list[Execution]) -> None:
    known = set(MODEL.shape_for("HistoryEventType").enum)
    for execution in executions:
        assert {event["type"] for event in execution.history.events()} <= known


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_pages_of_a_history_join(world: World, executions: list[Execution], size: int, reverse: bool) -> None:
    asked = {"executionArn": executions[1].arn, "maxResults": size, "reverseOrder": reverse}
    found = [event["id"] for page in pages(world, asked) for event in page["events"]]
    wanted = list(range(1, len(executions[1].history) + 1))
    assert found == (wanted[::-1] if reverse else wanted)


def pages(world: World, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    page = world.api.get_execution_history(asked)
    yield page
    while "nextToken" in page:
        page = world.api.get_execution_history({**asked, "nextToken": page["nextToken"]})
        yield page


def test_a_history_without_its_data(world: World, executions: list[Execution]) -> None:
    asked = {"executionArn": executions[0].arn, "includeExecutionData": False, "maxResults": 1000}
    events = world.api.get_execution_history(asked)["events"]
    for event in events:
        for details in event.values():
            assert not isinstance(details, dict) or not {"input", "output", "parameters"} & set(details)


def test_executions_by_status(world: World, executions: list[Execution]) -> None:
    asked = {"stateMachineArn": executions[0].machine.arn, "statusFilter": "ABORTED"}
    assert [one["status"] for one in world.api.list_executions(asked)["executions"]] == ["ABORTED"]


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("DescribeExecution", {"executionArn": "arn:none"}, "ExecutionDoesNotExist"),
        ("RedriveExecution", {"executionArn": "arn:none"}, "ExecutionDoesNotExist"),
        ("DescribeMapRun", {"mapRunArn": "arn:none"}, "ResourceNotFound"),
        ("ListExecutions", {"mapRunArn": "arn:none"}, "ResourceNotFound"),
        ("StartExecution", {"stateMachineArn": "arn:none"}, "StateMachineDoesNotExist"),
        ("SendTaskSuccess", {"taskToken": "none", "output": "1"}, "TaskDoesNotExist"),
        ("SendTaskSuccess", {"taskToken": "none", "output": "{"}, "InvalidOutput"),
        ("ListExecutions", {"stateMachineArn": "x", "maxResults": 5000}, "ValidationException"),
        ("ListExecutions", {"stateMachineArn": "x", "nextToken": "nowhere"}, "InvalidToken"),
    ],
)
def test_refusals_are_named_as_aws_names_them(world: World, operation: str, request_: Any, code: str) -> None:
    with pytest.raises(RequestError) as refused:
        world.api.operations[operation](request_)
    assert refused.value.code == code
    if code != "ValidationException":
        assert code in {shape.name for shape in MODEL.operation_model(operation).error_shapes}
