"""What becomes of assets whose calls fail, by plan and by chance."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import RELIABILITY
from benchmarks.rows import Row, at_least, at_most
from evaluation.faults.deployment import Deployment, deployed
from evaluation.faults.matrix import CLASSES, FAULTS, Outcome, cases, run_cases
from evaluation.faults.soak import SEED, left_after_redrive, run_soak
from evaluation.faults.verdict import KEPT, Verdict

__all__ = ["BENCHMARKS"]

_SOAKED = 500
_WAIT_SCALE = 0.005


def _with_deployment(measure: Callable[[Deployment, Path], Sequence[Row]]) -> list[Row]:
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as folder,
        deployed(Path(home), wait_scale=_WAIT_SCALE, runs_of_one_function=6) as deployment,
    ):
        return list(measure(deployment, Path(folder)))


def _wrong(name: str, verdicts: Sequence[Verdict]) -> Iterator[Row]:
    for measure in ("lost", "doubled", "untrue"):
        count = sum(bool(getattr(verdict, measure)) for verdict in verdicts)
        yield Row(name, measure, count, bound=at_most(0))


def _told(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        for sentence in (*verdict.lost, *verdict.doubled, *verdict.untrue):
            print(f"    {sentence}", flush=True)


def _measure_matrix(deployment: Deployment, folder: Path) -> Iterator[Row]:
    # Now and then an asset makes fewer calls than another: what struck nothing says nothing.
    outcomes = [outcome for outcome in run_cases(deployment, folder, cases()) if outcome.struck]
    _told([outcome.verdict for outcome in outcomes])
    for name in FAULTS:
        of_fault = [outcome for outcome in outcomes if outcome.case.fault_name == name]
        yield from _line(name, of_fault, passes=FAULTS[name].passes)
    for name in CLASSES:
        yield from _line(name, [outcome for outcome in outcomes if outcome.case.class_name == name])
    left = left_after_redrive(deployment)
    yield Row("all, once dead letters were sent again", "disagreements", len(left), bound=at_most(0))


def _line(name: str, outcomes: Sequence[Outcome], *, passes: bool = False) -> Iterator[Row]:
    verdicts = [outcome.verdict for outcome in outcomes]
    whole = sum(outcome.is_whole for outcome in outcomes)
    yield Row(name, "tried", len(outcomes))
    yield Row(name, "calls struck", sum(outcome.struck for outcome in outcomes))
    yield Row(name, "whole", whole, bound=at_least(len(outcomes)) if passes else None)
    yield Row(name, KEPT, sum(verdict.end == KEPT for verdict in verdicts))
    yield from _wrong(name, verdicts)


def _measure_soak(deployment: Deployment, folder: Path) -> Iterator[Row]:
    verdicts, struck = run_soak(deployment, folder, _SOAKED)
    _told(verdicts)
    name = f"seed {SEED}"
    yield Row(name, "files", len(verdicts))
    yield Row(name, "calls struck", struck)
    for end in sorted({verdict.end for verdict in verdicts}):
        yield Row(name, end, sum(verdict.end == end for verdict in verdicts))
    yield from _wrong(name, verdicts)
    left = left_after_redrive(deployment)
    yield Row(name, "disagreements after redrive", len(left), bound=at_most(0))


BENCHMARKS = (
    Benchmark(
        name="faults",
        page=RELIABILITY,
        title="Faults by plan",
        about=(
            "Each fault at the first, the middle or the last call of a class of operations, in an asset"
            " of its own, through the pipeline deployed into the embedded AWS; a case's number is its"
            " seed. Whole: nothing is missing that an asset without a fault has. Waits between tries are"
            " shortened; a quarter of an hour is one as the state machine sees it. An outage or a refusal"
            " that never ends costs what it concerns, and the record says so; where even the record can't"
            " be written, the message stays in the dead letters, and sending it again mends it. Lost: it"
            " neither ended nor lies there. Doubled: two jobs, or paid twice. Untrue: record, execution,"
            " result and stored files disagree, or an asset calls itself whole that isn't."
        ),
        subject="Fault, and class of operations",
        measure=lambda: _with_deployment(lambda d, f: list(_measure_matrix(d, f))),
        on_request=True,
    ),
    Benchmark(
        name="soak",
        page=RELIABILITY,
        title="Faults by chance",
        about=(
            f"{_SOAKED} texts, tables, pictures and recordings at once, while one call in twenty to any"
            " service is throttled, fails, is answered by half, or kills the function that makes it."
        ),
        subject="Run",
        measure=lambda: _with_deployment(lambda d, f: list(_measure_soak(d, f))),
        on_request=True,
    ),
)
