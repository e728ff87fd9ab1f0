"""A distributed Map: every item or batch is a child execution of a Map Run, and results may go to S3."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.states import items as item_data
from local.states.clock import timestamp
from local.states.errors import StateError, limit_payload, runtime_error
from local.states.execution import Execution
from local.states.language import templates
from local.states.parallel import Ended, item_input, processor_of, side_by_side
from local.states.walk import Branch, State

# AWS runs up to 10,000 at once; here each is a thread.
_CONCURRENCY = 32
_OUTCOMES = {"SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timedOut", "ABORTED": "aborted"}
_WRITER_ARN = "arn:aws:states:::s3:putObject"

# Makes and runs a child execution to its end: of this branch's execution, with a name's prefix and an input.
StartChild = Callable[["MapRun", Branch, Mapping[str, Any], Any], Execution]


@dataclass
class MapRun:
    """One run of a distributed Map; a redrive goes on with the same."""

    arn: str
    execution_arn: str
    machine_arn: str
    started_at: float
    max_concurrency: int
    tolerated_count: int | None
    tolerated_percentage: float | None
    sizes: list[int]  # items per child
    children: dict[int, Execution] = field(default_factory=dict)
    status: str = "RUNNING"
    stopped_at: float | None = None
    redrive_count: int = 0
    redriven_at: float | None = None
    results_written: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def counts(self, *, of_items: bool) -> dict[str, int]:
        """How many children, or items, are in which status."""
        found: Counter[str] = Counter()
        with self.lock:
            children = dict(self.children)
        for index, size in enumerate(self.sizes):
            child = children.get(index)
            outcome = "pending" if child is None else _OUTCOMES.get(child.status, "running")
            found[outcome] += size if of_items else 1
        names = ("pending", "running", "succeeded", "failed", "timedOut", "aborted")
        total = sum(self.sizes) if of_items else len(self.sizes)
        return {
            **{name: found[name] for name in names},
            "total": total,
            "resultsWritten": self.results_written,
            "failuresNotRedrivable": 0,
            "pendingRedrive": 0,
        }


class MapRunPerformer:
    """One attempt of a Map whose processor is distributed."""

    def __init__(self, runs: dict[str, MapRun], start_child: StartChild) -> None:
        self._runs = runs
        self._start_child = start_child

    def __call__(self, branch: Branch, state: State, given: Any, context: dict[str, Any]) -> Any:
        """The outputs of the children, or where ResultWriter put them; raises ``StateError``."""
        effective = templates.select(state.get("InputPath", "$"), given, context, "InputPath")
        inputs, sizes = self._inputs(branch, state, effective, context)
        run = self._open(branch, state, effective, context, sizes)
        processor = processor_of(state)

        def work(index: int, _lane: int) -> None:
            known = run.children.get(index)
            if known is None or known.status != "SUCCEEDED":
                branch.scope.check()
                child = self._start_child(run, branch, processor, inputs[index])
                with run.lock:
                    run.children[index] = child
                branch.runtime.run(child)

        def on_end(ended: Ended) -> None:
            if ended.error is not None:
                raise ended.error
            branch.scope.check()
            failed = run.counts(of_items=True)["failed"]
            if item_data.is_over_tolerance(failed, sum(sizes), run.tolerated_count, run.tolerated_percentage):
                cause = "The specified tolerated failure threshold was exceeded"
                raise StateError("States.ExceedToleratedFailureThreshold", cause)

        try:
            side_by_side(len(inputs), run.max_concurrency or _CONCURRENCY, work, on_end)
            result = self._result(branch, state, effective, context, run)
        except BaseException as error:
            self._close(branch, run, error)
            raise
        run.status, run.stopped_at = "SUCCEEDED", branch.runtime.clock.now()
        branch.event("MapRunSucceeded")
        branch.joined_id = branch.last_id
        branch.event("MapStateSucceeded")
        return result

    def _inputs(
        self, branch: Branch, state: State, effective: Any, context: Mapping[str, Any]
    ) -> tuple[list[Any], list[int]]:
        """Every child's input, and how many items it has."""
        found = read_items(branch, state, effective, context)
        selected = [item_input(state, effective, context, index, item) for index, item in enumerate(found)]
        batcher = state.get("ItemBatcher")
        if batcher is None:
            return selected, [1] * len(selected)
        most_items, most_bytes = (
            templates.number(batcher, name, effective, context)
            for name in ("MaxItemsPerBatch", "MaxInputBytesPerBatch")
        )
        common = templates.fill(batcher.get("BatchInput"), effective, context)
        batches = item_data.batches(selected, most_items, most_bytes, common)
        return batches, [len(batch["Items"]) for batch in batches]

    def _open(
        self, branch: Branch, state: State, effective: Any, context: Mapping[str, Any], sizes: list[int]
    ) -> MapRun:
        execution, now = branch.execution, branch.runtime.clock.now()
        if branch.progress.resumes and branch.progress.map_run_arn in self._runs:
            run = self._runs[branch.progress.map_run_arn]
            run.status, run.stopped_at, run.redriven_at = "RUNNING", None, now
            run.redrive_count += 1
            run.children = {i: child for i, child in run.children.items() if child.status == "SUCCEEDED"}
            branch.event("MapRunRedriven", {"mapRunArn": run.arn, "redriveCount": run.redrive_count})
            return run
        label = str(state.get("Label") or uuid.uuid4())
        machine_arn = f"{execution.machine.arn}/{label}"
        run = MapRun(
            arn=f"{machine_arn.replace(':stateMachine:', ':mapRun:')}:{uuid.uuid4()}",
            execution_arn=execution.arn,
            machine_arn=machine_arn,
            started_at=now,
            max_concurrency=int(templates.number(state, "MaxConcurrency", effective, context) or 0),
            tolerated_count=templates.number(state, "ToleratedFailureCount", effective, context),
            tolerated_percentage=templates.number(state, "ToleratedFailurePercentage", effective, context),
            sizes=sizes,
        )
        self._runs[run.arn] = run
        branch.progress.map_run_arn = run.arn
        branch.event("MapStateStarted", {"length": sum(sizes)})
        branch.event("MapRunStarted", {"mapRunArn": run.arn})
        return run

    def _result(
        self, branch: Branch, state: State, effective: Any, context: Mapping[str, Any], run: MapRun
    ) -> Any:
        writer = state.get("ResultWriter")
        children = [run.children[index] for index in sorted(run.children)]
        if writer is None:
            return [child.output for child in children if child.status == "SUCCEEDED"]
        config = writer.get("WriterConfig", {})
        transformation = str(config.get("Transformation", "NONE"))
        records = {
            status: item_data.transformed(
                [_record(child) for child in children if child.status == status], transformation
            )
            for status in ("SUCCEEDED", "FAILED")
        }
        if "Resource" not in writer:
            return records["SUCCEEDED"]
        if writer["Resource"] != _WRITER_ARN:
            raise runtime_error(f"ResultWriter knows {_WRITER_ARN}, not {writer['Resource']}")
        place = templates.fill(writer.get("Parameters", {}), effective, context)
        return _write(branch, run, place, records, str(config.get("OutputType", "JSON")))

    def _close(self, branch: Branch, run: MapRun, error: BaseException) -> None:
        run.stopped_at = branch.runtime.clock.now()
        failed = isinstance(error, StateError)
        run.status = "FAILED" if failed else "ABORTED"
        for child in list(run.children.values()):
            child.end("ABORTED")
        if isinstance(error, StateError):
            branch.event("MapRunFailed", error.details)
            branch.event("MapStateFailed")


def read_items(branch: Branch, state: State, effective: Any, context: Mapping[str, Any]) -> list[Any]:
    """The items of the Map: of its input, or what its ItemReader reads."""
    reader = state.get("ItemReader")
    if reader is None:
        found = templates.select(state.get("ItemsPath", "$"), effective, context, "ItemsPath")
        if not isinstance(found, list):
            raise runtime_error("The field 'ItemsPath' of a Map must give an array")
        return found
    place = templates.fill(reader.get("Parameters", {}), effective, context)
    config = reader.get("ReaderConfig", {})
    services, caller = branch.runtime.services, branch.execution.caller
    if str(reader["Resource"]).endswith("s3:listObjectsV2"):
        found = services.list_objects(caller, str(place["Bucket"]), str(place.get("Prefix", "")))
    else:
        content = services.read_object(caller, str(place["Bucket"]), str(place["Key"]))
        found = item_data.parse_items(content, config)
    most = templates.number(config, "MaxItems", effective, context)
    read: list[Any] = found[: int(most)] if most else found
    return read


def _write(
    branch: Branch,
    run: MapRun,
    place: Mapping[str, Any],
    records: Mapping[str, Sequence[Any]],
    output_type: str,
) -> Any:
    """Puts the result files and their manifest; the state's result says where it lies."""
    services, caller, bucket = branch.runtime.services, branch.execution.caller, str(place["Bucket"])
    prefix = str(place.get("Prefix", "")).strip("/")
    folder = f"{prefix}/{run.arn.rpartition(':')[2]}".lstrip("/")
    suffix = output_type.lower()
    files: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for status, found in records.items():
        if found:
            body, key = item_data.result_file(found, output_type), f"{folder}/{status}_0.{suffix}"
            services.write_object(caller, bucket, key, body)
            files[status].append({"Key": key, "Size": len(body)})
            run.results_written += len(found)
    manifest = {"DestinationBucket": bucket, "MapRunArn": run.arn, "ResultFiles": files}
    key = f"{folder}/manifest.json"
    services.write_object(caller, bucket, key, item_data.result_file([manifest], "JSONL").strip())
    result = {"MapRunArn": run.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}
    limit_payload(result, "ResultWriter")
    return result


def _record(child: Execution) -> dict[str, Any]:
    """A child execution as it stands in a result file."""
    ended = {} if child.stopped_at is None else {"StopDate": timestamp(child.stopped_at)}
    output = (
        {}
        if child.output_text is None
        else {"Output": child.output_text, "OutputDetails": {"Included": True}}
    )
    failure = {name: value for name, value in (("Error", child.error), ("Cause", child.cause)) if value}
    return {
        "ExecutionArn": child.arn,
        "Input": child.input_text,
        "InputDetails": {"Included": True},
        "Name": child.name,
        **output,
        **failure,
        "RedriveCount": child.redrive_count,
        "StartDate": timestamp(child.started_at),
        "StateMachineArn": child.machine.arn,
        "Status": child.status,
        **ended,
    }
