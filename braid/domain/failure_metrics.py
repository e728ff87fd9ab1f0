"""The metrics that functions write when something fails, which alarms watch; none without a failure."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["FAILURE_NAMESPACE", "FailureMetric"]

FAILURE_NAMESPACE = "Braid"


class FailureMetric(StrEnum):
    """Each has one dimension, ``deployment``: CloudWatch bills every set of dimensions by itself."""

    DENIED_REQUESTS = "DeniedRequests"
    """A service refused the role, the account or its quota."""
    THROTTLED_STEPS = "ThrottledSteps"
    """A step ended its try because a service throttles."""
    TIMED_OUT_EXECUTIONS = "TimedOutExecutions"
    """An execution ran longer than its machine allows."""
    PASSED_DEADLINES = "PassedDeadlines"
    """A review ended because nobody decided in time."""
    SPENT_BUDGETS = "SpentBudgets"
    """An asset waits because the day's money is spent or reserved."""
    RETIRING_MODELS = "RetiringModels"
    """How many models in use end within 90 days."""
    DRIFTED_MEASURES = "DriftedMeasures"
    """How many measures of quality moved away from their baseline."""
