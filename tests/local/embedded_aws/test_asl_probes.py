"""Every feature of the states language that the workflow uses, one small machine each."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from local.states.language.retries import delay_seconds, error_matches
from tests.local.embedded_aws.harness import WAIT_SCALE, Embedded, until

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.patch("step_functions.py", "state_services.py"),
]

INVOKE = "arn:aws:states:::lambda:invoke"

ECHO = "def handler(event, context): return event"
SLOW = "import time\ndef handler(event, context):\n    time.sleep(event.get('seconds', 3))\n    return event"
RAISES = """
class QuirkyError(Exception): pass
class OtherError(Exception): pass
def handler(event, context):
    if event.get("attempt", 0) < event.get("until", 99):
        raise {"quirky": QuirkyError, "other": OtherError}[event["kind"]](f"attempt {event.get('attempt')}")
    return event
"""


@pytest.fixture(scope="module")
def echo(embedded: Embedded) -> str:
    return embedded.function(ECHO)


@pytest.fixture(scope="module")
def slow(embedded: Embedded) -> str:
    return embedded.function(SLOW)


@pytest.fixture(scope="module")
def raises(embedded: Embedded) -> str:
    return embedded.function(RAISES)


def machine(**states: Any) -> dict[str, Any]:
    """A machine of these states, the first first; underscores in their names are spaces."""
    named = {name.replace("_", " "): state for name, state in states.items()}
    return {"StartAt": next(iter(named)), "States": named}


def task(function: str, payload: Any = None, **fields: Any) -> dict[str, Any]:
    """A Lambda task that ends the machine unless it says what is next."""
    end = {} if "Next" in fields else {"End": True}
    parameters = {"FunctionName": function, "Payload": payload or {}}
    return {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": parameters,
        "TimeoutSeconds": 20,
        **fields,
        **end,
    }


def done(**fields: Any) -> dict[str, Any]:
    """A Pass that ends the machine."""
    return {"Type": "Pass", **fields, "End": True}


def branch(**states: Any) -> dict[str, Any]:
    """One branch of a Parallel."""
    return machine(**states)


def parallel(*branches: Any, **fields: Any) -> dict[str, Any]:
    """A Parallel that ends the machine unless it says what is next."""
    end = {} if "Next" in fields else {"End": True}
    return {"Type": "Parallel", "Branches": list(branches), **fields, **end}


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


def test_retry_by_class_name_counts_its_attempts(embedded: Embedded, raises: str) -> None:
    payload = {"kind": "quirky", "until": 2, "attempt.$": "$$.State.RetryCount"}
    retry = [{"ErrorEquals": ["QuirkyError"], "IntervalSeconds": 1, "MaxAttempts": 3}]
    ended = embedded.run(machine(A=task(raises, payload, Retry=retry, OutputPath="$.Payload.attempt")))
    assert (ended.output, ended.count("TaskFailed")) == (2, 2)


def test_retry_counts_of_branches_do_not_mix(embedded: Embedded, raises: str, echo: str) -> None:
    payload = {"kind": "quirky", "until": 3, "attempt.$": "$$.State.RetryCount"}
    retry = [{"ErrorEquals": ["QuirkyError"], "IntervalSeconds": 1, "MaxAttempts": 5}]
    failing = branch(X=task(raises, payload, Retry=retry, OutputPath="$.Payload.attempt"))
    names = {"name.$": "$$.State.Name", "retries.$": "$$.State.RetryCount"}
    calm = branch(**{f"Y{n}": task(echo, names, Next=f"Y{n + 1}") for n in range(8)}, Y8=task(echo, names))
    output = embedded.run(machine(A=parallel(failing, calm))).output
    assert output[0] == 3
    assert output[1]["Payload"] == {"name": "Y8", "retries": 0}


def test_retry_gives_up_and_the_error_keeps_name_and_cause(embedded: Embedded, raises: str) -> None:
    retry = [{"ErrorEquals": ["QuirkyError"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    ended = embedded.run(machine(A=task(raises, {"kind": "quirky"}, Retry=retry)))
    assert (ended.status, ended.error, ended.count("TaskFailed")) == ("FAILED", "QuirkyError", 2)
    assert json.loads(ended.cause or "")["errorMessage"] == "attempt None"


def test_the_first_matching_catch_takes_the_error(embedded: Embedded, raises: str) -> None:
    catch = [
        {"ErrorEquals": ["OtherError"], "ResultPath": "$.error", "Next": "Other"},
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Any"},
    ]
    definition = machine(
        A=task(raises, {"kind.$": "$.kind"}, Catch=catch),
        Other=done(Parameters={"to": "other", "error.$": "$.error.Error"}),
        Any=done(Parameters={"to": "any", "error.$": "$.error.Error"}),
    )
    assert embedded.run(definition, {"kind": "other"}).output == {"to": "other", "error": "OtherError"}
    assert embedded.run(definition, {"kind": "quirky"}).output == {"to": "any", "error": "QuirkyError"}


@pytest.mark.parametrize(
    ("retry", "least_seconds"),
    [
        # Without the bound the second delay alone would be an hour, and nobody would see the end.
        ({"IntervalSeconds": 4, "BackoffRate": 9000.0, "MaxAttempts": 3, "MaxDelaySeconds": 5}, 4 + 5 + 5),
        ({"IntervalSeconds": 4, "BackoffRate": 2.0, "MaxAttempts": 2}, 4 + 8),
        ({"IntervalSeconds": 4, "BackoffRate": 1.0, "MaxAttempts": 3, "JitterStrategy": "FULL"}, 0),
    ],
)
def test_delays_between_retries(
    embedded: Embedded, raises: str, retry: dict[str, Any], least_seconds: float
) -> None:
    """A busy machine makes a delay longer, never shorter."""
    embedded.invoke(raises, {"kind": "quirky", "until": 0})
    definition = machine(
        A=task(raises, {"kind": "quirky"}, Retry=[{"ErrorEquals": ["QuirkyError"], **retry}])
    )
    started = time.monotonic()
    ended = embedded.run(definition)
    took = time.monotonic() - started
    assert ended.count("TaskFailed") == retry["MaxAttempts"] + 1
    assert took >= least_seconds * WAIT_SCALE


def test_a_slow_task_times_out(embedded: Embedded, slow: str) -> None:
    embedded.invoke(slow, {"seconds": 0})
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "B"}]
    ended = embedded.run(
        machine(A=task(slow, {"seconds": 4}, TimeoutSeconds=1, Catch=catch), B=done(Result="late"))
    )
    assert (ended.output, ended.count("TaskTimedOut")) == ("late", 1)


def test_waiting_for_a_free_core_is_not_the_tasks_time(embedded: Embedded, slow: str) -> None:
    """Ten runs of a second each fit a limit of four seconds, however few run at once."""
    states = embedded.client("stepfunctions")
    arn = embedded.machine(machine(A=task(slow, {"seconds": 1}, TimeoutSeconds=4)))
    started = [states.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(10)]
    assert {embedded.ended(execution, 60).status for execution in started} == {"SUCCEEDED"}


def test_wildcards_do_not_catch_runtime_errors_or_data_limits(embedded: Embedded) -> None:
    big = embedded.function("def handler(event, context): return 'x' * event")
    catch_all = [{"ErrorEquals": ["States.ALL"], "Next": "B"}]
    large = machine(
        A={**task(big, Catch=catch_all), "Parameters": {"FunctionName": big, "Payload": 300_000}}, B=done()
    )
    ended = embedded.run(large)
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")
    named = [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "B"}]
    large["States"]["A"]["Catch"] = named
    assert embedded.run(large).status == "SUCCEEDED"
    nowhere = machine(A=task(big, {"x.$": "$.absent"}, Catch=catch_all), B=done())
    ended = embedded.run(nowhere)
    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert "'$.absent'" in (ended.cause or "")


def test_a_merged_output_over_the_limit_fails(embedded: Embedded) -> None:
    half = embedded.function("def handler(event, context): return 'x' * 150_000")
    definition = machine(A=task(half, ResultPath="$.a", Next="B"), B=task(half, ResultPath="$.b"))
    ended = embedded.run(definition)
    assert (ended.error, ended.entered) == ("States.DataLimitExceeded", ["A", "B"])


@pytest.mark.parametrize("field", ["InputPath", "OutputPath"])
def test_a_path_to_nowhere_is_an_error(embedded: Embedded, field: str) -> None:
    assert embedded.run(machine(A=done(**{field: "$.absent"})), {"x": 1}).error == "States.Runtime"


def test_a_choice_on_nothing_is_an_error(embedded: Embedded) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.absent", "StringEquals": "x", "Next": "B"}],
        "Default": "B",
    }
    assert embedded.run(machine(A=choice, B=done())).error == "States.Runtime"


def test_null_is_something(embedded: Embedded) -> None:
    assert embedded.run(machine(A=done(Parameters={"x.$": "$.x"})), {"x": None}).output == {"x": None}


def test_intrinsic_functions(embedded: Embedded) -> None:
    parameters = {"text.$": "States.Format('{}-{}', $.a, $.b)", "n.$": "States.ArrayLength($.list)"}
    output = embedded.run(machine(A=done(Parameters=parameters)), {"a": "x", "b": 1, "list": [1, 2]}).output
    assert output == {"text": "x-1", "n": 2}


def test_fail_ends_with_its_error_and_cause(embedded: Embedded) -> None:
    ended = embedded.run(machine(A={"Type": "Fail", "ErrorPath": "$.e", "Cause": "why"}), {"e": "OwnError"})
    assert (ended.status, ended.error, ended.cause, ended.output) == ("FAILED", "OwnError", "why", None)


def test_a_failing_branch_stops_its_siblings(embedded: Embedded, slow: str, echo: str) -> None:
    embedded.invoke(slow, {"seconds": 0})
    long = branch(X=task(slow, {"seconds": 3}, Next="X After"), X_After=task(echo))
    failing = branch(Y={"Type": "Fail", "Error": "OwnError"})
    catch = [{"ErrorEquals": ["OwnError"], "ResultPath": "$.error", "Next": "B"}]
    ended = embedded.run(machine(A=parallel(long, failing, Catch=catch), B=done(OutputPath="$.error.Error")))
    assert ended.output == "OwnError"
    assert ended.count("TaskSucceeded") == 0, "the end doesn't wait for the slow branch"
    time.sleep(3)
    assert "X After" not in embedded.ended(ended.execution_arn).entered


def test_a_whole_parallel_is_retried(embedded: Embedded, raises: str) -> None:
    retry = [{"ErrorEquals": ["QuirkyError"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    state = parallel(branch(X=task(raises, {"kind": "quirky"})), Retry=retry)
    assert embedded.run(machine(A=state)).entered == ["A", "X", "X", "X"]


def test_a_machine_has_a_time_limit(embedded: Embedded, slow: str) -> None:
    ended = embedded.run({**machine(A=task(slow, {"seconds": 5})), "TimeoutSeconds": 1})
    assert (ended.status, ended.history[-1]["type"]) == ("TIMED_OUT", "ExecutionTimedOut")


def test_an_abort_ends_waits_and_stays(embedded: Embedded, raises: str) -> None:
    retry = [{"ErrorEquals": ["QuirkyError"], "IntervalSeconds": 300, "MaxAttempts": 9}]
    states = embedded.client("stepfunctions")
    arn = embedded.machine(machine(A=task(raises, {"kind": "quirky"}, Retry=retry)))
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    until(
        lambda: any(
            e["type"] == "TaskFailed" for e in states.get_execution_history(executionArn=execution)["events"]
        )
    )
    states.stop_execution(executionArn=execution, error="Stopped", cause="by hand")
    time.sleep(0.5)
    ended = embedded.ended(execution)
    assert (ended.status, ended.error, ended.history[-1]["type"]) == (
        "ABORTED",
        "Stopped",
        "ExecutionAborted",
    )


def test_a_task_token_is_answered(embedded: Embedded, echo: str) -> None:
    """The callback comes from another thread, as a reviewer's would."""
    queue = embedded.client("sqs")
    url = queue.create_queue(QueueName=f"tokens-{time.time_ns()}")["QueueUrl"]
    asks = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 20,
        "End": True,
    }

    def answer() -> None:
        token = until(lambda: embedded.received(url))[0]["token"]
        embedded.client("stepfunctions").send_task_success(taskToken=token, output='{"approved": true}')

    answering = threading.Thread(target=answer)
    answering.start()
    assert embedded.run(machine(A=asks)).output == {"approved": True}
    answering.join()


def test_a_token_lambda_that_raises_fails_its_state(embedded: Embedded, raises: str) -> None:
    state = task(
        raises, {"kind": "quirky", "token.$": "$$.Task.Token"}, Resource=f"{INVOKE}.waitForTaskToken"
    )
    assert embedded.run(machine(A=state)).error == "QuirkyError"


def test_put_events_with_an_expression(embedded: Embedded) -> None:
    entry = {"Source": "probe", "DetailType": "Probed", "Detail": {"name.$": "$$.Execution.Name"}}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
    }
    ended = embedded.run(machine(A={**state, "TimeoutSeconds": 10, "End": True}))
    assert ended.output["FailedEntryCount"] == 0


def test_a_running_name_may_be_started_again_with_the_same_input(embedded: Embedded, slow: str) -> None:
    states = embedded.client("stepfunctions")
    arn = embedded.machine(machine(A=task(slow, {"seconds": 2})))
    first = states.start_execution(stateMachineArn=arn, name="same", input='{"a": 1}')
    again = states.start_execution(stateMachineArn=arn, name="same", input='{"a": 1}')
    assert (first["executionArn"], first["startDate"]) == (again["executionArn"], again["startDate"])
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=arn, name="same", input='{"a": 2}')
    embedded.ended(first["executionArn"])
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=arn, name="same", input='{"a": 1}')


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": "n" * 81}, "InvalidName"),
        ({"name": "with space"}, "InvalidName"),
        ({"input": "{not json"}, "InvalidExecutionInput"),
        ({"input": json.dumps("ü" * 140_000, ensure_ascii=False)}, "ValidationException"),
    ],
)
def test_a_malformed_start_is_refused(embedded: Embedded, arguments: dict[str, str], error: str) -> None:
    states = embedded.client("stepfunctions")
    arn = embedded.machine(machine(A=done()))
    with pytest.raises(Exception, match=error):
        states.start_execution(stateMachineArn=arn, **arguments)


@pytest.mark.parametrize(
    ("retrier", "earlier", "chance", "seconds"),
    [
        ({}, 0, 0.5, 1),
        ({}, 3, 0.5, 8),
        ({"IntervalSeconds": 10, "BackoffRate": 1.5}, 2, 0.5, 22.5),
        ({"IntervalSeconds": 10, "BackoffRate": 1.5, "MaxDelaySeconds": 20}, 2, 0.5, 20),
        ({"IntervalSeconds": 10, "BackoffRate": 1.5, "JitterStrategy": "NONE"}, 0, 0.5, 10),
        ({"IntervalSeconds": 10, "MaxDelaySeconds": 20, "JitterStrategy": "FULL"}, 5, 0.25, 5),
    ],
)
def test_delay(retrier: dict[str, Any], earlier: int, chance: float, seconds: float) -> None:
    assert delay_seconds(retrier, earlier, chance) == seconds


@pytest.mark.parametrize(
    ("error_equals", "error", "matches"),
    [
        (["States.ALL"], "QuirkyError", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.TaskFailed"], "QuirkyError", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["QuirkyError"], "OtherError", False),
        (["States.ALL"], "States.DataLimitExceeded", False),
        (["States.DataLimitExceeded"], "States.DataLimitExceeded", True),
        (["States.ALL"], "States.Runtime", False),
        (["States.Runtime"], "States.Runtime", False),
    ],
)
def test_what_an_error_list_matches(error_equals: list[str], error: str, matches: bool) -> None:
    assert error_matches(error_equals, error) is matches
