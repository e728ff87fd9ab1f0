"""Bedrock's batch inference: jobs that ask a model about every line of the files below an S3 folder.

Lines are Titan's requests for embeddings, which tuned picture models and the stand-ins for the untuned ones
answer, or Nova's own requests (``modelInvocationType`` InvokeModel), answered as Converse answers here. A
job of the type Converse is taken too, and its records with tools fail, as on AWS. S3 is read and written
with the job's role.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
import string
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from local.foreign_json import parse_json
from local.services.bedrock.models import find_model
from local.services.protocol import Caller, Objects, Operation, ServiceError

__all__ = ["MIN_RECORDS", "EmbeddingModels", "batch_operations"]

logger = logging.getLogger("braid.services")

# "Minimum number of records per batch inference job", Amazon Bedrock endpoints and quotas.
MIN_RECORDS = 100
_ID_LETTERS = string.ascii_lowercase + string.digits
_INPUT_SUFFIX = ".jsonl"


@dataclass
class _Job:
    """A job as it stands; ``found`` are the members that change."""

    arn: str
    asked: Mapping[str, Any]
    caller: Caller
    submitted: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: dict[str, Any] = field(default_factory=lambda: {"status": "Submitted"})

    def summary(self) -> dict[str, Any]:
        """The job as GetModelInvocationJob and ListModelInvocationJobs tell it."""
        told = ("jobName", "modelId", "roleArn", "inputDataConfig", "outputDataConfig", "clientRequestToken")
        return {
            "jobArn": self.arn,
            **{name: self.asked[name] for name in told if name in self.asked},
            "modelInvocationType": self.asked.get("modelInvocationType", "InvokeModel"),
            "submitTime": self.submitted,
            **self.found,
        }


class _StoppedJobError(Exception):
    """Somebody asked the job to stop."""


class _FailedJobError(Exception):
    """The job can't be run; the message is its own."""


class EmbeddingModels(Protocol):
    """The models that embed in a batch."""

    def answers(self, model_id: str) -> Callable[[bytes], Mapping[str, Any]] | None:
        """What answers a record's body; ``None`` where the identifier is of another model.

        Raises ``ServiceError`` ResourceNotFoundException for a custom model that isn't there.
        """
        ...

    def in_use(self, model_id: str, *, by_a_job: bool) -> None:
        """Says that a job begins or ends to ask a custom model, which can't be deleted in between."""
        ...


def batch_operations(
    objects: Objects, converse: Operation, embeddings: EmbeddingModels
) -> dict[str, Operation]:
    """The operations on batch jobs."""
    jobs = _Jobs(objects, converse, embeddings)
    return {
        "CreateModelInvocationJob": jobs.create,
        "GetModelInvocationJob": jobs.get,
        "ListModelInvocationJobs": jobs.list,
        "StopModelInvocationJob": jobs.stop,
    }


class _Jobs:
    def __init__(self, objects: Objects, converse: Operation, embeddings: EmbeddingModels) -> None:
        self._objects = objects
        self._converse = converse
        self._embeddings = embeddings
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def create(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Submits a job, which runs in a thread of its own."""
        if self._embeddings.answers(str(request["modelId"])) is None:
            find_model(request["modelId"], caller.region)
        with self._lock:
            token = request.get("clientRequestToken")
            for job in self._jobs.values():
                if token and job.asked.get("clientRequestToken") == token and job.asked == dict(request):
                    return {"jobArn": job.arn}  # the same request again is the same job
            if any(job.asked["jobName"] == request["jobName"] for job in self._jobs.values()):
                message = f"There is already a job with the name {request['jobName']}"
                raise ServiceError("ConflictException", message)
            job_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(12))
            arn = f"arn:aws:bedrock:{caller.region}:{caller.account_id}:model-invocation-job/{job_id}"
            job = self._jobs[arn] = _Job(arn, dict(request), caller)
        threading.Thread(target=self._run, args=(job,), name=f"batch-{job_id}", daemon=True).start()
        return {"jobArn": arn}

    def get(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """A job by its ARN or the last part of it."""
        wanted = str(request["jobIdentifier"])
        for job in list(self._jobs.values()):
            if wanted in (job.arn, job.arn.rpartition("/")[2]):
                return job.summary()
        raise ServiceError("ResourceNotFoundException", f"Could not find the job {wanted}", status=404)

    def list(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """The newest first; the part of their names and the status may be given."""
        part, status = str(request.get("nameContains", "")), request.get("statusEquals")
        found = [job.summary() for job in reversed(self._jobs.values()) if part in str(job.asked["jobName"])]
        chosen = [item for item in found if status in (None, item["status"])]
        return {"invocationJobSummaries": chosen[: int(request.get("maxResults", 1000))]}

    def stop(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Asks a running job to stop: what it answered so far is thrown away."""
        arn = self.get(request, caller)["jobArn"]
        with self._lock:
            job = self._jobs[arn]
            if job.found["status"] not in ("Submitted", "InProgress"):
                raise ServiceError("ConflictException", f"The job is {job.found['status']}")
            job.found["status"] = "Stopping"
        return {}

    def _run(self, job: _Job) -> None:
        model_id = str(job.asked["modelId"])
        self._embeddings.in_use(model_id, by_a_job=True)
        try:
            with self._lock:
                if job.found["status"] == "Submitted":
                    job.found["status"] = "InProgress"
            found = self._answer_all(job)
            job.found.update(found)
        except _StoppedJobError:
            job.found["status"] = "Stopped"
        except (_FailedJobError, ServiceError) as error:
            job.found.update(status="Failed", message=str(error))
        except Exception as error:  # a defect of the service: the job must not hang, and the log has it
            logger.exception("batch job %s failed", job.arn)
            job.found.update(status="Failed", message=f"internal error: {type(error).__name__}: {error}")
        finally:
            self._embeddings.in_use(model_id, by_a_job=False)
        job.found["endTime"] = job.found["lastModifiedTime"] = datetime.now(UTC)

    def _answer_all(self, job: _Job) -> dict[str, Any]:
        objects = self._objects.as_role(str(job.asked["roleArn"]))
        bucket, prefix = _place(job.asked["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
        names = [key for key in objects.keys(job.caller, bucket, prefix) if key.endswith(_INPUT_SUFFIX)]
        files = {key: objects.read(job.caller, bucket, key).splitlines() for key in names}
        total = sum(map(len, files.values()))
        if total < MIN_RECORDS:
            job_id = job.arn.rpartition("/")[2]
            raise _FailedJobError(
                f"Batch job {job_id} contains less records ({total}) than the required minimum of: "
                f"{MIN_RECORDS}"
            )
        job.found["totalRecordCount"] = total
        out_bucket, folder = _place(job.asked["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
        folder = f"{folder.rstrip('/')}/{job.arn.rpartition('/')[2]}"
        succeeded = 0
        for key, lines in files.items():
            answered = [self._answer(job, line) for line in lines]
            succeeded += sum("modelOutput" in item for item in answered)
            body = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in answered).encode()
            name = f"{folder}/{key.rpartition('/')[2]}.out"
            objects.write(job.caller, out_bucket, name, body, "application/jsonl")
        counts = {"totalRecordCount": total, "processedRecordCount": total, "successRecordCount": succeeded}
        manifest = json.dumps({**counts, "errorRecordCount": total - succeeded}).encode()
        objects.write(job.caller, out_bucket, f"{folder}/manifest.json.out", manifest, "application/json")
        return {**counts, "errorRecordCount": total - succeeded, "status": "Completed"}

    def _answer(self, job: _Job, line: bytes) -> dict[str, Any]:
        """The record with what the model said, or with an error that leaves the other records alone."""
        if job.found["status"] == "Stopping":
            raise _StoppedJobError
        embed = self._embeddings.answers(str(job.asked["modelId"]))
        try:
            record = parse_json(line)
            asked = record["modelInput"]
            request = _as_converse(asked) if embed is None else {}
        except (ValueError, TypeError, LookupError) as error:
            raise _FailedJobError(f"The input has a malformed record: {error}") from error
        found = {"modelInput": asked, "recordId": record.get("recordId", secrets.token_hex(6)[:11])}
        if embed is not None:
            try:
                return {**found, "modelOutput": dict(embed(json.dumps(asked).encode()))}
            except ServiceError as error:
                return {**found, **_failure(error.status, error.message)}
        if job.asked.get("modelInvocationType") == "Converse" and "toolConfig" in asked:
            return {**found, **_failure(400, "Tool calling isn't supported in batch inference.")}
        try:
            answer = dict(self._converse({**request, "modelId": job.asked["modelId"]}, job.caller))
        except ServiceError as error:
            return {**found, **_failure(error.status, error.message)}
        answer.pop("metrics", None)  # Nova's own answer has none
        return {**found, "modelOutput": answer}


def _as_converse(native: Mapping[str, Any]) -> dict[str, Any]:
    """Nova's own request as Converse takes it: bytes are bytes, and ``topK`` stands apart."""
    config = dict(native.get("inferenceConfig", {}))
    extra = {"inferenceConfig": {"topK": config.pop("topK")}} if "topK" in config else {}
    messages = [
        {**message, "content": [_with_bytes(block) for block in message["content"]]}
        for message in native["messages"]
    ]
    request = {"messages": messages, "inferenceConfig": config, "additionalModelRequestFields": extra}
    return {**request, **{name: native[name] for name in ("system", "toolConfig") if name in native}}


def _with_bytes(block: Mapping[str, Any]) -> dict[str, Any]:
    if "image" not in block:
        return dict(block)
    image = block["image"]
    return {"image": {**image, "source": {"bytes": base64.b64decode(image["source"]["bytes"])}}}


def _failure(status: int, message: str) -> dict[str, Any]:
    return {"error": {"errorCode": status, "errorMessage": message}}


def _place(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.netloc, parts.path.removeprefix("/")
