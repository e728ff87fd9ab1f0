"""What one asset of each kind takes of the platform: states, calls, requests, bytes of state, money."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from braid.domain.asset.asset import AssetStatus
from evaluation.faults.deployment import Deployment, deployed

__all__ = ["REFERENCE_ASSETS"]

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_ASSETS = ("talk.mp4", "portrait.jpg", "rental.pdf", "mug.bundle")
# Between states 256 KB may travel (service-quotas of Step Functions); claim checks stay far below.
_MOST_STATE_KB = 32
_SECONDS = 300.0


def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as home, deployed(Path(home), wait_scale=0.1) as deployment:
        ids = {name: deployment.send([_SAMPLES / name])[0] for name in _ASSETS}
        return [
            row for name, asset_id in ids.items() for row in _rows(deployment, name.split(".")[0], asset_id)
        ]


def _rows(deployment: Deployment, name: str, asset_id: str) -> Iterator[Row]:
    settled = deployment.settled(asset_id, _SECONDS)
    record = deployment.record(asset_id)
    is_well = settled and record is not None and record.status is AssetStatus.SUCCEEDED
    yield Row(name, "succeeded", float(is_well), bound=at_least(1))
    if not is_well:
        return
    receipt = deployment.receipt(asset_id)
    of_service: defaultdict[str, float] = defaultdict(float)
    for line in receipt.lines:
        of_service[f"{line.service} {line.unit}"] += line.quantity
    yield Row(name, "states", of_service["stepfunctions transition"])
    yield Row(name, "Lambda calls", of_service["lambda request"])
    yield Row(name, "Lambda", of_service["lambda gb_second"], "GB-s")
    yield Row(name, "S3 requests", of_service["s3 request"])
    state_kb = _largest_state_bytes(deployment, asset_id) / 1024
    yield Row(name, "largest state", state_kb, "KiB", at_most(_MOST_STATE_KB))
    yield Row(name, "list price", receipt.total_usd * 100, "cents")


def _largest_state_bytes(deployment: Deployment, asset_id: str) -> int:
    """The longest input or output of any state."""
    pages = deployment.target.stepfunctions.get_paginator("get_execution_history").paginate(
        executionArn=deployment.execution_arn(asset_id)
    )
    return max(len(text.encode()) for page in pages for event in page["events"] for text in _texts(event))


def _texts(event: dict[str, Any]) -> Iterator[str]:
    for details in event.values():
        if isinstance(details, dict):
            yield from (details[name] for name in ("input", "output") if isinstance(details.get(name), str))


REFERENCE_ASSETS = Benchmark(
    name="reference-assets",
    page=PERFORMANCE,
    title="What one asset takes",
    about=(
        "The samples through the deployed stacks on a laptop; counts are those of their receipts, which equal"
        " what the embedded AWS saw. Lambda's GB-s are those of this machine and its engines. The"
        " list price is that of us-east-1, of the AI services most of all."
    ),
    subject="Asset",
    measure=_measure,
)
