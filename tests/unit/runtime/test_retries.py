"""What a step lists as missing, and in which words."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from braid.aws.service_errors import service_errors
from braid.domain.errors import BraidError, ServiceUnavailableError, ThrottledError, UnsupportedError
from braid.domain.wire import decode
from braid.runtime.missing_reasons import missing_reason
from braid.runtime.retries import Availability, Retries

MODERATION = "rekognition:DetectModerationLabels"
UNCHECKED = "the pictures weren't checked for disturbing content"
IAM = "User: arn:aws:sts::123456789012:assumed-role/look/look is not authorized to perform: " + MODERATION


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("bedrock:Converse: AccessDeniedException: not here", "not here"),
        ("bedrock:Converse:descriptions: not here", "not here"),
        ("not: here", "not: here"),
    ],
)
def test_a_reason_repeats_neither_the_operation_nor_the_exception_class(reason: str, told: str) -> None:
    availability = Availability(Retries())

    availability.list_missing("bedrock:Converse:descriptions", reason)

    assert availability.reason("bedrock:Converse:descriptions") == told


def _missing(operation: str, code: str, message: str) -> str:
    """What is listed after a service's refusal, on the last try."""
    availability = Availability(Retries())
    with availability.wanted(operation), service_errors(operation):
        raise ClientError({"Error": {"Code": code, "Message": message}}, operation)
    (missing,) = availability.missing
    assert missing.operation == operation
    return missing.reason


@pytest.mark.parametrize(
    ("code", "message", "why"),
    [
        ("AccessDeniedException", "This machine has no engine for it.", "This machine has no engine for it"),
        ("AccessDeniedException", IAM, "this account isn't allowed to use the service"),
        ("ThrottlingException", "Rate exceeded", "the service was too busy until the last try"),
        ("InternalServerError", "", "the service failed or didn't answer until the last try"),
        ("UnsupportedLanguageException", "eo isn't known.", "eo isn't known"),
        ("AccessDeniedException", "", "the service gave no reason"),
    ],
)
def test_a_reason_says_what_a_reader_goes_without_and_why(code: str, message: str, why: str) -> None:
    assert _missing(MODERATION, code, message) == f"{UNCHECKED}: {why}"


def test_an_operation_of_one_language_names_it() -> None:
    assert _missing("translate:TranslateText:zh-TW", "ThrottlingException", "x") == (
        "captions and transcript weren't translated into zh-TW: the service was too busy until the last try"
    )


def test_an_operation_that_nobody_named_says_why_alone() -> None:
    assert _missing("rekognition:DetectCustomLabels", "ThrottlingException", "x").startswith(
        "the service was"
    )


@given(
    code=st.sampled_from(
        ["AccessDenied", "AccessDeniedException", "UnsupportedLanguageException", "OptInRequired"]
    ),
    message=st.text(max_size=400),
)
def test_no_reason_begins_with_a_code_or_is_endless(code: str, message: str) -> None:
    error: BraidError = UnsupportedError(f"{MODERATION}: {code}: {message}")
    reason = missing_reason(MODERATION, error)
    assert reason.startswith(f"{UNCHECKED}: ")
    assert not reason.removeprefix(f"{UNCHECKED}: ").startswith(code) or message.strip().startswith(code)
    assert len(reason) <= 300


def test_the_class_is_kept_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    _missing(MODERATION, "AccessDeniedException", IAM)
    (record,) = caplog.records
    assert vars(record)["error"] == "AccessDeniedError"
    assert "is not authorized to perform" in vars(record)["cause"]


ENTERED = "2026-11-20T10:00:00.000Z"
PLAN = Retries(ENTERED, throttled_seconds=7200, unavailable_seconds=600)
OLD = Retries(count=5, throttled_limit=6, unavailable_limit=3)


def _tried(retries: Retries, errors: list[BraidError], now: str) -> list[str]:
    """What became of each error in turn at one moment: raised again, or listed."""
    found = []
    for error in errors:
        availability = Availability(retries, now=lambda: now)
        try:
            with availability.wanted(MODERATION):
                raise error
        except BraidError:
            found.append("raised")
        else:
            found.append("listed")
    return found


@pytest.mark.parametrize(
    ("now", "throttle", "outage"),
    [
        ("2026-11-20T10:00:00.000Z", "raised", "raised"),
        ("2026-11-20T10:09:59.999Z", "raised", "raised"),
        ("2026-11-20T10:10:00.000Z", "raised", "listed"),
        ("2026-11-20T11:59:59.999Z", "raised", "listed"),
        ("2026-11-20T12:00:00.000Z", "listed", "listed"),
    ],
)
def test_each_kind_of_error_has_its_own_patience(now: str, throttle: str, outage: str) -> None:
    errors: list[BraidError] = [ThrottledError("busy"), ServiceUnavailableError("down")]

    assert _tried(PLAN, errors, now) == [throttle, outage]


def test_what_others_used_up_costs_a_throttle_nothing() -> None:
    """Lambdas that were busy for a quarter of an hour came first; their retries are none of ours."""
    assert _tried(PLAN, [ThrottledError("busy")], "2026-11-20T10:15:00.000Z") == ["raised"]


def test_an_execution_of_the_definition_before_still_counts() -> None:
    errors: list[BraidError] = [ThrottledError("busy"), ServiceUnavailableError("down")]

    assert _tried(OLD, errors, "2999-01-01T00:00:00.000Z") == ["raised", "listed"]


def test_the_input_of_the_definition_before_is_read() -> None:
    given = {"count": 2, "throttled_limit": 6, "unavailable_limit": 3}

    assert decode(Retries, given) == Retries(count=2, throttled_limit=6, unavailable_limit=3)
