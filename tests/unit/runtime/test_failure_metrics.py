"""What fails is counted where it fails, under the name and the deployment that alarms watch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from braid.aws.service_errors import service_errors
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidInputError,
    PendingError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.failure_metrics import FAILURE_NAMESPACE, FailureMetric
from braid.runtime.handler import handles
from braid.runtime.metrics import count_failure
from braid.runtime.retries import Availability, Retries
from local.services.cloudwatch.embedded_metrics import points_in
from tests.doubles.lambda_context import CONTEXT

Counted = list[tuple[str, float]]


@dataclass(frozen=True)
class Nothing:
    """Neither settings nor a request."""


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "braid-dev-vision")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "vision")


def counted(capsys: pytest.CaptureFixture[str]) -> Counted:
    """What alarms of this deployment see of what was written."""
    found: Counted = []
    for line in capsys.readouterr().out.splitlines():
        for metric, point, _unit in points_in(line, at=0.0):
            assert metric.namespace == FAILURE_NAMESPACE
            assert metric.dimensions == {("deployment", "braid-dev")}
            found.append((metric.name, point.sum))
    return found


@pytest.mark.parametrize(
    ("error", "metrics"),
    [
        (AccessDeniedError("s3:GetObject: no"), [("DeniedRequests", 1.0)]),
        (ThrottledError("slow down"), [("ThrottledSteps", 1.0)]),
        (ServiceUnavailableError("500"), []),
        (InvalidInputError("ours"), []),
        (PendingError("not yet"), []),
    ],
)
def test_an_error_that_ends_a_step_is_counted(
    error: BraidError, metrics: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    def step(_request: Nothing, _settings: Nothing) -> Any:
        raise error

    step.__module__ = "lambdas.vision.handler"
    with pytest.raises(type(error)):
        handles(Nothing, Nothing)(step)({}, CONTEXT)
    assert counted(capsys) == metrics


@pytest.mark.parametrize(
    ("error", "metrics"),
    [
        (AccessDeniedError("no"), [("DeniedRequests", 1.0)]),
        (UnsupportedError("not in Welsh"), []),
        (ThrottledError("past all patience"), [("ThrottledSteps", 1.0)]),
    ],
)
def test_an_operation_that_goes_missing_is_counted(
    error: BraidError, metrics: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    with Availability(Retries()).wanted("rekognition:DetectFaces"):
        raise error
    assert counted(capsys) == metrics


def test_what_a_region_does_not_offer_is_missing_and_rings_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody could allow it: it is neither a denial nor a refusal that nobody foresaw."""
    answer = {"Error": {"Code": "UnknownOperationException", "Message": "not supported in the called region"}}
    availability = Availability(Retries())
    with (
        availability.wanted("comprehend:DetectToxicContent"),
        service_errors("comprehend:DetectToxicContent"),
    ):
        raise ClientError(answer, "DetectToxicContent")
    assert [each.operation for each in availability.missing] == ["comprehend:DetectToxicContent"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("metric", FailureMetric)
def test_every_metric_says_whose_it_is(metric: FailureMetric, capsys: pytest.CaptureFixture[str]) -> None:
    count_failure(metric, 3, asset_id="talk-1")
    assert counted(capsys) == [(metric.value, 3.0)]
