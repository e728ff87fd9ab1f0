"""What a way of tuning can do. Each step may be repeated: it finds what it made before."""

from __future__ import annotations

from typing import Protocol

from braid.aws.tuning.states import ItemState, JobState
from braid.domain.errors import PendingError, RefusedByServiceError
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import Evaluation
from lambdas.tuning.runs.run import Run

__all__ = ["TuningWay", "made_by", "ready"]


class TuningWay(Protocol):
    """The steps after the approval. All raise the service errors, and ``PendingError`` where one waits."""

    def submit(self, plan: TuningPlan, run: Run) -> None:
        """Begins to train."""

    def collect(self, plan: TuningPlan) -> str:
        """The ARN of what the finished job made."""

    def import_model(self, plan: TuningPlan, made: str) -> str:
        """The ARN of the custom model, once it is ready."""

    def open_evaluation(self, plan: TuningPlan, run: Run, model_arn: str) -> None:
        """Makes both models answer the evaluation's questions."""

    def evaluate(self, plan: TuningPlan, run: Run) -> Evaluation:
        """Both models' answers, compared."""

    def deploy(self, plan: TuningPlan, model_arn: str) -> str:
        """The ARN that calls name from now on, once it answers."""

    def smoke_test(self, plan: TuningPlan, run: Run, serving_arn: str) -> str:
        """Asks the deployed model once and says what it answered."""


def made_by(job: JobState | None, called: str) -> str:
    """What the job made. Raises ``PendingError`` while it runs, ``RefusedByServiceError`` if it failed."""
    if job is None:
        raise RefusedByServiceError(f"the {called} is gone: somebody deleted it")
    if job.status in ("running", "stopping"):
        raise PendingError(f"the {called} is {job.status}")
    if job.status != "completed":
        raise RefusedByServiceError(f"the {called} {job.status}: {job.message or 'no reason was given'}")
    return job.made


def ready(item: ItemState | None, called: str) -> str:
    """The ARN of what is ready. Raises ``PendingError`` while it is made, ``RefusedByServiceError`` else."""
    if item is None:
        raise RefusedByServiceError(f"the {called} is gone: somebody deleted it")
    if item.status == "creating":
        raise PendingError(f"the {called} is being created")
    if item.status != "ready":
        raise RefusedByServiceError(f"the {called} failed: {item.message or 'no reason was given'}")
    return item.arn
