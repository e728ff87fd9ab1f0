"""The tuning of a deployment: its machine and functions, and the documents that its runs leave."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from braid.domain.datasets.rules.role_policy import bucket_and_key
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import ModelBook
from braid.domain.wire import decode_json, encode
from cli.errors import EXIT_MISUSE, CommandError
from cli.functions import StillPendingError, call
from cli.target import Target

__all__ = ["DeployedTuning", "find_tuning"]

T = TypeVar("T")
# What is being stopped takes minutes to end on AWS.
_TEARDOWN_TRIES, _TEARDOWN_SECONDS = 60, 5.0
_DELETED_AT_ONCE = 1_000  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_PLAN = re.compile(r"tuning/(?P<run_id>[a-z0-9-]+)/plan\.json")
_BOOK = re.compile(r"tuning/models/(?P<name>[a-z0-9-]+)\.json")


@dataclass(frozen=True)
class DeployedTuning:
    """The machine that runs, who takes decisions, and what deletes."""

    target: Target
    stack_name: str
    machine_arn: str
    decide_function: str
    teardown_function: str

    def start(self, plan: TuningPlan) -> str:
        """Stores the plan and starts its execution, whose ARN this is."""
        body = json.dumps(encode(plan), ensure_ascii=False).encode()
        self.put(f"tuning/{plan.run_id}/plan.json", body, "application/json")
        started = self.target.stepfunctions.start_execution(
            stateMachineArn=self.machine_arn, name=plan.run_id, input=json.dumps({"run_id": plan.run_id})
        )
        return str(started["executionArn"])

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Stores an object of a run."""
        self.target.s3.put_object(
            Bucket=self.target.results_bucket, Key=key, Body=body, ContentType=media_type
        )

    def copy(self, uri: str, key: str) -> None:
        """Copies an object of any bucket to a run. Raises ``CommandError`` where it is gone."""
        bucket, source = bucket_and_key(uri)
        try:
            self.target.s3.copy_object(
                Bucket=self.target.results_bucket, Key=key, CopySource={"Bucket": bucket, "Key": source}
            )
        except ClientError as error:
            if error.response["Error"].get("Code") not in ("NoSuchKey", "404"):
                raise
            raise CommandError(f"{uri} isn't there any more: build the data set again") from error

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes objects of runs. Raises ``CommandError`` where S3 keeps some of them."""
        for at in range(0, len(keys), _DELETED_AT_ONCE):
            some = [{"Key": key} for key in keys[at : at + _DELETED_AT_ONCE]]
            answer = self.target.s3.delete_objects(
                Bucket=self.target.results_bucket, Delete={"Objects": some, "Quiet": True}
            )
            if errors := answer.get("Errors"):
                first = f"{errors[0]['Key']} ({errors[0]['Code']})"
                raise CommandError(f"S3 kept {len(errors)} objects, such as {first}; repeat the command")

    def decide(self, run_id: str, *, approved: bool, by: str) -> dict[str, Any]:
        """A person's decision about what a run costs. Raises ``CommandError`` in the function's own words."""
        event = {"run_id": run_id, "approved": approved, "by": by}
        return call(self.target, self.decide_function, event, refusal_status=EXIT_MISUSE)

    def stop(self, run_id: str) -> None:
        """Stops the run's execution, if it goes on."""
        if self.status(run_id) == "RUNNING":
            arn = self._execution_arn(run_id)
            self.target.stepfunctions.stop_execution(executionArn=arn, cause="the run was deleted")

    def tear_down(
        self, run_id: str, *, status: str, reason: str, sleep: Callable[[float], None] = time.sleep
    ) -> str:
        """Deletes what a run made, as its own end would have; what was deleted, in words.

        Raises ``CommandError`` in the function's words, ``StillPendingError`` where all patience is over.
        """
        event = {"run_id": run_id, "status": status, "reason": reason}
        for _ in range(_TEARDOWN_TRIES):
            try:
                return str(call(self.target, self.teardown_function, event)["summary"])
            except StillPendingError:
                sleep(_TEARDOWN_SECONDS)
        return str(call(self.target, self.teardown_function, event)["summary"])

    def document(self, run_id: str, name: str, cls: type[T]) -> T | None:
        """What a step stored; ``None`` where it didn't get that far."""
        body = self.find(f"tuning/{run_id}/{name}")
        return None if body is None else decode_json(cls, body, source=name)

    def find(self, key: str) -> bytes | None:
        """An object's bytes; ``None`` where there is none."""
        try:
            answer = self.target.s3.get_object(Bucket=self.target.results_bucket, Key=key)
        except ClientError as error:
            if error.response["Error"].get("Code") not in ("NoSuchKey", "404"):
                raise
            return None
        body: bytes = answer["Body"].read()
        return body

    def keys(self, prefix: str) -> list[tuple[str, Any]]:
        """Keys below a prefix with when they were written, the oldest first."""
        pages = self.target.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.target.results_bucket, Prefix=prefix
        )
        found = [(item["Key"], item["LastModified"]) for page in pages for item in page.get("Contents", [])]
        return sorted(found, key=lambda item: item[1])

    def run_ids(self) -> list[str]:
        """All runs, the oldest first."""
        return [match["run_id"] for key, _ in self.keys("tuning/") if (match := _PLAN.fullmatch(key))]

    def find_run(self, given: str | None) -> str:
        """The run of that id, the newest of that name, or the newest of all. Raises ``CommandError``."""
        known = self.run_ids()
        if not known:
            raise CommandError("nothing was tuned here yet: `braid tune run NAME --data FOLDER` begins a run")
        if given is None:
            return known[-1]
        fitting = [run_id for run_id in known if run_id == given] or [
            run_id for run_id in known if run_id.startswith(given)
        ]
        if not fitting:
            raise CommandError(
                f"there is no run {given!r}; the newest are {', '.join(known[-3:])}", exit_code=EXIT_MISUSE
            )
        return fitting[-1]

    def books(self) -> list[ModelBook]:
        """The models of every name."""
        names = [match["name"] for key, _ in self.keys("tuning/models/") if (match := _BOOK.fullmatch(key))]
        return [book for name in sorted(names) if (book := self.book(name)) is not None]

    def book(self, name: str) -> ModelBook | None:
        """The models of one name."""
        body = self.find(f"tuning/models/{name}.json")
        return None if body is None else decode_json(ModelBook, body, source=name)

    def status(self, run_id: str) -> str:
        """How far the execution is, in the words of Step Functions; empty where it is forgotten."""
        arn = self._execution_arn(run_id)
        try:
            return str(self.target.stepfunctions.describe_execution(executionArn=arn)["status"])
        except ClientError as error:
            if error.response["Error"].get("Code") != "ExecutionDoesNotExist":
                raise
            return ""

    def states(self, run_id: str) -> list[str]:
        """The states that the run has entered, in order."""
        arn = self._execution_arn(run_id)
        pages = self.target.stepfunctions.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [
            event["stateEnteredEventDetails"]["name"]
            for page in pages
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]

    def _execution_arn(self, run_id: str) -> str:
        return f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{run_id}"


def find_tuning(target: Target) -> DeployedTuning:
    """The tuning beside a pipeline. Raises ``CommandError`` that says how to get one where there is none."""
    name = target.name_beside("tuning")
    outputs = target.outputs_beside("tuning")
    if outputs is None:
        how = "`braid up --knob tuning=true`" if target.is_local else "`npx cdk deploy --all -c tuning=true`"
        raise CommandError(f"this deployment can't tune (no stack {name!r}): {how} adds it")
    return DeployedTuning(
        target,
        name,
        outputs["TuningMachineArn"],
        outputs["TuningDecideFunctionName"],
        outputs["TuningTeardownFunctionName"],
    )
