"""Whether the time of a bulk drop is what its calls take at the account's quotas, as the runbook reckons."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Bound, Row, at_least
from braid.domain.asset.asset import AssetStatus
from evaluation.faults.deployment import Deployment, deployed
from evaluation.faults.material import write_file

__all__ = ["THROUGHPUT"]

_PICTURES = 50
# So low that a laptop keeps up with it.
_PER_SECOND = 0.5
_WITHIN = Bound(least=0.8, most=1.2)
# What trying again adds to the quota's own time with 50 assets at once, in virtual time: the benchmark
# "shared-rates", and decision 21.
_TRYING_AGAIN = 1.13
_SECONDS = 900.0
# A function that is throttled waits; on two cores two of it would ask too seldom to use the quota up.
_RUNS_OF_ONE_FUNCTION = 16


def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        pictures = [
            write_file(Path(folder), f"picture-{seed:02}", "picture", seed) for seed in range(_PICTURES + 2)
        ]
        with deployed(Path(home), wait_scale=0.1, runs_of_one_function=_RUNS_OF_ONE_FUNCTION) as deployment:
            return list(_rows(deployment, pictures))


def _rows(deployment: Deployment, pictures: list[Path]) -> Iterator[Row]:
    _seconds_until_ended(deployment, pictures[:1])  # starts every function
    alone, _ = _seconds_until_ended(deployment, pictures[1:2])
    quota = {"service": "rekognition", "operation": "*", "per_second": _PER_SECOND}
    deployment.control("quotas", "POST", quota)
    took, succeeded = _seconds_until_ended(deployment, pictures[2:])
    counted = deployment.control("quotas")["quotas"]
    # The first call meets a full bucket.
    needed = max(each["granted"] - 1 for each in counted) / _PER_SECOND
    name = f"{_PICTURES} pictures"
    yield Row(name, "succeeded", succeeded, bound=at_least(_PICTURES))
    yield Row(name, "one alone", alone, "s")
    yield Row(name, "their calls at the quota's rate", needed, "s")
    yield Row(name, "wall time", took, "s")
    yield Row(name, "the same with trying again", needed * _TRYING_AGAIN, "s")
    reckoned = needed * _TRYING_AGAIN + alone
    yield Row(name, "wall time, times what was reckoned", took / reckoned, "×", _WITHIN)


def _seconds_until_ended(deployment: Deployment, files: list[Path]) -> tuple[float, int]:
    """How long it takes from the drop to the last end, and how many succeeded."""
    began = time.monotonic()
    asset_ids = deployment.send(files)
    for asset_id in asset_ids:
        deployment.settled(asset_id, _SECONDS)
    took = time.monotonic() - began
    records = [deployment.record(asset_id) for asset_id in asset_ids]
    return took, sum(record is not None and record.status is AssetStatus.SUCCEEDED for record in records)


THROUGHPUT = Benchmark(
    name="throughput",
    page=PERFORMANCE,
    title="How long a bulk drop takes",
    about=(
        "Fifty pictures dropped at once, where each Rekognition operation answers a call in two seconds: the"
        " last has ended when the calls of the operation that is asked most have gone through at the quota's"
        " rate, an eighth later as they share it by trying again, and one asset alone after it. [The"
        " runbook](operating.md#quotas) reckons by that which quota to raise first."
    ),
    subject="Drop",
    measure=_measure,
)
