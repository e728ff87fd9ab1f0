"""Executions from start to end: names and inputs, time limits, aborts, task tokens."""

from __future__ import annotations

import json
import threading
import time

import pytest

from tests.local.embedded_aws.asl.machines import INVOKE, done, machine, task
from tests.local.embedded_aws.harness import Embedded, until

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.patch("ministack/step_functions.py", "ministack/state_services.py"),
]


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
