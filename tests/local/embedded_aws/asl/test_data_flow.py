"""How data moves through states: results and paths, context, choices, branches, intrinsic functions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.embedded_aws.asl.machines import branch, done, machine, parallel, task
from tests.local.embedded_aws.harness import Embedded

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.patch("ministack/step_functions.py", "ministack/state_services.py"),
]


def test_invoke_with_selected_result_beside_the_input(embedded: Embedded, echo: str) -> None:
    state = task(echo, {"x.$": "$.x"}, ResultSelector={"got.$": "$.Payload.x"}, ResultPath="$.result")
    assert embedded.run(machine(A=state), {"x": 3}).output == {"x": 3, "result": {"got": 3}}


def test_null_result_path_keeps_the_input(embedded: Embedded, echo: str) -> None:
    assert embedded.run(machine(A=task(echo, ResultPath=None)), {"x": 3}).output == {"x": 3}


def test_the_context_object(embedded: Embedded, echo: str) -> None:
    payload = {
        "execution.$": "$$.Execution.Name",
        "id.$": "$$.Execution.Id",
        "started.$": "$$.Execution.StartTime",
        "input.$": "$$.Execution.Input.x",
        "state.$": "$$.State.Name",
        "entered.$": "$$.State.EnteredTime",
        "machine.$": "$$.StateMachine.Name",
        "retries.$": "$$.State.RetryCount",
    }
    ended = embedded.run(machine(Some_State=task(echo, payload, OutputPath="$.Payload")), {"x": 7})
    assert ended.output["state"] == "Some State"
    assert ended.output["id"] == ended.execution_arn
    assert ended.execution_arn.endswith(ended.output["execution"])
    assert (ended.output["input"], ended.output["retries"]) == (7, 0)
    assert ended.output["started"] <= ended.output["entered"]


def test_parallel_joins_branches_that_end_in_a_pass(embedded: Embedded, echo: str) -> None:
    ended = embedded.run(
        machine(
            A=parallel(
                branch(X=task(echo, {"n": 1}, OutputPath="$.Payload", Next="X End"), X_End=done()),
                branch(Y={"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "Y 1"}],
                          "Default": "Y 2"}, Y_1=done(Result=1), Y_2=done(Result=2)),
                ResultSelector={"x.$": "$[0].n", "y.$": "$[1]"},
                ResultPath="$.branches",
            )
        ),
        {"x": 0},
    )  # fmt: skip
    assert ended.output == {"x": 0, "branches": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        ({"Variable": "$.flag", "BooleanEquals": True}, True),
        ({"Variable": "$.absent", "IsPresent": False}, True),
        (
            {
                "And": [
                    {"Variable": "$.absent", "IsPresent": True},
                    {"Variable": "$.absent", "NumericEquals": 1},
                ]
            },
            False,
        ),
        ({"Variable": "$.status", "StringEquals": "READY"}, True),
        ({"Not": {"Variable": "$.count", "NumericGreaterThan": 2}}, True),
        (
            {
                "Or": [
                    {"Variable": "$.count", "NumericLessThan": 1},
                    {"Variable": "$.status", "StringMatches": "RE*"},
                ]
            },
            True,
        ),
        ({"Variable": "$$.State.Name", "StringEquals": "A"}, True),
    ],
)
def test_choice(embedded: Embedded, rule: dict[str, Any], chosen: bool) -> None:
    choice = {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"}
    given = {"flag": True, "status": "READY", "count": 2}
    assert (
        embedded.run(machine(A=choice, Yes=done(Result=True), No=done(Result=False)), given).output is chosen
    )


def test_null_is_something(embedded: Embedded) -> None:
    assert embedded.run(machine(A=done(Parameters={"x.$": "$.x"})), {"x": None}).output == {"x": None}


def test_intrinsic_functions(embedded: Embedded) -> None:
    parameters = {"text.$": "States.Format('{}-{}', $.a, $.b)", "n.$": "States.ArrayLength($.list)"}
    output = embedded.run(machine(A=done(Parameters=parameters)), {"a": "x", "b": 1, "list": [1, 2]}).output
    assert output == {"text": "x-1", "n": 2}


def test_put_events_with_an_expression(embedded: Embedded) -> None:
    entry = {"Source": "probe", "DetailType": "Probed", "Detail": {"name.$": "$$.Execution.Name"}}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
    }
    ended = embedded.run(machine(A={**state, "TimeoutSeconds": 10, "End": True}))
    assert ended.output["FailedEntryCount"] == 0
