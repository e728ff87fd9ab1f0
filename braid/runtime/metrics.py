"""Metrics as embedded metric format: lines in the log, of which CloudWatch makes metrics by itself."""

from __future__ import annotations

from braid.domain.generation.quality import Drift
from braid.domain.profile.sections.targets import MissedTarget

__all__ = ["DRIFT_METRIC", "NAMESPACE", "count_missed_target", "count_refusal", "report_drift"]

NAMESPACE = "Braid"
# From 1 on the measure has moved; by deployment and measure.
DRIFT_METRIC = "GenerationDrift"


def count_missed_target(profile: str, missed: MissedTarget) -> None:
    """Counts ``MissedTargets`` by profile and target. Without a miss nothing is paid."""
    # Imported where it is needed: ten milliseconds of every cold start, for what should hardly ever happen.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name="MissedTargets", unit=MetricUnit.Count, value=1, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="profile", value=profile)
        metric.add_dimension(name="target", value=missed.target)
        metric.add_metadata(key="wanted", value=missed.wanted)
        metric.add_metadata(key="measured", value=missed.value)


def count_refusal(operation: str) -> None:
    """Counts ``RefusedRequests`` by operation: a 4xx that nobody foresaw. Without one nothing is paid."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # as above

    with single_metric(name="RefusedRequests", unit=MetricUnit.Count, value=1, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="operation", value=operation)


def report_drift(deployment: str, drift: Drift) -> None:
    """Reports ``GenerationDrift`` by deployment and measure: the index by its threshold."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # as above

    with single_metric(
        name=DRIFT_METRIC, unit=MetricUnit.NoUnit, value=round(drift.ratio, 4), namespace=NAMESPACE
    ) as metric:
        metric.add_dimension(name="deployment", value=deployment)
        metric.add_dimension(name="measure", value=drift.measure)
        metric.add_metadata(key="index", value=drift.index)
        metric.add_metadata(key="values", value=drift.count)
