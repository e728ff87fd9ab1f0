"""Errors of states: which retriers and catchers take them, delays between retries, what no wildcard takes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from local.states.language.retries import delay_seconds, error_matches
from tests.local.embedded_aws.asl.machines import branch, done, machine, parallel, task
from tests.local.embedded_aws.harness import WAIT_SCALE, Embedded

pytestmark = [
    pytest.mark.workflow,
    pytest.mark.patch("ministack/step_functions.py", "ministack/state_services.py"),
]


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
