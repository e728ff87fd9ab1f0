"""How assets that run at once share an account's rates: by trying again, or by turns that a table gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import mean

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from evaluation.faults.shared_rates import Load, Shared, by_tries, by_turns

__all__ = ["SHARED_RATES"]

_SEEDS = range(20)
_BEFORE_SECONDS = 120.0
_TARGET = 1.3
_SLOTS = (10, 50, 400)
_LOADS: Mapping[str, tuple[int, int, float, float]] = {
    # assets, calls of each, seconds of a call, the quota
    "Rekognition: 400 clips, 2 stills": (400, 2, 0.4, 5.0),
    "Rekognition: 40 films, 40 stills": (40, 40, 0.4, 5.0),
    "Bedrock: 400 answers": (400, 1, 3.0, 2.0),
}
_STEP_PER_SECOND = 5.0


def _measure() -> Iterator[Row]:
    for name, (assets, calls, call_seconds, quota) in _LOADS.items():
        for slots in _SLOTS:
            load = Load(assets, calls, call_seconds, _STEP_PER_SECOND, slots, quota)
            yield from _rows(f"{name}, {slots} at once", load)


def _rows(name: str, load: Load) -> Iterator[Row]:
    before = [by_tries(load, seed=seed, longest_wait_seconds=_BEFORE_SECONDS) for seed in _SEEDS]
    now = [by_tries(load, seed=seed) for seed in _SEEDS]
    turns = [by_turns(load, seed=0)]
    yield Row(name, "waits of 120 s, worst", _ratio(load, before), "×")
    yield Row(name, "of 30 s, worst", _ratio(load, now), "×", at_most(_TARGET))
    yield Row(name, "turns", _ratio(load, turns), "×")
    yield Row(
        name, "throttled a call answered", mean(it.throttled for it in now) / (load.assets * load.calls)
    )
    yield Row(name, "function, tries", mean(it.function_seconds for it in now) / load.assets, "s an asset")
    yield Row(name, "function, turns", turns[0].function_seconds / load.assets, "s an asset")


def _ratio(load: Load, runs: list[Shared]) -> float:
    least = max(load.allowed_seconds, load.assets * load.calls * load.call_seconds / load.slots)
    return max(run.seconds for run in runs) / least


SHARED_RATES = Benchmark(
    name="shared-rates",
    page=PERFORMANCE,
    title="Sharing an account's rates",
    about=(
        "How much longer it takes until the last of many assets has ended than what its calls take at the"
        " quota's rate, in virtual time: the embedded AWS's quota (5 calls a second of each Rekognition"
        " operation, 2 of a model), the state machine's own retriers, botocore's backoff within a step. With"
        " turns an item in a table says when the next call may begin, and functions wait for it. The worst of"
        f" {len(_SEEDS)} runs, whose seeds are their numbers."
    ),
    subject="Load",
    measure=lambda: list(_measure()),
    is_short=True,
)
