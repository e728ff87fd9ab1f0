"""Runs cases, several at once, each with a subject and a fault of its own, and says what became of each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaluation.faults.answered import Answered
from evaluation.faults.assets import Files, FilesOfPosts
from evaluation.faults.classes import CLASSES, POSTS, START_OF_JOB, TUNING
from evaluation.faults.deployment import Deployment, comes_true
from evaluation.faults.matrix import FAULTS, Case
from evaluation.faults.subject import Subject
from evaluation.faults.tuning_runs import TuningRuns
from evaluation.faults.verdict import Verdict

__all__ = ["Outcome", "run_cases"]

_AT_ONCE = 28
# Longer than an outage is waited for. An hour is 240 tries, each with seconds of botocore's own backoff.
_LONG_SECONDS = 900.0
# Outside the state machine nobody says how long something is waited for: these are more tries, of four calls
# each, than the queue gives.
_MORE_THAN_THE_QUEUE = 7 * 4
_SETTLES_WITHIN_SECONDS = 1200.0
_POLL_SECONDS = 0.3
_NEVER = 10**9


@dataclass(frozen=True)
class Outcome:
    """What became of a case; ``struck`` calls of ``operations`` met the fault. ``is_whole``: nothing is
    missing that a subject without a fault has. ``calls_again`` answered calls had been answered before."""

    case: Case
    verdict: Verdict
    struck: int
    operations: tuple[str, ...]
    is_whole: bool
    calls_again: int


def run_cases(deployment: Deployment, folder: Path, chosen: Sequence[Case]) -> Iterator[Outcome]:
    """Runs the cases and tells of each when it has ended; a fault's seed is its case's number."""
    subjects = {kind: _subject(deployment, kind) for kind in {case.operations.kind for case in chosen}}
    calm = _calm_of(deployment, folder, subjects, sorted({case.class_name for case in chosen}))

    def run(case: Case) -> Outcome:
        return _run(deployment, folder, case, subjects[case.operations.kind], calm[case.class_name])

    # What lasts long first: meanwhile the others pass.
    order = sorted(chosen, key=lambda case: not FAULTS[case.fault_name].lasts_long)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for ended in as_completed([pool.submit(run, case) for case in order]):
            yield ended.result()


def _subject(deployment: Deployment, kind: str) -> Subject:
    if kind == POSTS:
        return FilesOfPosts(deployment)
    return TuningRuns(deployment) if kind == TUNING else Files(deployment, kind)


@dataclass(frozen=True)
class _Calm:
    """What happens where nothing goes wrong: how many calls of a class there are, and how it ends."""

    length: int
    verdict: Verdict
    answered: Answered


def _calm_of(
    deployment: Deployment, folder: Path, subjects: Mapping[str, Subject], class_names: Sequence[str]
) -> dict[str, _Calm]:
    """One subject of a kind tells of all its classes; twice, since the first also makes functions start."""
    found: dict[str, _Calm] = {}
    for kind, subject in subjects.items():
        names = [name for name in class_names if CLASSES[name].kind == kind]
        for turn in range(2):
            for name, calm in _run_calm(deployment, folder, kind, subject, names, turn).items():
                before = found.get(name, calm)
                shorter = min(before, calm, key=lambda each: each.length)
                answered = Answered(before.answered.calls | calm.answered.calls)
                found[name] = replace(shorter, answered=answered)
    return found


def _run_calm(
    deployment: Deployment, folder: Path, kind: str, subject: Subject, class_names: Sequence[str], turn: int
) -> dict[str, _Calm]:
    name = f"calm-{kind}-{turn}"
    counting = {}
    for class_name in class_names:
        target = CLASSES[class_name].targets[0]
        fault = {"service": target.service, "operation": target.operation, "about": name, "after": _NEVER}
        counting[class_name] = deployment.inject({**fault, "error_code": "Never"})
    subject_id = subject.begin(folder, name, _NEVER + turn)
    if not _settled(subject, subject_id):
        raise AssertionError(f"{subject_id} doesn't end, though nothing goes wrong")
    verdict = subject.judge(subject_id)
    return {
        each: _Calm(int(deployment.lift(fault)["met"]), verdict, verdict.answered)
        for each, fault in counting.items()
    }


def _run(deployment: Deployment, folder: Path, case: Case, subject: Subject, calm: _Calm) -> Outcome:
    fault, target = FAULTS[case.fault_name], case.target
    fault_id = deployment.inject(
        {
            "service": target.service,
            "operation": target.operation,
            "about": case.name,
            "holds": target.holds,
            "after": case.after(calm.length),
            "seed": case.number,
            **fault.members(target, case.position),
        }
    )
    subject_id = subject.begin(folder, case.name, case.number)
    report = None
    if fault.lasts_long:
        report = _lift_after_long(deployment, subject, subject_id, fault_id)
    _settled(subject, subject_id)
    report = report or deployment.lift(fault_id)
    verdict = subject.judge(subject_id)
    is_whole = verdict.is_as_whole_as(calm.verdict)
    if is_whole:
        _hold_against(verdict, case, report["operations"])
    damaged = report["struck"] if report["corrupt"] else 0
    verdict.hold_calls(calm.answered, damaged=damaged, most_of_a_try=subject.most_of_a_try)
    again = verdict.answered.again(calm.answered).total()
    return Outcome(case, verdict, report["struck"], tuple(report["operations"]), is_whole, again)


def _settled(subject: Subject, subject_id: str) -> bool:
    return comes_true(lambda: subject.is_settled(subject_id), _SETTLES_WITHIN_SECONDS)


def _lift_after_long(
    deployment: Deployment, subject: Subject, subject_id: str, fault_id: int
) -> dict[str, Any]:
    """It lasts from the first call that it strikes: a run may have waited for a job for longer before."""
    deadline, execution = time.monotonic() + _SETTLES_WITHIN_SECONDS, subject.execution_name(subject_id)
    before: dict[str, float] | None = None
    while time.monotonic() < deadline:
        (report,) = [each for each in deployment.control("faults")["faults"] if each["fault_id"] == fault_id]
        waits_for_start = report["struck"] >= _MORE_THAN_THE_QUEUE and not subject.is_begun(subject_id)
        waits = deployment.waits(execution) if report["struck"] else {}
        before = waits if report["struck"] and before is None else before
        lasted = max((each - (before or {}).get(name, 0.0) for name, each in waits.items()), default=0.0)
        if waits_for_start or lasted >= _LONG_SECONDS or subject.is_settled(subject_id):
            break
        time.sleep(_POLL_SECONDS)
    return deployment.lift(fault_id)


def _hold_against(verdict: Verdict, case: Case, struck: Sequence[str]) -> None:
    """An asset can't be whole where a service that it needs never answered again."""
    # A job whose start was answered badly runs all the same, under the name that we gave it.
    is_needed = case.operations.is_asked_for_findings and (
        case.fault_name != "malformed" or case.target != START_OF_JOB
    )
    # Some operations are missing here without any fault.
    unnamed = set(struck) - {operation.rpartition(":")[2] for operation in verdict.missing}
    if unnamed and is_needed and not FAULTS[case.fault_name].passes:
        verdict.untrue.append(f"{case.name} calls itself whole, though {case.target.service} never answered")
