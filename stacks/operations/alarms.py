"""What can fail, and how it is noticed: one table of failures, from which alarms and the dashboard are made.

Every row names the heading of docs/operating.md that says what to do. An alarm costs $0.10 a month for each
metric that it reads, which is why each row reads as few as it can.
https://aws.amazon.com/cloudwatch/pricing/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.failure_metrics import FAILURE_NAMESPACE, FailureMetric

__all__ = ["FAILURES", "MACHINES_WATCHED", "Failure", "Measure", "failures_of"]

_FIVE_MINUTES, _HOUR, _DAY = 300, 3600, 86_400
# By what a metric may be of: its namespace, and the one dimension that it is asked with.
_KINDS = {
    "deployment": (FAILURE_NAMESPACE, "deployment"),
    "queue": ("AWS/SQS", "QueueName"),
    "machine": ("AWS/States", "StateMachineArn"),
    "function": ("AWS/Lambda", "FunctionName"),
}
# How often Lambda calls a function with one event that it keeps failing at.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_TRIES = 3


@dataclass(frozen=True)
class Measure:
    """A metric, and whose.

    ``of`` is ``deployment``, ``queue:<role>``, ``machine:<name>`` or ``function:<name>``.
    """

    metric: str
    of: str
    statistic: str = "Sum"

    @property
    def namespace(self) -> str:
        """Where the service that it is of puts its metrics."""
        return _KINDS[self.of.partition(":")[0]][0]

    @property
    def dimension(self) -> str:
        """The one dimension it is asked with."""
        return _KINDS[self.of.partition(":")[0]][1]


@dataclass(frozen=True)
class Failure:
    """A kind of failure: in which stack it may happen, what shows it, and from where on it is one.

    ``name`` is the alarm's, after the deployment's, and the heading of its runbook. Where ``expression``
    (metric math over the ids in ``measures``) is empty, there is one measure. The alarm rings once ``needed``
    of the last ``evaluated`` periods reach ``threshold``; a period without data is a good one.
    """

    name: str
    says: str
    stack: str
    measures: dict[str, Measure]
    threshold: float = 1
    expression: str = ""
    period_seconds: int = _FIVE_MINUTES
    evaluated: int = 1
    needed: int = 1

    @property
    def runbook(self) -> str:
        """Where it stands what to do."""
        return f"docs/operating.md#{self.name}"


def _counted(name: str, says: str, stack: str, metric: str, of: str) -> Failure:
    """A failure that happens once is one."""
    return Failure(name, says, stack, {"m": Measure(metric, of)})


def _waiting(name: str, says: str, stack: str) -> Failure:
    """A message that lies in a dead-letter queue rings until it is gone."""
    visible = Measure("ApproximateNumberOfMessagesVisible", "queue:dead-letters", "Maximum")
    return Failure(name, says, stack, {"m": visible})


def _written(name: str, says: str, metric: FailureMetric, stack: str = "pipeline") -> Failure:
    """A failure that a function writes into its log."""
    return _counted(name, says, stack, metric.value, "deployment")


_QUEUE = "queue:inbox"
_ANALYZE = "machine:analyze-asset"

FAILURES: tuple[Failure, ...] = (
    _waiting("dead-letters", "events or ends of executions that could not be handled", "pipeline"),
    Failure(
        "old-messages",
        "a file has waited for half an hour without being looked at",
        "pipeline",
        {"m": Measure("ApproximateAgeOfOldestMessage", _QUEUE, "Maximum")},
        threshold=1800,
        evaluated=3,
        needed=3,
    ),
    _counted("failed-assets", "the analysis of a file failed", "pipeline", "ExecutionsFailed", _ANALYZE),
    _counted(
        "failed-posts-files",
        "a file of posts could not be judged",
        "pipeline",
        "ExecutionsFailed",
        "machine:moderate-posts",
    ),
    _written(
        "stalled-executions",
        "an execution ran longer than its machine allows and was stopped",
        FailureMetric.TIMED_OUT_EXECUTIONS,
    ),
    Failure(
        "stalled-dispatch",
        "files wait, and none was begun for two hours",
        "pipeline",
        {
            "waiting": Measure("ApproximateNumberOfMessagesDelayed", _QUEUE, "Maximum"),
            "started": Measure("ExecutionsStarted", _ANALYZE),
        },
        expression="IF(FILL(waiting, 0) > 0 AND FILL(started, 0) == 0, 1, 0)",
        evaluated=24,
        needed=24,
    ),
    _written(
        "denied-requests",
        "a service refused the role, the account or its quota: results lack what it gives",
        FailureMetric.DENIED_REQUESTS,
    ),
    _written(
        "passed-deadlines", "a review ended because nobody decided in time", FailureMetric.PASSED_DEADLINES
    ),
    _written("spent-budget", "files wait: the day's money is spent or reserved", FailureMetric.SPENT_BUDGETS),
    Failure(
        "throttled-services",
        "more tries of steps were throttled than files were begun in an hour",
        "pipeline",
        {
            "throttled": Measure(FailureMetric.THROTTLED_STEPS.value, "deployment"),
            "started": Measure("ExecutionsStarted", _ANALYZE),
        },
        # A few throttles are ordinary and wait by themselves: a share says something from twenty on.
        expression="IF(throttled >= 20, throttled / (throttled + FILL(started, 0)), 0)",
        threshold=0.5,
        period_seconds=_HOUR,
    ),
    Failure(
        "retiring-models",
        "a model in use ends within 90 days",
        "operations",
        {"m": Measure(FailureMetric.RETIRING_MODELS.value, "deployment")},
        period_seconds=_DAY,
    ),
    Failure(
        "quality-drift",
        "confidence, blocks, failed checks, escalations or languages moved away from their baseline",
        "operations",
        {"m": Measure(FailureMetric.DRIFTED_MEASURES.value, "deployment")},
        period_seconds=_DAY,
    ),
    Failure(
        "failed-daily-look",
        "the daily look for retiring models and drifting quality failed at each of its tries",
        "operations",
        {"m": Measure("Errors", "function:watching")},
        threshold=_TRIES,
        period_seconds=_DAY,
    ),
    _waiting("unindexed-assets", "ended files could not be indexed: search doesn't find them", "search"),
    _waiting("uncatalogued-assets", "ended files are missing in the tables for SQL", "data-catalog"),
    _waiting("unerased-assets", "files were deleted, and what is kept of them could not be", "erasing"),
    _counted(
        "failed-generations",
        "a picture or a video could not be made",
        "generation",
        "ExecutionsFailed",
        "machine:generate-content",
    ),
    _counted(
        "failed-tunings",
        "a tuning run failed; what it made was to be taken down",
        "tuning",
        "ExecutionsFailed",
        "machine:customize-model",
    ),
)
MACHINES_WATCHED = frozenset(
    measure.of.removeprefix("machine:")
    for failure in FAILURES
    for measure in failure.measures.values()
    if measure.of.startswith("machine:") and measure.metric == "ExecutionsFailed"
)


def failures_of(stack: str) -> Sequence[Failure]:
    """The rows of one stack, by its name after the deployment's."""
    return [failure for failure in FAILURES if failure.stack == stack]
