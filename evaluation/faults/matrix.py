"""Classes of operations × faults × first, middle and last call, each case through the whole pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.faults.deployment import Deployment
from evaluation.faults.material import write_file
from evaluation.faults.verdict import Verdict, judge

__all__ = ["CLASSES", "FAULTS", "POSITIONS", "Case", "Outcome", "cases", "run_cases"]

POSITIONS = ("first", "middle", "last")
_AT_ONCE = 28
# Longer than an outage is waited for. An hour is 240 tries, each with seconds of botocore's own backoff.
_LONG_SECONDS = 900.0
# Outside the state machine nobody says how long something is waited for: these are more tries, of four calls
# each, than the queue gives.
_MORE_THAN_THE_QUEUE = 7 * 4
_SETTLES_WITHIN_SECONDS = 1200.0
_NEVER = 10**9
_ASKED_FOR_FINDINGS = ("comprehend", "rekognition", "transcribe", "bedrock-runtime")


@dataclass(frozen=True)
class _Target:
    """Operations of one service, and its words for a throttle, a failure of its own and a refusal."""

    service: str
    operation: str = "*"
    throttle: tuple[str, int] = ("ThrottlingException", 400)
    failure: tuple[str, int] = ("InternalServerError", 500)
    denial: tuple[str, int] = ("AccessDeniedException", 400)
    after: int = 0  # calls that pass, where the class has a target for each position
    is_called_by_function: bool = True


@dataclass(frozen=True)
class _Class:
    """Where it strikes: at all three positions of one target's calls, or at one call of each of three."""

    kind: str
    targets: tuple[_Target, ...]


_S3 = _Target("s3", "*", ("SlowDown", 503), ("InternalError", 500), ("AccessDenied", 403))
_START = _Target("transcribe", "StartTranscriptionJob", throttle=("LimitExceededException", 400))
_POLL = replace(_START, operation="GetTranscriptionJob")
CLASSES: Mapping[str, _Class] = {
    "sync: Comprehend": _Class("text", (_Target("comprehend", throttle=("TooManyRequestsException", 400)),)),
    "sync: Rekognition": _Class(
        "picture", (_Target("rekognition", throttle=("ProvisionedThroughputExceededException", 400)),)
    ),
    # How often a job is asked for depends on the engine's speed.
    "job: Transcribe": _Class("speech", (_START, _POLL, replace(_POLL, after=1))),
    "storage: S3": _Class("text", (_S3,)),
    "table: DynamoDB": _Class("text", (_Target("dynamodb", failure=("InternalServerError", 500)),)),
    "model: Bedrock": _Class("text", (_Target("bedrock-runtime", throttle=("ThrottlingException", 429)),)),
    # What makes things happen: an execution begins, a state calls, the end is announced.
    "event: start, call, announce": _Class(
        "text",
        (
            _Target("stepfunctions", "StartExecution"),
            _Target(
                "lambda",
                "Invoke",
                throttle=("TooManyRequestsException", 429),
                failure=("ServiceException", 500),
                is_called_by_function=False,
            ),
            _Target(
                "events",
                "PutEvents",
                # How Step Functions names what the service's model doesn't.
                throttle=("EventBridgeException", 400),
                failure=("InternalException", 500),
                is_called_by_function=False,
            ),
        ),
    ),
}


@dataclass(frozen=True)
class _Fault:
    """How a call is struck; ``passes`` where the asset is to end whole because it goes away in time."""

    members: Callable[[_Target, str], dict[str, Any]]
    passes: bool
    lasts_long: bool = False
    needs_function: bool = False  # there is a process, or an answer on the wire


def _error(which: str, target: _Target, _position: str, **members: Any) -> dict[str, Any]:
    code, status = getattr(target, which)
    return {"error_code": code, "status": status, **members}


def _death(name: str, _target: _Target, _position: str, **members: Any) -> dict[str, Any]:
    return {"kill": name, "count": 1, **members}


def _damage(_target: _Target, position: str) -> dict[str, Any]:
    return {"corrupt": dict(zip(POSITIONS, ("truncate", "null", "wrong_type"), strict=True))[position]}


FAULTS: Mapping[str, _Fault] = {
    "throttled twice": _Fault(partial(_error, "throttle", count=2), passes=True),
    "throttled for a quarter of an hour": _Fault(partial(_error, "throttle"), passes=True, lasts_long=True),
    "5xx for ever": _Fault(partial(_error, "failure"), passes=False),
    "denied": _Fault(partial(_error, "denial"), passes=False),
    "timed out": _Fault(
        partial(_death, "Sandbox.Timedout", does_work=True), passes=True, needs_function=True
    ),
    "malformed": _Fault(_damage, passes=False, needs_function=True),
    "killed": _Fault(partial(_death, "Runtime.OutOfMemory"), passes=True, needs_function=True),
}


@dataclass(frozen=True)
class Case:
    """One fault at one position of one class of operations."""

    number: int
    class_name: str
    fault_name: str
    position: str

    @property
    def name(self) -> str:
        """What its file is called, which no other's name begins with."""
        return f"case-{self.number:03}"

    @property
    def target(self) -> _Target:
        """Whose calls are struck."""
        targets = CLASSES[self.class_name].targets
        return targets[POSITIONS.index(self.position) % len(targets)]


@dataclass(frozen=True)
class Outcome:
    """What became of a case; ``struck`` calls of ``operations`` met the fault. ``is_whole``: nothing is
    missing that an asset without a fault has."""

    case: Case
    verdict: Verdict
    struck: int
    operations: tuple[str, ...]
    is_whole: bool


def cases() -> list[Case]:
    """All cases that make sense, in a fixed order."""
    return [
        Case(number, *which)
        for number, which in enumerate(
            (class_name, fault_name, position)
            for class_name in CLASSES
            for fault_name in FAULTS
            for position in POSITIONS
        )
        if Case(0, *which).target.is_called_by_function or not FAULTS[which[1]].needs_function
    ]


def run_cases(deployment: Deployment, folder: Path, chosen: Sequence[Case]) -> Iterator[Outcome]:
    """Runs the cases, several at once, each with a file and a fault of its own, whose seed is its number."""
    # Twice, since the first of a kind also makes functions start.
    calm = {
        name: min((_run_calm(deployment, folder, name, turn) for turn in range(2)), key=lambda it: it.length)
        for name in sorted({case.class_name for case in chosen})
    }
    # What lasts long first: meanwhile the others pass.
    order = sorted(chosen, key=lambda case: not FAULTS[case.fault_name].lasts_long)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(lambda case: _run(deployment, folder, case, calm[case.class_name]), order)


@dataclass(frozen=True)
class _Calm:
    """What an asset does where nothing goes wrong: how many calls it makes, and how it ends."""

    length: int
    verdict: Verdict


def _run_calm(deployment: Deployment, folder: Path, class_name: str, turn: int) -> _Calm:
    name = f"calm-{list(CLASSES).index(class_name)}-{turn}"
    target = CLASSES[class_name].targets[0]
    fault = {"service": target.service, "operation": target.operation, "about": name, "after": _NEVER}
    fault_id = deployment.inject({**fault, "error_code": "Never"})
    (asset_id,) = deployment.send([write_file(folder, name, CLASSES[class_name].kind, _NEVER + turn)])
    if not deployment.settled(asset_id, _SETTLES_WITHIN_SECONDS):
        raise AssertionError(f"{asset_id} doesn't end, though nothing goes wrong")
    return _Calm(int(deployment.lift(fault_id)["met"]), judge(deployment, asset_id))


def _run(deployment: Deployment, folder: Path, case: Case, calm: _Calm) -> Outcome:
    fault, target = FAULTS[case.fault_name], case.target
    after = {"first": 0, "middle": calm.length // 2, "last": max(0, calm.length - 1)}[case.position]
    if len(CLASSES[case.class_name].targets) > 1:
        after = target.after
    fault_id = deployment.inject(
        {
            "service": target.service,
            "operation": target.operation,
            "about": case.name,
            "after": after,
            "seed": case.number,
            **fault.members(target, case.position),
        }
    )
    (asset_id,) = deployment.send([write_file(folder, case.name, CLASSES[case.class_name].kind, case.number)])
    report = None
    if fault.lasts_long:
        report = _lift_after_long(deployment, asset_id, fault_id)
    deployment.settled(asset_id, _SETTLES_WITHIN_SECONDS)
    report = report or deployment.lift(fault_id)
    verdict = judge(deployment, asset_id)
    is_whole = verdict.is_as_whole_as(calm.verdict)
    if is_whole:
        _hold_against(verdict, case, report["operations"])
    return Outcome(case, verdict, report["struck"], tuple(report["operations"]), is_whole)


def _lift_after_long(deployment: Deployment, asset_id: str, fault_id: int) -> dict[str, Any]:
    deadline = time.monotonic() + _SETTLES_WITHIN_SECONDS
    while time.monotonic() < deadline:
        (report,) = [each for each in deployment.control("faults")["faults"] if each["fault_id"] == fault_id]
        waits_for_start = (
            report["struck"] >= _MORE_THAN_THE_QUEUE and deployment.execution_status(asset_id) is None
        )
        if (
            waits_for_start
            or deployment.waited_seconds(asset_id) >= _LONG_SECONDS
            or deployment.is_settled(asset_id)
        ):
            break
        time.sleep(0.3)
    return deployment.lift(fault_id)


def _hold_against(verdict: Verdict, case: Case, struck: Sequence[str]) -> None:
    """An asset can't be whole where a service that it needs never answered again."""
    service = case.target.service
    # A job whose start was answered badly runs all the same, under the name that we gave it.
    is_needed = service in _ASKED_FOR_FINDINGS and (case.fault_name != "malformed" or case.target != _START)
    # Some operations are missing here without any fault.
    unnamed = set(struck) - {operation.rpartition(":")[2] for operation in verdict.missing}
    if unnamed and is_needed and not FAULTS[case.fault_name].passes:
        verdict.untrue.append(f"{case.name} calls itself whole, though {service} never answered")
