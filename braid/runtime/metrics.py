"""Metrics as embedded metric format: lines in the log, of which CloudWatch makes metrics by itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from braid.domain.errors import AccessDeniedError, BraidError, ThrottledError
from braid.domain.failure_metrics import FAILURE_NAMESPACE, FailureMetric

if TYPE_CHECKING:
    from braid.domain.generation.quality import Drift
    from braid.domain.profile.sections.targets import MissedTarget

__all__ = ["count_error", "count_failure", "count_missed_target", "count_refusal", "report_drift"]


def count_missed_target(profile: str, missed: MissedTarget) -> None:
    """Counts ``MissedTargets`` by profile and target. Without a miss nothing is paid."""
    _count("MissedTargets", profile=profile, target=missed.target, details=_of_target(missed))


def count_refusal(operation: str) -> None:
    """Counts ``RefusedRequests`` by operation: a 4xx that nobody foresaw. Without one nothing is paid."""
    _count("RefusedRequests", operation=operation, details={})


def count_failure(metric: FailureMetric, value: int = 1, **details: str) -> None:
    """Counts a failure that an alarm watches, by deployment; ``details`` stand beside it in the log."""
    _count(metric, value, deployment=_deployment(), details=details)


def count_error(error: BraidError) -> None:
    """Counts an error that ends a step's try, where an alarm watches its kind."""
    if isinstance(error, AccessDeniedError):
        count_failure(FailureMetric.DENIED_REQUESTS)
    elif isinstance(error, ThrottledError):
        count_failure(FailureMetric.THROTTLED_STEPS)


def _count(name: str, value: float = 1, *, details: dict[str, str], **dimensions: str) -> None:
    # Imported where it is needed: ten milliseconds of every cold start, for what should hardly ever happen.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=FAILURE_NAMESPACE) as metric:
        # Else the function's name is a dimension too: CloudWatch has no metric under the others alone then.
        metric.service = ""
        for key, given in dimensions.items():
            metric.add_dimension(name=key, value=given)
        for key, given in details.items():
            metric.add_metadata(key=key, value=given)


def _of_target(missed: MissedTarget) -> dict[str, str]:
    return {"wanted": str(missed.wanted), "measured": str(missed.value)}


def _deployment() -> str:
    """A function is named ``<deployment>-<name>``, and logs under its name alone."""
    name = os.environ.get("POWERTOOLS_SERVICE_NAME", "")
    return os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "").removesuffix(f"-{name}") or "unknown"


def report_drift(deployment: str, drift: Drift) -> None:
    """Reports ``GenerationDrift`` by deployment and measure: the index by its threshold, moved from 1 on."""
    details = {"index": str(drift.index), "values": str(drift.count)}
    ratio = round(drift.ratio, 4)
    _count("GenerationDrift", ratio, deployment=deployment, measure=drift.measure, details=details)
