"""What becomes of assets whose calls fail, by plan and by chance."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import RELIABILITY
from benchmarks.rows import Row, at_least, at_most
from evaluation.faults.classes import CLASSES, POSTS, TUNING
from evaluation.faults.consumer import Consumer, consumer, unannounced
from evaluation.faults.deployment import Deployment, deployed
from evaluation.faults.matrix import FAULTS, Case, cases
from evaluation.faults.running import Outcome, run_cases
from evaluation.faults.soak import SEED, audit_seconds, left_after_redrive, run_soak
from evaluation.faults.verdict import KEPT, Verdict
from evaluation.load.stub_model import stub_model

__all__ = ["BENCHMARKS"]

_SOAKED = int(os.environ.get("BRAID_SOAK_FILES", "500"))
_WAIT_SCALE = 0.005
# Their model is a stub, which files can't be answered by.
_WITH_STUB = (POSTS, TUNING)
_OF = {False: "of files", True: "of posts and tuning"}
_TOLD_EVERY = 20
# Together the 25 minutes of `make faults`.
_MATRIX_SECONDS, _SOAK_SECONDS = 1000.0, 500.0
# Over the 500 files.
_AUDIT_SECONDS = 20.0


@dataclass(frozen=True)
class _Running:
    """A deployment with who listens to its bus, and where files for it are written."""

    deployment: Deployment
    listener: Consumer
    folder: Path


@contextmanager
def _running(context: Mapping[str, str] | None = None) -> Iterator[_Running]:
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as folder,
        deployed(Path(home), wait_scale=_WAIT_SCALE, runs_of_one_function=6, context=context) as deployment,
        consumer(deployment.target.client, "listener", {}) as listener,
    ):
        yield _Running(deployment, listener, Path(folder))


@contextmanager
def _running_with_stub() -> Iterator[_Running]:
    with stub_model(), _running({"tuning": "true"}) as running:
        yield running


def _wrong(name: str, verdicts: Sequence[Verdict]) -> Iterator[Row]:
    for measure in ("lost", "doubled", "untrue"):
        count = sum(bool(getattr(verdict, measure)) for verdict in verdicts)
        yield Row(name, measure, count, bound=at_most(0))


def _told(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        for sentence in (*verdict.lost, *verdict.doubled, *verdict.untrue, *verdict.standing):
            print(f"    {sentence}", flush=True)


def _tell_unexpected(outcomes: Sequence[Outcome]) -> None:
    """Which cases say nothing, and which of those that were to end whole didn't."""
    for outcome in outcomes:
        case = outcome.case
        which = f"{case.name} ({case.class_name}, {case.fault_name}, {case.position})"
        if not outcome.struck:
            print(f"    {which} struck nothing: {outcome.verdict.end}", flush=True)
        elif FAULTS[case.fault_name].passes and not outcome.is_whole:
            missing = ", ".join(sorted(outcome.verdict.missing)) or "nothing is missing"
            print(f"    {which} isn't whole: {outcome.verdict.end}, {missing}", flush=True)


def _measure_matrix() -> Iterator[Row]:
    """Side by side: most of a case's time is spent waiting."""
    began = time.monotonic()
    with _running() as of_files, _running_with_stub() as with_stub, ThreadPoolExecutor(2) as pool:
        parts = [(of_files, False), (with_stub, True)]
        found = list(pool.map(lambda part: _run(*part), parts))
        outcomes = [outcome for part in found for outcome in part]
        _told([outcome.verdict for outcome in outcomes])
        _tell_unexpected(outcomes)
        for name in FAULTS:
            of_fault = [outcome for outcome in outcomes if outcome.case.fault_name == name]
            yield from _line(name, of_fault, passes=FAULTS[name].passes)
        for name in CLASSES:
            yield from _line(name, [outcome for outcome in outcomes if outcome.case.class_name == name])
        running = (of_files, with_stub)
        left = [each for part in running for each in left_after_redrive(part.deployment)]
        unheard = [each for part in running for each in unannounced(part.deployment.target, part.listener)]
        name = "all, once repaired"
        yield Row(name, "disagreements", len(left), bound=at_most(0))
        yield Row(name, "unannounced", len(unheard), bound=at_most(0))
        yield Row(name, "wall time", time.monotonic() - began, "s", at_most(_MATRIX_SECONDS))


def _run(running: _Running, needs_stub: bool) -> list[Outcome]:
    chosen = [case for case in cases() if _needs_stub(case) == needs_stub]
    outcomes = []
    for outcome in run_cases(running.deployment, running.folder, chosen):
        outcomes.append(outcome)
        if len(outcomes) % _TOLD_EVERY == 0:
            print(f"  {len(outcomes)} of {len(chosen)} cases {_OF[needs_stub]} have ended", flush=True)
    return outcomes


def _needs_stub(case: Case) -> bool:
    return case.operations.kind in _WITH_STUB


def _line(name: str, planned: Sequence[Outcome], *, passes: bool = False) -> Iterator[Row]:
    # What struck nothing says nothing.
    outcomes = [outcome for outcome in planned if outcome.struck]
    verdicts = [outcome.verdict for outcome in outcomes]
    whole = sum(outcome.is_whole for outcome in outcomes)
    yield Row(name, "tried", len(outcomes))
    yield Row(name, "struck nothing", len(planned) - len(outcomes), bound=at_most(0))
    yield Row(name, "calls struck", sum(outcome.struck for outcome in outcomes))
    yield Row(name, "whole", whole, bound=at_least(len(outcomes)) if passes else None)
    yield Row(name, KEPT, sum(verdict.end == KEPT for verdict in verdicts))
    yield Row(name, "calls made again", sum(outcome.calls_again for outcome in outcomes))
    yield from _wrong(name, verdicts)
    if any(outcome.case.operations.kind == TUNING for outcome in outcomes):
        standing = sum(bool(verdict.standing) for verdict in verdicts)
        yield Row(name, "left standing", standing, bound=at_most(0))


def _measure_soak() -> Iterator[Row]:
    with _running() as running:
        yield from _soaked(running)


def _soaked(running: _Running) -> Iterator[Row]:
    began = time.monotonic()
    verdicts, struck = run_soak(running.deployment, running.folder, _SOAKED)
    _told(verdicts)
    name = f"seed {SEED}"
    yield Row(name, "files", len(verdicts))
    yield Row(name, "calls struck", struck)
    for end in sorted({verdict.end for verdict in verdicts}):
        yield Row(name, end, sum(verdict.end == end for verdict in verdicts))
    yield from _wrong(name, verdicts)
    yield Row(name, "audit", audit_seconds(running.deployment), "s", at_most(_AUDIT_SECONDS))
    left = left_after_redrive(running.deployment)
    yield Row(name, "disagreements after redrive", len(left), bound=at_most(0))
    unheard = unannounced(running.deployment.target, running.listener)
    yield Row(name, "unannounced", len(unheard), bound=at_most(0))
    yield Row(name, "wall time", time.monotonic() - began, "s", at_most(_SOAK_SECONDS))


BENCHMARKS = (
    Benchmark(
        name="faults",
        page=RELIABILITY,
        title="Faults by plan",
        about=(
            "Each fault at the first, the middle or the last call of a class of operations, in an asset, a"
            " file of posts or a tuning run of its own, through the stacks deployed into the embedded AWS."
            " Of storage and table the last is the one that closes: `result.json`, the record's end. A"
            " case's number is its seed. Whole: nothing is missing that one without a fault has; of a tuning"
            " run, that its model is in use. Waits between tries are shortened; a quarter of an hour is one"
            " as the state machine sees it. An outage or a refusal that never ends costs what it concerns,"
            " and the record says so; where even the record can't be written, the message stays in the dead"
            " letters, and sending it again mends it. A tuning run that couldn't take everything away keeps"
            " its switch, or is found by the audit. Lost: it neither ended nor lies there, or a line has no"
            " decision. Doubled: two jobs, a line decided twice, or more answers of AI services than the same"
            " gets without a fault and failed tries explain: what a step was told and hadn't stored yet goes"
            " with its try, so each may cost the calls of that one step again, of posts those of one chunk."
            " Untrue: record, execution, result and stored files disagree, one"
            " calls itself whole that isn't, or decisions aren't in order. Left standing: what costs money"
            " and serves nobody, once the switch's hour has come. Unannounced: a published result that a"
            " consumer of the bus never heard of. Posts and tuning have a stub as their model."
        ),
        subject="Fault, and class of operations",
        measure=lambda: list(_measure_matrix()),
        on_request=True,
    ),
    Benchmark(
        name="soak",
        page=RELIABILITY,
        title="Faults by chance",
        about=(
            "Texts, tables, pictures and recordings at once, while one call in twenty to any service is"
            " throttled, fails, is answered by half, or kills the function that makes it. Throttles and"
            " failures are waited for. FAILED, PARTIAL and REJECTED are mostly assets of which a step"
            " died, or was answered by half, in both of its tries: there is no third, for a file that"
            " kills a step twice would kill it again. Publish Result makes 25 calls, of which one in 200"
            " kills it: a try in nine dies, and both of them in one asset of seventy. A document or source"
            " that was read by half is read once more within the try. Calls made again are held to failed"
            " tries as above."
        ),
        subject="Run",
        measure=lambda: list(_measure_soak()),
        on_request=True,
    ),
)
