"""Bedrock's model customization jobs, for Titan Multimodal Embeddings: the picture adapter is trained.

Nova is customised here as on AWS by SageMaker's serverless jobs (``training_jobs``); its own jobs of Bedrock
are taken too and train the text head.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.engines.pool import EnginePool
from local.services.protocol import Caller, Objects, Operation, ServiceError
from local.services.tuning.shelf import CustomModel, Shelf, new_id, now, page, resource_arn
from local.services.tuning.training import StoppedError, Trainer, TrainingFailedError

__all__ = ["CustomizationJobs"]

logger = logging.getLogger("braid.services")


@dataclass(frozen=True)
class _Limits:
    """What a base model takes: the least, the most and what stands without a word, by hyperparameter."""

    trains: str
    bounds: Mapping[str, tuple[float, float, float]]


# https://docs.aws.amazon.com/bedrock/latest/userguide/custom-models-hp.html
_BASES: Mapping[str, _Limits] = {
    "amazon.titan-embed-image-v1:0": _Limits(
        "pictures",
        {"epochCount": (1, 100, 5), "batchSize": (256, 9216, 576), "learningRate": (5e-8, 1, 5e-5)},
    ),
    **{
        f"amazon.nova-{size}-v1:0:{context}": _Limits(
            "texts",
            {
                "epochCount": (1, 5, 2),
                "learningRate": (1e-6, 1e-4, 1e-5),
                "learningRateWarmupSteps": (0, 100, 10),
            },
        )
        for size, context in (("micro", "128k"), ("lite", "300k"), ("pro", "300k"))
    },
}
_NOVA_BATCH = 32


@dataclass
class _Job:
    arn: str
    asked: Mapping[str, Any]
    base: str
    hyperparameters: dict[str, str]
    caller: Caller
    created: datetime = field(default_factory=now)
    status: str = "InProgress"
    details: dict[str, Any] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def summary(self) -> dict[str, Any]:
        """The job as it is listed."""
        return {
            "jobArn": self.arn,
            "baseModelArn": f"arn:aws:bedrock:{self.caller.region}::foundation-model/{self.base}",
            "jobName": self.asked["jobName"],
            "status": self.status,
            "creationTime": self.created,
            "customModelName": self.asked["customModelName"],
            "customizationType": self.asked.get("customizationType", "FINE_TUNING"),
            **(
                {"customModelArn": self.details["outputModelArn"]} if "outputModelArn" in self.details else {}
            ),
            **{name: self.details[name] for name in ("lastModifiedTime", "endTime") if name in self.details},
        }

    def told(self) -> dict[str, Any]:
        """The job as GetModelCustomizationJob tells it."""
        listed = self.summary()
        return {
            **{
                name: listed[name] for name in ("jobArn", "jobName", "status", "creationTime", "baseModelArn")
            },
            "customizationType": listed["customizationType"],
            "outputModelName": self.asked["customModelName"],
            "roleArn": self.asked["roleArn"],
            "hyperParameters": self.hyperparameters,
            "trainingDataConfig": self.asked["trainingDataConfig"],
            "validationDataConfig": self.asked.get("validationDataConfig") or {"validators": []},
            "outputDataConfig": self.asked["outputDataConfig"],
            **self.details,
        }


class CustomizationJobs:
    """Create, get, list and stop; a job trains in a thread of its own."""

    def __init__(self, objects: Objects, engines: EnginePool, shelf: Shelf) -> None:
        self._objects, self._engines, self._shelf = objects, engines, shelf
        self._jobs: dict[str, _Job] = {}

    def operations(self) -> dict[str, Operation]:
        """By their names in the service model."""
        return {
            "CreateModelCustomizationJob": self.create,
            "GetModelCustomizationJob": self.get,
            "ListModelCustomizationJobs": self.list,
            "StopModelCustomizationJob": self.stop,
        }

    def create(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Checks the request as Bedrock does and begins to train."""
        base = str(request["baseModelIdentifier"]).rpartition("foundation-model/")[2]
        hyperparameters = _checked(base, request)
        with self._shelf.lock:
            for job in self._jobs.values():
                if request.get("clientRequestToken") and job.asked.get("clientRequestToken") == request.get(
                    "clientRequestToken"
                ):
                    return {"jobArn": job.arn}
                if job.asked["jobName"] == request["jobName"]:
                    raise ServiceError(
                        "ConflictException", f"There is a job named {request['jobName']} already"
                    )
            if any(model.name == request["customModelName"] for model in self._shelf.models.values()):
                raise ServiceError(
                    "ConflictException", f"There is a custom model named {request['customModelName']} already"
                )
            arn = resource_arn(caller, f"model-customization-job/{base}/{new_id()}")
            job = self._jobs[arn] = _Job(arn, dict(request), base, hyperparameters, caller)
        threading.Thread(target=self._run, args=(job,), name="customization", daemon=True).start()
        return {"jobArn": arn}

    def get(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """By ARN or name."""
        return self._job(str(request["jobIdentifier"])).told()

    def list(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """The newest first."""
        listed = page(request, (job.summary() for job in list(self._jobs.values())), "jobName")
        return {"modelCustomizationJobSummaries": listed}

    def stop(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Asks a running job to stop; what was trained is thrown away."""
        job = self._job(str(request["jobIdentifier"]))
        with self._shelf.lock:
            if job.status != "InProgress":
                raise ServiceError("ConflictException", f"The job is {job.status}: it can't be stopped")
            job.status = "Stopping"
        job.stopping.set()
        return {}

    def _job(self, identifier: str) -> _Job:
        for job in list(self._jobs.values()):
            if identifier in (job.arn, job.asked["jobName"], job.arn.rpartition("/")[2]):
                return job
        raise ServiceError("ResourceNotFoundException", f"Could not find the job {identifier}", status=404)

    def _run(self, job: _Job) -> None:
        status, details = "Failed", dict[str, Any]()
        try:
            details = self._train(job)
            status = "Completed"
        except StoppedError:
            status = "Stopped"
        except (TrainingFailedError, ServiceError) as error:
            details = {"failureMessage": str(error)}
        except Exception as error:  # a defect of the service: the job must not hang, and the log has it
            logger.exception("customization job %s failed", job.arn)
            details = {"failureMessage": f"internal error: {type(error).__name__}"}
        with self._shelf.lock:
            if job.stopping.is_set() and (made := details.pop("outputModelArn", None)):
                status = "Stopped"
                self._shelf.models.pop(made, None)
            job.details = {**details, "lastModifiedTime": now(), "endTime": now()}
            job.status = status

    def _train(self, job: _Job) -> dict[str, Any]:
        asked = job.asked
        objects = self._objects.as_role(str(asked["roleArn"]))
        trainer = Trainer(objects, self._engines, job.caller, job.stopping.is_set)
        validators = (asked.get("validationDataConfig") or {}).get("validators") or []
        train = trainer.train_pictures if _BASES[job.base].trains == "pictures" else trainer.train_texts
        trained = train(
            job.base,
            str(asked["trainingDataConfig"]["s3Uri"]),
            str(validators[0]["s3Uri"]) if validators else None,
            {
                "epochs": float(job.hyperparameters["epochCount"]),
                "batch_size": float(job.hyperparameters.get("batchSize", _NOVA_BATCH)),
                "learning_rate": float(job.hyperparameters["learningRate"]),
            },
        )
        job_id = job.arn.rpartition("/")[2]
        folder = f"{str(asked['outputDataConfig']['s3Uri']).rstrip('/')}/model-customization-job-{job_id}/"
        validation_folder = "validation_artifacts/post_fine_tuning_validation/validation/"
        trainer.write_curve(trained.weights.curve, folder, validation_folder=validation_folder)
        metrics: dict[str, Any] = {"trainingMetrics": {"trainingLoss": trained.training_loss}}
        if trained.validation_loss is not None:
            metrics["validationMetrics"] = [{"validationLoss": trained.validation_loss}]
        told = ("trainingDataConfig", "validationDataConfig", "outputDataConfig")
        source = {
            "jobName": asked["jobName"],
            "jobArn": job.arn,
            "customizationType": asked.get("customizationType", "FINE_TUNING"),
            "hyperParameters": job.hyperparameters,
            **{name: asked[name] for name in told if name in asked},
            **metrics,
        }
        arn = resource_arn(job.caller, f"custom-model/{job.base}/{new_id()}")
        with self._shelf.lock:
            self._shelf.models[arn] = CustomModel(
                arn, str(asked["customModelName"]), trained, self._shelf.clock(), source
            )
        return {"outputModelArn": arn, **metrics}


def _checked(base: str, request: Mapping[str, Any]) -> dict[str, str]:
    """The hyperparameters with what stands for those that weren't named.

    Raises ``ServiceError`` ValidationException for a base model that can't be customised or a value that it
    doesn't take.
    """
    limits = _BASES.get(base)
    if limits is None:
        known = ", ".join(_BASES)
        raise ServiceError(
            "ValidationException", f"The base model {base} can't be customised here; these can: {known}"
        )
    if request.get("customizationType", "FINE_TUNING") != "FINE_TUNING":
        raise ServiceError("ValidationException", f"{base} takes the customization type FINE_TUNING alone")
    given = dict(request.get("hyperParameters") or {})
    if unknown := sorted(set(given) - set(limits.bounds)):
        raise ServiceError("ValidationException", f"Unknown hyperparameters for {base}: {', '.join(unknown)}")
    told: dict[str, str] = {}
    for name, (least, most, usual) in limits.bounds.items():
        text = str(given.get(name, usual))
        try:
            value = usual if name == "epochCount" and text == "Auto" else float(text)
        except ValueError as error:
            raise ServiceError("ValidationException", f"{name} must be a number, not {text!r}") from error
        if not least <= value <= most:
            raise ServiceError(
                "ValidationException", f"{name} must be from {least:g} to {most:g}, not {text}"
            )
        told[name] = f"{value:g}"
    return told
