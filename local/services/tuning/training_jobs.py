"""SageMaker's training jobs, of which one kind can run here: serverless fine-tuning of Nova by LoRA.

A job of a container or of instances needs hardware that a laptop hasn't, and is refused. What a job makes is
a model package, from which Bedrock makes a custom model.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.engines.pool import EnginePool
from local.services.protocol import Caller, Objects, Service, ServiceError
from local.services.tuning.shelf import Shelf, now
from local.services.tuning.training import StoppedError, Trainer, TrainingFailedError

__all__ = ["build_service"]

logger = logging.getLogger("braid.services")

_BASE = re.compile(r"(?:.*/)?(?P<name>nova-textgeneration-(?:micro|lite|pro)(?:-v2)?)(?:/[\d.]+)?$")
_MODEL_IDS = {
    "nova-textgeneration-micro": "amazon.nova-micro-v1:0",
    "nova-textgeneration-lite": "amazon.nova-lite-v1:0",
    "nova-textgeneration-pro": "amazon.nova-pro-v1:0",
    "nova-textgeneration-lite-v2": "amazon.nova-2-lite-v1:0",
}
# The names of the recipes' keys; as hyperparameters of a serverless job they aren't documented (unverified).
_BOUNDS = {"max_epochs": (1, 5, 2), "global_batch_size": (16, 64, 32), "learning_rate": (1e-6, 1e-4, 1e-5)}
_MAX_RUNTIME_SECONDS = 86_400


@dataclass
class _Job:
    arn: str
    asked: Mapping[str, Any]
    base_model_id: str
    hyperparameters: dict[str, float]
    caller: Caller
    created: datetime = field(default_factory=now)
    status: str = "InProgress"
    ended: datetime | None = None
    failure: str = ""
    package_arn: str = ""
    tokens: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """Unique in the account."""
        return str(self.asked["TrainingJobName"])

    def summary(self) -> dict[str, Any]:
        """The job as it is listed."""
        ended = {"TrainingEndTime": self.ended} if self.ended else {}
        secondary = {"InProgress": "Training"}.get(self.status, self.status)
        return {
            "TrainingJobName": self.name,
            "TrainingJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.ended or self.created,
            "TrainingJobStatus": self.status,
            "SecondaryStatus": secondary,
            **ended,
        }

    def told(self) -> dict[str, Any]:
        """The job as DescribeTrainingJob tells it."""
        asked = ("HyperParameters", "RoleArn", "InputDataConfig", "OutputDataConfig", "ServerlessJobConfig")
        return {
            **self.summary(),
            **{name: self.asked[name] for name in (*asked, "ModelPackageConfig") if name in self.asked},
            "ModelArtifacts": {"S3ModelArtifacts": _folder(self.asked)},
            "StoppingCondition": self.asked.get("StoppingCondition")
            or {"MaxRuntimeInSeconds": _MAX_RUNTIME_SECONDS},
            **({"FailureReason": self.failure} if self.failure else {}),
            **({"OutputModelPackageArn": self.package_arn} if self.package_arn else {}),
        }


def build_service(objects: Objects, engines: EnginePool, shelf: Shelf) -> Service:
    """The operations; all others of SageMaker aren't here."""
    jobs = _Jobs(objects, engines, shelf)
    operations = {
        "CreateTrainingJob": jobs.create,
        "DescribeTrainingJob": jobs.describe,
        "ListTrainingJobs": jobs.list,
        "StopTrainingJob": jobs.stop,
        "DeleteTrainingJob": jobs.delete,
        "ListModelPackages": jobs.list_packages,
        "DeleteModelPackage": jobs.delete_package,
        # Nothing of these can be made here, and deleting or listing them is right all the same.
        "ListEndpoints": lambda _request, _caller: {"Endpoints": []},
        "ListEndpointConfigs": lambda _request, _caller: {"EndpointConfigs": []},
        "ListModels": lambda _request, _caller: {"Models": []},
        "ListClusters": lambda _request, _caller: {"ClusterSummaries": []},
        "DeleteEndpoint": _never_there("endpoint", "EndpointName"),
        "DeleteEndpointConfig": _never_there("endpoint configuration", "EndpointConfigName"),
        "DeleteModel": _never_there("model", "ModelName"),
    }
    return Service("sagemaker", operations)


class _Jobs:
    def __init__(self, objects: Objects, engines: EnginePool, shelf: Shelf) -> None:
        self._objects, self._engines, self._shelf = objects, engines, shelf
        self._jobs: dict[str, _Job] = {}
        self._packages: dict[str, tuple[str, datetime]] = {}  # group and moment by ARN
        self._versions: Counter[str] = Counter()  # the last one of each group: none is given twice

    def create(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Checks the request as SageMaker does and begins to train."""
        base_model_id, hyperparameters = _checked(request)
        name = str(request["TrainingJobName"])
        with self._shelf.lock:
            if name in self._jobs:
                raise ServiceError("ResourceInUse", f"Training job names must be unique: {name} is taken")
            arn = f"arn:aws:sagemaker:{caller.region}:{caller.account_id}:training-job/{name}"
            job = self._jobs[name] = _Job(arn, dict(request), base_model_id, hyperparameters, caller)
        threading.Thread(target=self._run, args=(job,), name="training", daemon=True).start()
        return {"TrainingJobArn": arn}

    def describe(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """By name."""
        return self._job(request).told()

    def list(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """The oldest first, unless they are asked for in descending order."""
        part, status = str(request.get("NameContains", "")), request.get("StatusEquals")
        order = -1 if request.get("SortOrder") == "Descending" else 1
        jobs = [
            job.summary()
            for job in list(self._jobs.values())[::order]
            if part in job.name and status in (None, job.status)
        ]
        return {"TrainingJobSummaries": jobs[: int(request.get("MaxResults", 100))]}

    def stop(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Asks a running job to stop."""
        job = self._job(request)
        with self._shelf.lock:
            if job.status not in ("InProgress", "Stopping"):
                raise ServiceError(
                    "ValidationException",
                    f"The request was rejected because the training job is {job.status}",
                )
            job.status = "Stopping"
        job.stopping.set()
        return {}

    def delete(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Only what has ended."""
        job = self._job(request)
        if job.status in ("InProgress", "Stopping"):
            raise ServiceError("ResourceInUse", f"The training job {job.name} is {job.status}")
        self._jobs.pop(job.name, None)
        return {}

    def list_packages(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Those of a group, or all."""
        group = request.get("ModelPackageGroupName")
        listed = [
            {
                "ModelPackageArn": arn,
                "ModelPackageGroupName": name,
                "CreationTime": created,
                "ModelPackageStatus": "Completed",
                "ModelPackageVersion": int(arn.rpartition("/")[2]),
            }
            for arn, (name, created) in reversed(list(self._packages.items()))
            if group
            in (None, name, f"{arn.rpartition('/')[0]}".replace("model-package/", "model-package-group/"))
        ]
        return {"ModelPackageSummaryList": listed[: int(request.get("MaxResults", 100))]}

    def delete_package(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """By ARN."""
        arn = str(request["ModelPackageName"])
        with self._shelf.lock:
            if self._packages.pop(arn, None) is None:
                raise ServiceError("ValidationException", f"ModelPackage {arn} does not exist.")
            self._shelf.packages.pop(arn, None)
        return {}

    def _job(self, request: Mapping[str, Any]) -> _Job:
        name = str(request["TrainingJobName"])
        if name not in self._jobs:
            raise ServiceError("ResourceNotFound", f"Requested resource not found: {name}")
        return self._jobs[name]

    def _run(self, job: _Job) -> None:
        status, failure, trained = "Failed", "", None
        try:
            objects = self._objects.as_role(str(job.asked["RoleArn"]))
            trainer = Trainer(objects, self._engines, job.caller, job.stopping.is_set)
            channels = {item["ChannelName"]: item for item in job.asked["InputDataConfig"]}
            validation = channels.get("validation")
            trained = trainer.train_texts(
                job.base_model_id,
                _channel_uri(channels["train"]),
                _channel_uri(validation) if validation else None,
                job.hyperparameters,
            )
            trainer.write_curve(
                trained.weights.curve, _folder(job.asked), validation_folder="validation_artifacts/"
            )
            status = "Completed"
        except StoppedError:
            status = "Stopped"
        except (TrainingFailedError, ServiceError) as error:
            failure = f"ClientError: {error}"
        except Exception as error:  # a defect of the service: the job must not hang, and the log has it
            logger.exception("training job %s failed", job.name)
            failure = f"InternalServerError: {type(error).__name__}"
        with self._shelf.lock:
            if trained is not None and status == "Completed" and not job.stopping.is_set():
                job.package_arn = self._keep_package(job)
                self._shelf.packages[job.package_arn] = trained
            job.status = "Stopped" if job.stopping.is_set() else status
            job.failure, job.ended = failure, now()

    def _keep_package(self, job: _Job) -> str:
        group_arn = str(job.asked["ModelPackageConfig"]["ModelPackageGroupArn"])
        group = group_arn.rpartition("/")[2]
        self._versions[group] += 1
        arn = f"{group_arn.replace(':model-package-group/', ':model-package/')}/{self._versions[group]}"
        self._packages[arn] = (group, now())
        return arn


def _checked(request: Mapping[str, Any]) -> tuple[str, dict[str, float]]:
    """The base model's id and the hyperparameters. Raises ``ServiceError``, whose code SageMaker's is."""
    serverless = request.get("ServerlessJobConfig")
    if serverless is None:
        raise _refused(
            "This machine has no instances of SageMaker: a training job needs ServerlessJobConfig here."
        )
    wanted = (serverless.get("JobType"), serverless.get("CustomizationTechnique"), serverless.get("Peft"))
    if wanted != ("FineTuning", "SFT", "LORA"):
        raise _refused(f"Here a serverless job is FineTuning by SFT with LORA, not {wanted}")
    if not serverless.get("AcceptEula"):
        raise _refused("The model's licence has to be accepted: AcceptEula must be true")
    if "ModelPackageConfig" not in request:
        raise _refused("A serverless job needs ModelPackageConfig: its model is kept as a model package")
    known = _BASE.fullmatch(str(serverless["BaseModelArn"]))
    if known is None:
        raise _refused(f"{serverless['BaseModelArn']} is no base model that can be tuned here")
    channels = [item["ChannelName"] for item in request.get("InputDataConfig") or []]
    if "train" not in channels:
        raise _refused("InputDataConfig needs a channel named train")
    given = dict(request.get("HyperParameters") or {})
    if unknown := sorted(set(given) - set(_BOUNDS)):
        raise _refused(f"Unknown hyperparameters: {', '.join(unknown)}")
    values: dict[str, float] = {}
    for name, (least, most, usual) in _BOUNDS.items():
        try:
            values[name] = float(given.get(name, usual))
        except ValueError as error:
            raise _refused(f"{name} must be a number, not {given[name]!r}") from error
        if not least <= values[name] <= most:
            raise _refused(f"{name} must be from {least:g} to {most:g}, not {given[name]}")
    return _MODEL_IDS[known["name"]], {
        "epochs": values["max_epochs"],
        "batch_size": values["global_batch_size"],
        "learning_rate": values["learning_rate"],
    }


def _refused(message: str) -> ServiceError:
    # SageMaker's model documents few errors; ValidationException is what it answers to what it can't take.
    return ServiceError("ValidationException", message)


def _channel_uri(channel: Mapping[str, Any]) -> str:
    return str(channel["DataSource"]["S3DataSource"]["S3Uri"])


def _folder(asked: Mapping[str, Any]) -> str:
    return f"{str(asked['OutputDataConfig']['S3OutputPath']).rstrip('/')}/{asked['TrainingJobName']}/output/"


def _never_there(kind: str, member: str) -> Any:
    def refuse(request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        raise ServiceError("ValidationException", f"Could not find {kind} {request[member]!r}.")

    return refuse
