"""SageMaker's Processing jobs: the image's entry point as a process of this machine.

There are no containers here. The one image that is known is Braid's own, by its repository's name; what it
would hold lies in this repository, and its packages in this environment. An instance is a run of the
entry point, one after the other, and what SageMaker puts below ``/opt/ml/`` lies in a folder of the job's
own, which the arguments name instead.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.services.protocol import Caller, Objects, Operation, Roles, ServiceError

__all__ = ["build_operations"]

logger = logging.getLogger("braid.services")

_IMAGE = re.compile(r"[^/]+\.dkr\.ecr\.[^/]+/braid-[a-z0-9-]+-processing(?::[^/:]+)?")
_CODE = Path(__file__).resolve().parents[2]
_MOUNTED = "/opt/ml/"
_MESSAGE = "output/message"
_MAX_RUNTIME_SECONDS = 86_400
_MOST_CHARACTERS = 1024  # of ExitMessage and FailureReason


@dataclass
class _Job:
    arn: str
    asked: Mapping[str, Any]
    caller: Caller
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: str = "InProgress"
    started: datetime | None = None
    ended: datetime | None = None
    failure: str = ""
    message: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """Unique in the account."""
        return str(self.asked["ProcessingJobName"])

    def summary(self) -> dict[str, Any]:
        """The job as it is listed."""
        told = {
            "ProcessingJobName": self.name,
            "ProcessingJobArn": self.arn,
            "CreationTime": self.created,
            "LastModifiedTime": self.ended or self.started or self.created,
            "ProcessingJobStatus": self.status,
            "ProcessingEndTime": self.ended,
            "FailureReason": self.failure,
            "ExitMessage": self.message,
        }
        return {name: value for name, value in told.items() if value}

    def described(self) -> dict[str, Any]:
        """The job as DescribeProcessingJob says it."""
        members = (
            *("ProcessingInputs", "ProcessingOutputConfig", "ProcessingResources", "StoppingCondition"),
            *("AppSpecification", "Environment", "NetworkConfig", "RoleArn"),
        )
        started = {"ProcessingStartTime": self.started} if self.started else {}
        return {**self.summary(), **{key: self.asked[key] for key in members if key in self.asked}, **started}

    def kill(self) -> None:
        """Ends the process with all that it began."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)


def build_operations(objects: Objects, roles: Roles | None) -> dict[str, Operation]:
    """The operations on Processing jobs; without ``roles`` none can be created."""
    jobs = _Jobs(objects, roles)
    return {
        "CreateProcessingJob": jobs.create,
        "DescribeProcessingJob": lambda request, _caller: jobs.named(request).described(),
        "ListProcessingJobs": jobs.list,
        "StopProcessingJob": jobs.stop,
    }


class _Jobs:
    def __init__(self, objects: Objects, roles: Roles | None) -> None:
        self._objects, self._roles = objects, roles
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        atexit.register(self._end_all)

    def create(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Checks the request and begins to run the entry point."""
        if self._roles is None:
            raise _refused("nothing runs in a role's name here")
        _check(request)
        name = str(request["ProcessingJobName"])
        arn = f"arn:aws:sagemaker:{caller.region}:{caller.account_id}:processing-job/{name}"
        with self._lock:
            if name in self._jobs:
                raise ServiceError("ResourceInUse", f"Job name must be unique: {name} is taken")
            job = self._jobs[name] = _Job(arn, dict(request), caller)
        threading.Thread(target=self._run, args=(job, self._roles), name="processing", daemon=True).start()
        return {"ProcessingJobArn": arn}

    def named(self, request: Mapping[str, Any]) -> _Job:
        """The job of a request. Raises ``ServiceError`` ResourceNotFound."""
        name = str(request["ProcessingJobName"])
        if name not in self._jobs:
            raise ServiceError("ResourceNotFound", f"Could not find requested job with name: {name}")
        return self._jobs[name]

    def list(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """The oldest first, unless they are asked for in descending order."""
        part, status = str(request.get("NameContains", "")), request.get("StatusEquals")
        order = -1 if request.get("SortOrder") == "Descending" else 1
        jobs = [job for job in list(self._jobs.values())[::order] if part in job.name]
        found = [job.summary() for job in jobs if status in (None, job.status)]
        return {"ProcessingJobSummaries": found[: int(request.get("MaxResults", 10))]}

    def stop(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Ends a running job."""
        job = self.named(request)
        with self._lock:
            if job.status != "InProgress":
                raise _refused(f"The request was rejected because the processing job is {job.status}")
            job.status = "Stopping"
            job.kill()
        return {}

    def _end_all(self) -> None:
        for job in self._jobs.values():
            job.kill()

    def _run(self, job: _Job, roles: Roles) -> None:
        failure = ""
        job.started = datetime.now(UTC)
        with tempfile.TemporaryDirectory(prefix="processing-") as folder:
            try:
                failure = self._run_instances(job, roles, Path(folder))
            except ServiceError as error:
                failure = f"ClientError: {error}"
            except Exception as error:  # a defect of the service: the job must not hang, and the log has it
                logger.exception("processing job %s failed", job.name)
                failure = f"InternalServerError: {type(error).__name__}"
        with self._lock:
            job.ended = datetime.now(UTC)
            if job.status == "Stopping":
                job.status = "Stopped"
            else:
                job.status, job.failure = "Failed" if failure else "Completed", failure[:_MOST_CHARACTERS]

    def _run_instances(self, job: _Job, roles: Roles, folder: Path) -> str:
        """Runs every instance in turn; returns why the job failed, or nothing."""
        objects = self._objects.as_role(str(job.asked["RoleArn"]))
        count = int(job.asked["ProcessingResources"]["ClusterConfig"]["InstanceCount"])
        failure = ""
        for instance in range(count):
            root = folder / str(instance)
            (root / _MESSAGE).parent.mkdir(parents=True)
            self._fetch(job, objects, root, instance, count)
            said = self._run_process(job, roles, root)
            failure = failure or said
            message = root / _MESSAGE
            if message.is_file():
                job.message = message.read_text("utf-8", "replace")[:_MOST_CHARACTERS]
            self._deliver(job, objects, root, is_failed=bool(said))
        return failure

    def _run_process(self, job: _Job, roles: Roles, root: Path) -> str:
        named = job.asked["AppSpecification"]
        command = [*named["ContainerEntrypoint"], *named.get("ContainerArguments", ())]
        command = [sys.executable, *(_placed(part, root) for part in command[1:])]
        environment = {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            **job.asked.get("Environment", {}),
            **roles.environment(str(job.asked["RoleArn"]), "SageMaker"),
            "HOME": str(root),
            "TMPDIR": str(root),
        }
        limit = job.asked.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _MAX_RUNTIME_SECONDS)
        with self._lock:
            if job.status != "InProgress":
                return "stopped"
            job.process = subprocess.Popen(
                command, cwd=_CODE, env=environment, stderr=subprocess.PIPE, start_new_session=True
            )
        try:
            _, errors = job.process.communicate(timeout=float(limit))
        except subprocess.TimeoutExpired:
            with self._lock:
                job.status = "Stopping"
                job.kill()
            job.process.communicate()
            return "the job ran longer than MaxRuntimeInSeconds"
        if job.process.returncode == 0:
            return ""
        logger.warning("processing job %s: %s", job.name, errors.decode("utf-8", "replace")[-4000:])
        return f"AlgorithmError: See job logs for more information, exit code: {job.process.returncode}"

    def _fetch(self, job: _Job, objects: Objects, root: Path, instance: int, count: int) -> None:
        for channel in job.asked.get("ProcessingInputs", ()):
            given = channel["S3Input"]
            bucket, prefix = _place(given["S3Uri"])
            keys = sorted(key for key in objects.keys(job.caller, bucket, prefix) if not key.endswith("/"))
            if given.get("S3DataDistributionType") == "ShardedByS3Key":
                keys = keys[instance::count]
            folder = Path(_placed(given["LocalPath"], root))
            folder.mkdir(parents=True, exist_ok=True)
            for key in keys:
                (folder / key.rsplit("/", 1)[-1]).write_bytes(objects.read(job.caller, bucket, key))

    def _deliver(self, job: _Job, objects: Objects, root: Path, *, is_failed: bool) -> None:
        for output in job.asked.get("ProcessingOutputConfig", {}).get("Outputs", ()):
            given = output["S3Output"]
            if is_failed and given["S3UploadMode"] != "Continuous":
                continue
            bucket, prefix = _place(given["S3Uri"])
            folder = Path(_placed(given["LocalPath"], root))
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                key = f"{prefix.rstrip('/')}/{path.relative_to(folder).as_posix()}"
                objects.write(job.caller, bucket, key, path.read_bytes(), "binary/octet-stream")


def _check(request: Mapping[str, Any]) -> None:
    application = request["AppSpecification"]
    if not _IMAGE.fullmatch(str(application["ImageUri"])):
        raise _refused(
            f"This machine has no containers: of images it knows Braid's own alone, by a repository named "
            f"braid-<environment>-processing, not {application['ImageUri']}"
        )
    entry: Sequence[str] = application.get("ContainerEntrypoint") or ()
    if list(entry[:2]) != ["python3", "-m"]:
        raise _refused(
            "This machine has no image to look into: ContainerEntrypoint must name a module, as python3 -m"
        )
    for channel in request.get("ProcessingInputs", ()):
        given = channel.get("S3Input")
        if given is None or given["S3DataType"] != "S3Prefix" or given.get("S3InputMode", "File") != "File":
            raise _refused(f"Here an input is an S3Prefix in the mode File: {channel['InputName']} isn't")


def _placed(part: str, root: Path) -> str:
    """A path below /opt/ml/ in the job's own folder; anything else as it is."""
    return f"{root}/{part.removeprefix(_MOUNTED)}" if part.startswith(_MOUNTED) else part


def _place(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.netloc, parts.path.removeprefix("/")


def _refused(message: str) -> ServiceError:
    # SageMaker's model documents few errors; ValidationException is what it answers to what it can't take.
    return ServiceError("ValidationException", message)
