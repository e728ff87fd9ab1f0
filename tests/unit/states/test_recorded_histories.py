"""Histories that AWS recorded: the same machine here leaves the same events, in order, with the same details.

The recordings hold no definitions; each is rebuilt here from what its history shows.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.unit.states.world import FUNCTION, INVOKE, SEND, World, done, ended, failing, machine, task

FOLDER = "aws-sfn-history/localstack"
EXCEPTION = json.dumps({"errorMessage": "Some exception was raised.", "errorType": "Exception"})
LIMIT = "returned a result with a size exceeding the maximum number of bytes service limit."
PARAMETERS = {"FunctionName.$": "$.FunctionName", "Payload.$": "$.Payload"}
CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
SAY = {"QueueUrl.$": "$.QueueUrl", "MessageBody": {"Message.$": "$.Message", "TaskToken.$": "$$.Task.Token"}}
WAITS = f"{SEND}.waitForTaskToken"
BIG = "x" * 300_000


def recorded(shared_data: Path, file: str, name: str, part: str = "get_execution_history") -> Any:
    """What AWS answered in a recorded test."""
    found = json.loads((shared_data / FOLDER / f"test_{file}.snapshot.json").read_text("utf-8"))
    (content,) = [value["recorded-content"] for key, value in found.items() if key.split("::")[-1] == name]
    return content[part]


def _raise_big(_parameters: Any) -> Any:
    return BIG


def _slow(_parameters: Any) -> Any:
    threading.Event().wait(5)


def _echo(parameters: Any) -> Any:
    return parameters


SOME_FAILURE = "This state machines raises a 'SomeFailure' failure."
FAIL = {"Type": "Fail"}
LAMBDA = task(INVOKE, Parameters=PARAMETERS)
# file, recorded test, definition, resources
CASES: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("base", "test_state_fail",
     machine(FailState={**FAIL, "Error": "SomeFailure", "Cause": SOME_FAILURE}), {}),
    ("base", "test_state_fail_empty", machine(FailState=FAIL), {}),
    ("base", "test_state_fail_path", machine(FailState={**FAIL, "ErrorPath": "$.Error",
        "CausePath": "$.Cause"}), {}),
    ("base", "test_state_fail_intrinsic", machine(FailState={
        **FAIL, "ErrorPath": "$.Error", "CausePath":
        "States.Format('This is a custom error message for {}, caused by {}.', $.Error, $.Cause)"}), {}),
    ("base", "test_state_pass_result", machine(State_1=done(Result={"Arg1": "argument1"})), {}),
    ("base", "test_state_pass_result_jsonpaths",
     machine(State_1=done(Result={"unsupported1.$": "$.jsonpath", "unsupported2.$": "$$"})), {}),
    ("base", "test_state_pass_result_null_input_output_paths", machine(
        State0={"Type": "Pass", "Parameters": {"Arg1": "argument1", "FromInput.$": "$"}, "Next": "State1"},
        State1={"Type": "Pass", "InputPath": None, "Parameters": {"Arg2": "argument2", "FromInput.$": "$"},
            "Next": "State2"},
        State2=done(OutputPath=None)), {}),
    ("base", "test_state_pass_regex_json_path_base",
     machine(State0=done(Parameters={"FromInput.$": "$.users[?(@.year==1997)]"})), {}),
    *[("base", f"test_json_path_array_access[$.items[{index}]]",
       machine(EntryState=done(Parameters={"item.$": f"$.items[{index}]"})), {}) for index in (0, 10)],
    *[("base", f"test_json_path_array_wildcard_or_slice_with_no_input[{path}]",
       machine(EntryState=done(Parameters={"item.$": path})), {})
      for path in ("$[*]", "$.items[*]", "$.items[1:]", "$.items[:1]", "$.item.items[*]", "$.item.items[1:5]",
                   "$.items[*].itemValue", "$.items[1:].itemValue", "$.item.items[1:5].itemValue")],
    ("task_lambda", "test_raise_exception", machine(Start=task()), {FUNCTION: failing("Exception",
        EXCEPTION)}),
    ("task_lambda", "test_raise_exception_catch", machine(
        Start=task(Catch=[{"ErrorEquals": ["States.TaskFailed"], "Next": "EndWithStateTaskFailedHandler"}]),
        EndWithStateTaskFailedHandler=done(Parameters={
            "Error.$": "$.Error", "Cause.$": "$.Cause", "task_failed_error": {"Error.$": "$.Error",
                "Cause.$": "$.Cause"}})),
     {FUNCTION: failing("Exception", EXCEPTION)}),
    ("task_service_lambda", "test_raise_exception_catch_output_path[$.no.such.path]", machine(
        InvokeLambda=task(INVOKE, Parameters=PARAMETERS, OutputPath="$.no.such.path",
                          Catch=[{"ErrorEquals": ["States.ALL"], "Next": "HandleGeneralError"}]),
        HandleGeneralError=done(Parameters={"InputValue.$": "$"})),
     {INVOKE: failing("Exception", EXCEPTION)}),
    ("task_service_lambda", "test_invoke_timeout", machine(
        Start=task(INVOKE, Parameters=PARAMETERS, TimeoutSeconds=1,
                   Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "EndWithHandler"}]),
        EndWithHandler=done(ResultPath="$.error")), {INVOKE: _slow}),
    ("timeouts", "test_fixed_timeout_lambda", machine(Start=task(TimeoutSeconds=1)), {FUNCTION: _slow}),
    ("states_errors", "test_service_task_lambada_data_limit_exceeded_on_large_utf8_response", machine(
        InvokeLambda=task(INVOKE, Parameters=PARAMETERS,
                          Catch=[{"ErrorEquals": ["States.DataLimitExceeded"],
                              "Next": "HandleDataLimitExceeded"}]),
        HandleDataLimitExceeded=done()), {INVOKE: _raise_big}),
    ("states_errors", "test_task_lambda_data_limit_exceeded_on_large_utf8_response", machine(
        InvokeLambda=task(Catch=[{"ErrorEquals": ["States.DataLimitExceeded"],
            "Next": "HandleDataLimitExceeded"}]),
        HandleDataLimitExceeded=done()), {FUNCTION: _raise_big}),
    *[("wait", f"test_base_wait_seconds_path{part}", machine(WaitState={
        "Type": "Wait", "SecondsPath": "$.input.waitSeconds", "End": True}), {})
      for part in ("", "[-1]", "[0]", "[1]", "[1.5]", "[-1.5]")],
    ("task_service_sfn", "test_start_execution_no_such_arn", machine(StartExecution=task(
        "arn:aws:states:::states:startExecution",
        Parameters={"Input.$": "$.Input", "StateMachineArn.$": "$.StateMachineArn", "Name.$": "$.Name"})),
            {}),
    ("heartbeats", "test_heartbeat_no_timeout", machine(SendMessageWithWait=task(
        WAITS, Parameters=SAY, HeartbeatSeconds=1)), {SEND: _echo}),
    ("heartbeats", "test_heartbeat_timeout", machine(SendMessageWithWait=task(
        WAITS, Parameters=SAY, HeartbeatSeconds=1, TimeoutSeconds=600)), {SEND: _echo}),
    ("heartbeats", "test_heartbeat_path_timeout", machine(SendMessageWithWait=task(
        WAITS, Parameters=SAY, HeartbeatSecondsPath="$.HeartbeatSecondsPath", TimeoutSeconds=600)),
            {SEND: _echo}),
    ("callback", "test_sqs_wait_for_task_token_timeout", machine(SendMessageWithWaitAndTimeout=task(
        WAITS, Parameters=SAY, TimeoutSeconds=1)), {SEND: _echo}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "name", "definition", "resources"), CASES, ids=[case[1] for case in CASES])
def test_as_recorded(
    shared_data: Path, file: str, name: str, definition: Any, resources: dict[str, Any]
) -> None:
    history = recorded(shared_data, file, name)["events"]
    world = World(resources)
    given = history[0]["executionStartedEventDetails"]["input"]
    # A limit of the recording in seconds is long for a test: it is compared below by being there.
    if "HeartbeatSecondsPath" in given:
        given = {**given, "HeartbeatSecondsPath": 1}
    execution = world.run(definition, given)
    assert comparable(execution.history.events()) == comparable(history)


@pytest.mark.parametrize("answer", ["success", "failure"])
def test_a_token_as_recorded(shared_data: Path, answer: str) -> None:
    name = {"success": "test_sqs_wait_for_task_token", "failure": "test_sqs_failure_in_wait_for_task_token"}
    history = recorded(shared_data, "callback", name[answer])["events"]
    tokens: list[str] = []

    def send(parameters: Any) -> Any:
        tokens.append(parameters["MessageBody"]["TaskToken"])
        if answer == "success":
            world.executions.tokens.succeed(tokens[0], '"test_message_txt"')
        else:
            world.executions.tokens.fail(tokens[0], "Failure error", "Failure cause")
        return {"MessageId": "1"}

    world = World({SEND: send})
    given = history[0]["executionStartedEventDetails"]["input"]
    execution = world.run(machine(SendMessageWithWait=task(WAITS, Parameters=SAY)), given)
    assert comparable(execution.history.events()) == comparable(history)


def test_a_failed_branch_as_recorded(shared_data: Path) -> None:
    name = "test_sqs_failure_in_wait_for_task_tok_no_error_field[SQS_PARALLEL_WAIT_FOR_TASK_TOKEN]"
    history = recorded(shared_data, "callback", name)["events"]

    def send(parameters: Any) -> Any:
        world.executions.tokens.fail(parameters["MessageBody"]["TaskToken"], None, None)
        return {}

    world = World({SEND: send})
    say = {"QueueUrl.$": "$.QueueUrl", "MessageBody": {"Context.$": "$", "TaskToken.$": "$$.Task.Token"}}
    branch = machine(SendMessageWithWait=task(WAITS, Parameters=say))
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.states_all_error", "Next": "CaughtStatesALL"}]
    definition = machine(
        ParallelJob={"Type": "Parallel", "Branches": [branch], "Catch": catch, "End": True},
        CaughtStatesALL=done(),
    )
    execution = world.run(definition, history[0]["executionStartedEventDetails"]["input"])
    assert comparable(execution.history.events()) == comparable(history)


@pytest.mark.parametrize(("name", "items"), [("ITEMS", [1, 2, 3]), ("MAX_CONCURRENCY", [1])])
def test_a_map_as_recorded(shared_data: Path, name: str, items: list[int]) -> None:
    history = recorded(shared_data, "base_evaluate_expressions", f"test_base_map[{name}]")["events"]
    processor = machine(Process=done())
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "MaxConcurrency": 1,
        "ItemProcessor": processor,
        "End": True,
    }
    execution = World().run(machine(Start=state), {"items": items})
    events = execution.history.events()
    for one in (events[0]["executionStartedEventDetails"], events[1]["stateEnteredEventDetails"]):
        one["input"] = "{}"  # the recording's items were written in its definition
    assert comparable(events) == comparable(history)


def test_a_nested_execution_as_recorded(shared_data: Path) -> None:
    for name, inner in (
        ("test_start_execution_sync", machine(Inner=done(Result={"Arg1": "argument1"}))),
        ("test_start_execution_sync_delegate_failure",
         machine(Inner={**FAIL, "Error": "SomeFailure", "Cause": SOME_FAILURE})),
    ):  # fmt: skip
        history = recorded(shared_data, "callback", name)["events"]
        world = World()
        given = {"StateMachineArn": world.add(inner, "inner"), "Input": None, "Name": "TestStartTarget"}
        parameters = {f"{field}.$": f"$.{field}" for field in given}
        state = task("arn:aws:states:::states:startExecution.sync", Parameters=parameters)
        execution = world.run(machine(StartExecution=state), given)
        assert [shape(e) for e in execution.history.events()] == [shape(e) for e in history]


def test_described_as_recorded(shared_data: Path) -> None:
    world = World()
    for file, name, definition in (
        ("base", "test_state_fail", machine(F={**FAIL, "Error": "SomeFailure", "Cause": "x"})),
        ("base", "test_state_fail_empty", machine(F=FAIL)),
        ("timeouts", "test_global_timeout", {**machine(S=task()), "TimeoutSeconds": 1}),
    ):
        answer = recorded(shared_data, file, name, "describe_execution")
        world.resources[FUNCTION] = _slow
        execution = world.run(definition)
        described = world.api.describe_execution({"executionArn": execution.arn})
        assert set(described) == set(answer) - {"ResponseMetadata"}
        for field in ("status", "redriveStatus", "redriveCount", "inputDetails"):
            assert described[field] == answer[field]


def test_announced_as_recorded(shared_data: Path) -> None:
    events = recorded(shared_data, "base", "test_event_bridge_events_base", "stepfunctions_events")
    world = World()
    ended(world.start(machine(P=done())))
    assert [set(detail) for detail in world.announced] == [set(event["detail"]) for event in events]
    for ours, theirs in zip(world.announced, events, strict=True):
        for field in ("status", "redriveStatus", "redriveStatusReason", "outputDetails", "inputDetails"):
            assert ours[field] == theirs["detail"][field]


OPERATORS = ("boolean_equals", "is_operators", "numeric", "string_operators")


@pytest.mark.parametrize("file", OPERATORS)
def test_choice_rules_as_recorded(shared_data: Path, file: str) -> None:
    found = json.loads((shared_data / FOLDER / f"test_{file}.snapshot.json").read_text("utf-8"))
    compared = 0
    for key, value in found.items():
        words = key.split("::test_")[-1].split("_")
        name = "".join(word.title() for word in words)
        for case in value["recorded-content"]["cases"]:
            given = case["input"]
            wanted = "$.Value" if name.endswith("Path") else given["Value"]
            choice = {
                "Type": "Choice",
                "Choices": [{"Variable": "$.Variable", name: wanted, "Next": "Y"}],
                "Default": "N",
            }
            definition = machine(C=choice, Y=done(Result="ConditionTrue"), N=done(Result="ConditionFalse"))
            execution = World().run(definition, given)
            assert execution.output == case["output"]["TestResult.$"], (name, given)
            compared += 1
    assert compared > 5


def comparable(history: Any) -> list[Any]:
    """Events without what differs from run to run: ARNs, tokens, times and the service's own answers."""
    return [_comparable(event) for event in history]


def _comparable(event: Any) -> Any:
    kept: dict[str, Any] = {}
    for name, value in event.items():
        if name == "timestamp":
            continue
        kept[name] = {k: _value(k, v) for k, v in value.items()} if isinstance(value, dict) else value
    if event["type"] == "TaskSubmitted":
        kept["taskSubmittedEventDetails"].pop("output")
    return kept


def _value(name: str, value: Any) -> Any:
    if name in ("input", "output", "parameters", "cause") and isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if name in ("roleArn", "region"):
        return name
    if name in ("timeoutInSeconds", "heartbeatInSeconds"):
        return "seconds"
    return _without_runs(value)


def _without_runs(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_runs(v) for k, v in value.items()
                if k not in ("requestId", "stackTrace", "TaskToken", "HeartbeatSecondsPath")}  # fmt: skip
    if isinstance(value, list):
        return [_without_runs(item) for item in value]
    if isinstance(value, str):
        if value[:1] in '{["' and len(value) > 1:
            try:
                return _without_runs(json.loads(value))
            except ValueError:
                pass
        value = re.sub(r"arn:[^:\s]+:(\w+):[^:]+:\d+:[^\s'\"]+", r"arn:\1", value)
        return re.sub(r" \(Service: .*\)$", "", value)
    return value


def shape(event: Any) -> Any:
    """An event's type, chain and the names of its details."""
    details = [value for value in event.values() if isinstance(value, dict)]
    return event["type"], event["previousEventId"], sorted(details[0]) if details else []
