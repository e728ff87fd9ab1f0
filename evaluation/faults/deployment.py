"""A deployment of its own in an embedded AWS, with waits shortened, and what it shows of each asset."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetStatus
from braid.domain.money.receipt import Receipt
from braid.runtime.now import utc_now
from braid.store.counts import AssetCounts
from cli.dropping.drop import plan_drop, upload
from cli.errors import CommandError
from cli.functions import call
from cli.repair.dead_letters import look_at_dead_letters
from cli.showing.documents import read_stored
from cli.showing.records import Record, read_record, read_result
from cli.showing.results import get_result
from cli.target import Target, find_target
from evaluation.faults.answered import Answered, count_answered
from local import deploy, lifecycle
from local.home import LocalAws
from local.launcher.ports import free_port

__all__ = ["Deployment", "comes_true", "deployed"]

_POLL_SECONDS = 0.3
_LETTERS_SECONDS = 6.0
# Not while a function still works on the message: it would be worked on twice, and be sent again twice.
_LEAST_VISIBILITY_SECONDS = 30


def comes_true(holds: Callable[[], bool], seconds: float) -> bool:
    """Waits until something holds; whether that came in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(_POLL_SECONDS)
    return False


@dataclass
class Deployment:
    """The deployed pipeline. ``wait_scale`` is the factor on all waits between tries."""

    aws: LocalAws
    target: Target
    wait_scale: float
    _letters_lock: threading.Lock = field(default_factory=threading.Lock)
    _letters: tuple[float, frozenset[str]] = (0.0, frozenset())

    def control(self, name: str, method: str = "GET", body: Mapping[str, Any] | None = None) -> Any:
        """One request to the launcher's own endpoint."""
        return lifecycle.control(self.aws, name, method=method, body=body)

    def inject(self, fault: Mapping[str, Any]) -> int:
        """Adds a fault and returns its id."""
        return int(self.control("faults", "POST", fault)["fault_id"])

    def lift(self, fault_id: int) -> dict[str, Any]:
        """Takes a fault back and returns what it met."""
        (report,) = [each for each in self.control("faults")["faults"] if each["fault_id"] == fault_id]
        self.control(f"faults?fault_id={fault_id}", "DELETE")
        return dict(report)

    def send(self, files: Sequence[Path], profile: str = "general") -> list[str]:
        """Drops files and returns their assets' ids at once."""
        return [upload(self.target, asset) for asset in plan_drop(files, profile=profile, bundle=None)]

    def record(self, asset_id: str) -> Record | None:
        """The asset's record as it stands."""
        return read_record(self.target, asset_id)

    def open_count(self) -> int:
        """How many of the assets that have a record are neither ended nor await a person."""
        counts = AssetCounts(self.target.assets_table, dynamodb=self.target.dynamodb).read(utc_now())
        return counts.received + counts.processing

    def execution_arn(self, asset_id: str) -> str | None:
        """The execution of the asset's attempt, as its record names it, whether it runs by now or not."""
        record = self.record(asset_id)
        return record.execution_arn if record else None

    def execution_status(self, asset_id: str) -> str | None:
        """``RUNNING``, ``SUCCEEDED``, ``FAILED``, …; None where there is none."""
        arn = self.execution_arn(asset_id)
        if arn is None:
            return None
        try:
            found = self.target.stepfunctions.describe_execution(executionArn=arn)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            return None
        return str(found["status"])

    def waits(self, execution_name: str) -> dict[str, float]:
        """For how many seconds each state of the execution, and of its Map's children, was tried at most, as
        the state machine sees it."""
        found: dict[str, float] = {}
        for each in self.control(f"executions?works_for={execution_name}")["executions"]:
            found |= {name: max(seconds, found.get(name, 0.0)) for name, seconds in each["waits"].items()}
        return found

    def answered(self, execution_name: str) -> Answered:
        """What AI services answered for the execution so far."""
        return count_answered(
            self.control(f"calls?execution={execution_name}")["calls"],
            self.control(f"executions?works_for={execution_name}")["executions"],
        )

    def receipt(self, asset_id: str) -> Receipt:
        """What the ended asset cost."""
        claim = read_result(self.target, asset_id).results["receipt"]
        return read_stored(self.target, Receipt, claim.bucket, claim.key)

    def is_dead_letter(self, asset_id: str) -> bool:
        """Whether a message about the asset lies in the dead letters."""
        with self._letters_lock:
            read_at, ids = self._letters
            if time.monotonic() - read_at > _LETTERS_SECONDS:
                ids = frozenset(each.about for each in look_at_dead_letters(self.target) if each.about)
                self._letters = (time.monotonic(), ids)
        return asset_id in ids

    def settled(self, asset_id: str, seconds: float) -> bool:
        """Waits until nothing more happens to the asset by itself; whether that came in time."""
        return comes_true(lambda: self.is_settled(asset_id), seconds)

    def is_settled(self, asset_id: str) -> bool:
        """Whether it has ended with a result, awaits a person, or lies in the dead letters.

        A record without its ``result.json`` isn't settled: who records deaths is still to be called.
        """
        record = self.record(asset_id)
        if record is not None and record.status is AssetStatus.AWAITING_REVIEW:
            return True
        if self.execution_status(asset_id) == "RUNNING":
            return False
        has_ended = record is not None and not record.status.is_open
        return (has_ended and self.has_result(asset_id)) or self.is_dead_letter(asset_id)

    def has_result(self, asset_id: str) -> bool:
        """Whether ``result.json`` says what the record says."""
        record = self.record(asset_id)
        try:
            result = read_result(self.target, asset_id)
        except CommandError:
            return False
        return record is not None and (result.attempt, result.status) == (record.attempt, record.status)

    def judge_one(self, text: str, profile: str) -> float:
        """Has a single post judged; the milliseconds that the function says it took."""
        asked = {"text": text, "profile": profile}
        return float(call(self.target, self.target.posts_function, asked)["milliseconds"])

    def document(self, asset_id: str, name: str) -> bytes:
        """One of the asset's results as stored. Raises ``CommandError`` where it has none of the name."""
        return get_result(self.target, read_result(self.target, asset_id), name)


@contextmanager
def deployed(
    home: Path,
    *,
    wait_scale: float,
    runs_of_one_function: int | None = None,
    loads_engines: bool = False,
    context: Mapping[str, str] | None = None,
) -> Iterator[Deployment]:
    """Deploys into an embedded AWS under ``home`` and ends it at the end. No small model writes.

    ``context`` sets knobs. ``runs_of_one_function`` and ``loads_engines`` are as in ``lifecycle.up``: a
    throttled function does nothing but wait, and `braid up` loads the engines.
    """
    before = os.environ.get("BRAID_WRITER")
    os.environ["BRAID_WRITER"] = "off"
    try:
        aws = lifecycle.up(
            home,
            free_port(),
            wait_scale=wait_scale,
            parent_pid=os.getpid(),
            runs_of_one_function=runs_of_one_function,
            loads_engines=loads_engines,
        )
    finally:
        os.environ.pop("BRAID_WRITER")
        if before is not None:
            os.environ["BRAID_WRITER"] = before
    try:
        outputs = deploy.deploy(aws, home=home, context=context)
        aws = lifecycle.remember_stacks(home, tuple(sorted(outputs)))
        target = find_target(None, home=home)
        _shorten_queue(target, wait_scale)
        yield Deployment(aws, target, wait_scale)
    finally:
        lifecycle.down(home)


def _shorten_queue(target: Target, wait_scale: float) -> None:
    """A message that wasn't handled comes back as early as a state is tried again."""
    url = target.inbox_queue_url
    attributes = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    seconds = max(
        _LEAST_VISIBILITY_SECONDS, round(int(attributes["Attributes"]["VisibilityTimeout"]) * wait_scale)
    )
    target.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
