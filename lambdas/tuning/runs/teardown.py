"""Deletes what a run made and what costs money, in the only order that services allow; again does no harm.

Jobs stop first, then goes what serves (throughput, deployment, endpoint, its configuration, its model), then
the custom model, then the model package it came from, and last the switch that would have called this. Names
follow from the run's id: what a step made and could not say is found too.
"""

from __future__ import annotations

from collections.abc import Callable

from braid.aws.tuning.custom_models import CustomModelService
from braid.aws.tuning.states import JobState
from braid.aws.tuning.training_jobs import TrainingJobService
from braid.domain.errors import PendingError
from braid.domain.json_text import parse_json
from lambdas.tuning.ways.titan_image import BATCHES

__all__ = ["ORDER", "plain_reason", "tear_down"]

ORDER = (
    "training job",
    "customization job",
    "batch jobs",
    "provisioned throughput",
    "deployment",
    "endpoint",
    "endpoint configuration",
    "model of the endpoint",
    "custom model",
    "model package",
    "switch",
)


def tear_down(
    run_id: str,
    *,
    models: CustomModelService,
    jobs: TrainingJobService,
    disarm: Callable[[], None],
    keep_model: bool = False,
) -> list[str]:
    """What was deleted, in order; with ``keep_model`` only what serves the model.

    Raises ``PendingError`` while something has to end before the next can go. Other service errors come as
    they are: the switch stays armed, and the state machine tries again.
    """
    done: list[str] = []
    package = _end(jobs.job(run_id), lambda: jobs.stop(run_id), "training job", done)
    _end(
        models.customization_job(run_id), lambda: models.stop_customization(run_id), "customization job", done
    )
    for name in BATCHES:
        batch = models.batch_job(f"{run_id}-{name}")
        if batch is not None:
            _end(batch, lambda arn=batch.arn: models.stop_batch(arn), "batch jobs", done)  # type: ignore[misc]  # a default binds it
    steps: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("provisioned throughput", models.delete_throughput),
        ("deployment", models.delete_deployment),
        ("endpoint", jobs.delete_endpoint),
        ("endpoint configuration", jobs.delete_endpoint_config),
        ("model of the endpoint", jobs.delete_model),
    )
    for called, delete in steps:
        if delete(run_id):
            done.append(called)
    if not keep_model and models.delete_model(run_id):
        done.append("custom model")
    if package and not keep_model and jobs.delete_package(package):
        done.append("model package")
    disarm()
    return done


def plain_reason(reason: str) -> str:
    """What Step Functions keeps of a failure (``Error``, ``Cause``, in it a function's own error) in words.

    A timeout has no cause; a reason that is words already stays as it is.
    """
    try:
        value = parse_json(reason)
    except ValueError:
        return reason
    if not isinstance(value, dict):
        return reason
    if "Error" in value or "Cause" in value:
        error = str(value.get("Error", ""))
        said = plain_reason(str(value.get("Cause") or ""))
        return f"{error}: {said}" if said else error
    return str(value.get("errorMessage", reason))


def _end(job: JobState | None, stop: Callable[[], None], called: str, done: list[str]) -> str:
    """Stops a running job and waits for its end; what a finished one made."""
    if job is None:
        return ""
    if job.status == "running":
        stop()
        done.append(called)
    if job.status in ("running", "stopping"):
        raise PendingError(f"the {called} is being stopped")
    return job.made
