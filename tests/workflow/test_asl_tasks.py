"""Every Task: a literal timeout, retries by name that the step knows of, and a catch for all the rest."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

import braid.domain.errors
from braid.domain.asset import crashes
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.asset.execution_state import AdmissionOutcome, AnswerOutcome, FusionOutcome, ReviewOutcome
from braid.domain.errors import BraidError
from tests.infra.test_functions import LIMITS
from tests.workflow.test_asl_structure import PLACEHOLDER, STATES

TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
FUNCTION_TASKS = {name: state for name, state in TASKS.items() if ":lambda:invoke" in state["Resource"]}
TOLD_OF_RETRIES = [
    name for name, state in FUNCTION_TASKS.items() if "retries" in state["Parameters"]["Payload"]
]
OURS = {name for name in braid.domain.errors.__all__ if name != BraidError.__name__}
NEVER_RETRIED = {
    "AccessDeniedError",
    "ConfigError",
    "InvalidAssetError",
    "InvalidInputError",
    "SupersededError",
    "UnsupportedError",
}
LAMBDA_BUSY = {"Lambda.TooManyRequestsException"}
LAMBDA_FAULTS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
}
CRASHES = set(crashes.CRASHES)
EVENTBRIDGE = {
    "EventBridge.FailedEntry",
    "EventBridge.InternalException",
    "EventBridge.EventBridgeException",
}
STEP_FUNCTIONS = {"States.ALL", "States.Timeout"}
# The steps in which a decoder meets a stranger's file: a crash there says something about the file.
DECODING = {"Admit Asset", "Select Keyframes", "Read Text"}
# What a crash that was retried once means there.
REFUSED = {"Record Rejection", "Pictures Unreadable", "Text Unreadable"}


def function_of(state: dict[str, Any]) -> str:
    """``transcription-start`` of ``${TranscriptionStartFunctionArn}``."""
    (placeholder,) = PLACEHOLDER.findall(state["Parameters"]["FunctionName"])
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in placeholder)
    return words.strip("-").removesuffix("-function-arn")


def retriers(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The retrier of every error name."""
    return {name: retrier for retrier in state.get("Retry", []) for name in retrier["ErrorEquals"]}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_timeout_retries_and_a_catch(name: str) -> None:
    task = TASKS[name]

    assert isinstance(task["TimeoutSeconds"], int)
    assert task["Retry"]
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_the_state_outlives_its_function(name: str) -> None:
    task = FUNCTION_TASKS[name]
    timeout_seconds, _, _ = LIMITS[function_of(task)]

    assert task["TimeoutSeconds"] >= timeout_seconds + 20, "the function's own end is told first"


def test_every_function_of_the_workflow_has_a_state() -> None:
    called_otherwise = {"dispatch", "inference-trial", "review-decide", "posts-one"}
    of_posts = {"posts-admit", "posts-judge", "posts-batch", "posts-collect"}

    called = {function_of(task) for task in FUNCTION_TASKS.values()}
    assert called == LIMITS.keys() - called_otherwise - of_posts


@pytest.mark.parametrize("name", TASKS)
def test_errors_are_named_as_they_are_raised(name: str) -> None:
    known = OURS | LAMBDA_BUSY | LAMBDA_FAULTS | CRASHES | EVENTBRIDGE | STEP_FUNCTIONS
    for rule in [*TASKS[name]["Retry"], *TASKS[name]["Catch"]]:
        assert set(rule["ErrorEquals"]) <= known


@pytest.mark.parametrize("name", TASKS)
def test_nothing_is_retried_blindly_or_in_vain(name: str) -> None:
    named = set(retriers(TASKS[name]))

    assert "States.ALL" not in named
    assert "States.TaskFailed" not in named
    assert not named & NEVER_RETRIED


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_lambdas_own_errors_are_retried(name: str) -> None:
    found = retriers(FUNCTION_TASKS[name])

    # A reviewer's state times out after a month: nobody is asked again then.
    crashes = CRASHES - {"States.Timeout"} if name == "Ask Reviewer" else CRASHES
    assert found.keys() >= LAMBDA_BUSY | LAMBDA_FAULTS | crashes
    assert {found[crash]["MaxAttempts"] for crash in crashes} == {1}
    assert ("States.Timeout" in found) == ("States.Timeout" in crashes)


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_services_errors_are_retried(name: str) -> None:
    found = retriers(FUNCTION_TASKS[name])

    assert found["ThrottledError"]["MaxAttempts"] > found["ServiceUnavailableError"]["MaxAttempts"] > 0
    assert found["InvalidServiceOutputError"]["MaxAttempts"] == 1


@pytest.mark.parametrize("name", TASKS)
def test_whoever_waits_for_capacity_waits_with_jitter(name: str) -> None:
    for error, retrier in retriers(TASKS[name]).items():
        if retrier["MaxAttempts"] > 1 and error != "PendingError":
            assert retrier["JitterStrategy"] == "FULL", error
            assert retrier["BackoffRate"] > 1


@pytest.mark.parametrize("name", TOLD_OF_RETRIES)
def test_a_step_loses_patience_before_its_state_does(name: str) -> None:
    payload = TASKS[name]["Parameters"]["Payload"]
    found = retriers(TASKS[name])

    assert payload["retries"] == {
        "entered_at.$": "$$.State.EnteredTime",
        "throttled_seconds": 2 * 3600,
        "unavailable_seconds": 10 * 60,
    }
    # Full jitter waits half of the delay in the mean, and hundreds of waits come close to it.
    for error, patience in (("ThrottledError", 7200), ("ServiceUnavailableError", 600)):
        assert 1.5 * patience < mean_wait_seconds(found[error]) < 3 * patience


def mean_wait_seconds(retrier: dict[str, Any]) -> float:
    """How long all tries of a retrier with full jitter wait, in the mean."""
    delays = (
        min(retrier["MaxDelaySeconds"], retrier["IntervalSeconds"] * retrier["BackoffRate"] ** number)
        for number in range(retrier["MaxAttempts"])
    )
    return sum(delays) / 2


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_retries_are_counted_for_the_receipt_alone(name: str) -> None:
    payload = dict(FUNCTION_TASKS[name]["Parameters"]["Payload"])

    assert payload.pop("metered")["tries.$"] == "$$.State.RetryCount"
    assert "RetryCount" not in json.dumps(payload)


@pytest.mark.parametrize("name", TASKS)
def test_a_catch_keeps_what_was_known_and_says_why(name: str) -> None:
    for catcher in TASKS[name]["Catch"]:
        assert catcher["ResultPath"] == "$.failure"


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_a_decoders_crash_refuses_the_file_and_no_other_does(name: str) -> None:
    refusing = {
        error
        for catcher in FUNCTION_TASKS[name]["Catch"]
        if catcher["Next"] in REFUSED
        for error in catcher["ErrorEquals"]
    }

    assert refusing == (CRASHES | {"InvalidAssetError"} if name in DECODING else set())


def test_only_jobs_and_bundles_are_waited_for() -> None:
    waiting = {name for name, task in TASKS.items() if "PendingError" in retriers(task)}

    assert waiting == {"Admit Asset", "Collect Transcript"}


def test_a_transcription_of_four_hours_is_waited_for() -> None:
    assert longest_wait_seconds(retriers(TASKS["Collect Transcript"])["PendingError"]) >= 4 * 3600


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_a_large_drop_waits_for_a_free_function(name: str) -> None:
    """A new account runs ten functions at once: of 500 files the last waits for some 45 minutes."""
    busy = retriers(FUNCTION_TASKS[name])["Lambda.TooManyRequestsException"]

    assert longest_wait_seconds(busy) / 2 >= 45 * 60, "with full jitter half of it on average"


@pytest.mark.parametrize("error", EVENTBRIDGE)
def test_an_entry_that_the_bus_refused_is_put_again(error: str) -> None:
    assert error in retriers(TASKS["Announce"])


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("Admit Asset", AdmissionOutcome),
        ("Fuse Evidence", FusionOutcome),
        ("Infer Answer", AnswerOutcome),
        ("Answer Missing", AnswerOutcome),
        ("Ask Reviewer", ReviewOutcome),
        *(
            (name, BranchOutcome)
            for name, state in FUNCTION_TASKS.items()
            if state["ResultPath"] == "$.branch"
        ),
    ],
)
def test_what_travels_on_is_what_later_steps_read(name: str, outcome: type) -> None:
    """A member that nobody reads is refused by whoever reads the state: the asset would fail at its end."""
    members = {member.removesuffix(".$") for member in FUNCTION_TASKS[name]["ResultSelector"]}

    assert members <= {field.name for field in dataclasses.fields(outcome)}


def longest_wait_seconds(retrier: dict[str, Any]) -> float:
    """All that a retrier waits for until it gives up, without jitter."""
    waited, interval = 0.0, float(retrier["IntervalSeconds"])
    for _ in range(retrier["MaxAttempts"]):
        waited += min(interval, retrier["MaxDelaySeconds"])
        interval *= retrier["BackoffRate"]
    return waited


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_of_an_answer_only_named_members_travel_on(name: str) -> None:
    selector = FUNCTION_TASKS[name]["ResultSelector"]
    # What ends a wait for a token is the result itself, without Lambda's envelope.
    origin = "$" if "waitForTaskToken" in FUNCTION_TASKS[name]["Resource"] else "$.Payload"

    assert "summary.$" in selector
    for member, path in selector.items():
        assert path == f"{origin}.{member.removesuffix('.$')}" or not member.endswith(".$")
