"""Files through the deployed stacks on a laptop against a bare loop over the same engines."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from evaluation.bare_engines import seconds_bare
from evaluation.faults.deployment import Deployment, deployed
from evaluation.faults.material import write_file

__all__ = ["BARE_ENGINES"]

_KINDS = ("picture", "speech")
_FILES = 50
# One after the other; of each the least.
_WARM = 3
_SECONDS = 900.0
_MOST_FIRST, _MOST_WARM, _LEAST_SHARE = 2.0, 1.25, 0.8


def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        files = {
            kind: [write_file(Path(folder), f"{kind}-{seed}", kind, seed) for seed in range(1 + _WARM)]
            for kind in _KINDS
        }
        many = [
            write_file(Path(folder), f"many-{seed:02}", _KINDS[seed % len(_KINDS)], 100 + seed)
            for seed in range(_FILES)
        ]
        # Engines start in a process of their own, here as there.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            bare = {kind: list(pool.map(seconds_bare, paths)) for kind, paths in files.items()}
            bare_many = sum(pool.map(seconds_bare, many))
        with (
            tempfile.TemporaryDirectory() as home,
            deployed(Path(home), wait_scale=0.1, loads_engines=True) as deployment,
        ):
            piped = {kind: [_seconds(deployment, [path]) for path in paths] for kind, paths in files.items()}
            piped_many = _seconds(deployment, many)
    return [*_rows(bare, piped), *_rows_of_many(bare_many, piped_many)]


def _rows(bare: dict[str, list[float]], piped: dict[str, list[float]]) -> Iterator[Row]:
    for kind in _KINDS:
        first, warm = (kind, f"{kind}, warm")
        for name, without, with_stacks, most in (
            (f"{first}, first", bare[kind][0], piped[kind][0], _MOST_FIRST),
            (warm, min(bare[kind][1:]), min(piped[kind][1:]), _MOST_WARM),
        ):
            yield Row(name, "bare loop", without, "s")
            yield Row(name, "deployed", with_stacks, "s")
            yield Row(name, "times the bare loop", with_stacks / without, "×", at_most(most))


def _rows_of_many(bare: float, piped: float) -> Iterator[Row]:
    name = f"{_FILES} at once"
    yield Row(name, "bare loop", bare, "s")
    yield Row(name, "deployed", piped, "s")
    yield Row(name, "of the bare loop's throughput", bare / piped, "×", at_least(_LEAST_SHARE))


def _seconds(deployment: Deployment, files: Sequence[Path]) -> float:
    """From the drop until the last result stands."""
    began = time.time()
    asset_ids = deployment.send(files)
    ends = []
    for asset_id in asset_ids:
        deployment.settled(asset_id, _SECONDS)
        record = deployment.record(asset_id)
        if record is None or record.finished_at is None:
            raise AssertionError(f"{asset_id} hasn't ended")
        ends.append(datetime.fromisoformat(record.finished_at).timestamp())
    return max(ends) - began


BARE_ENGINES = Benchmark(
    name="bare-engines",
    page=PERFORMANCE,
    title="What the pipeline adds to its engines",
    about=(
        "Small pictures and three seconds of speech, through the deployed stacks on a laptop as `braid up`"
        " starts them, from the drop to the result, against a loop that calls the same engines in one"
        " process: the first of its kind, where the loop loads its engines and of the stacks every function"
        " starts; the quickest of three after it; and fifty at once, half of each kind."
    ),
    subject="Files",
    measure=_measure,
)
