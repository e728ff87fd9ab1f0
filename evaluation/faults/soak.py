"""Many mixed files at once, while every service fails now and then, as a seed decides."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from braid.domain.audit.disagreements import Disagreement, Mend, disagreements
from cli.repair.dead_letters import receive_letters, redrive_letter
from cli.repair.gathering import gather
from cli.repair.mending import mend
from evaluation.faults.answered import Answered
from evaluation.faults.classes import BY_SERVICE
from evaluation.faults.deployment import Deployment
from evaluation.faults.material import write_file
from evaluation.faults.verdict import Verdict, judge

__all__ = ["SEED", "audit_seconds", "left_after_redrive", "run_soak"]

SEED = 20261129
# Of a hundred files.
_MIX: Mapping[str, int] = {"text": 55, "json": 15, "table": 15, "picture": 10, "speech": 5}
_SERVICES = ("comprehend", "rekognition", "transcribe", "bedrock-runtime", "s3", "dynamodb", "stepfunctions")
_BY_STATES = ("lambda",)
# Shares of all calls, a twentieth together: throttled and failing in the service's own words, answered by
# half, and killed.
_THROTTLED, _FAILING = 0.02, 0.02
_WAYS: tuple[tuple[float, Mapping[str, Any]], ...] = (
    (0.005, {"corrupt": "truncate"}),
    (0.005, {"kill": "Runtime.OutOfMemory"}),
)
_BY_STATES_THROTTLED, _BY_STATES_FAILING = 0.03, 0.02
_STANDS_STILL_SECONDS = 600.0
_MENDS_WITHIN_SECONDS = 120.0
_CALM_WITHIN_SECONDS = 300.0


def run_soak(deployment: Deployment, folder: Path, count: int) -> tuple[list[Verdict], int]:
    """Drops ``count`` files at once; what became of each, and how many calls were struck."""
    share_of = [kind for kind, share in _MIX.items() for _ in range(share)]
    kinds = [share_of[number * 37 % len(share_of)] for number in range(count)]
    files = [
        write_file(folder, f"soak-{number:03}", kind, SEED + number) for number, kind in enumerate(kinds)
    ]
    calm = {kind: _calm(deployment, folder, kind) for kind in sorted(set(kinds))}
    fault_ids = [deployment.inject(fault) for fault in _faults()]
    asset_ids = deployment.send(files)
    _await_all(deployment, asset_ids)
    reports = [deployment.lift(fault_id) for fault_id in fault_ids]
    damaged = Counter[str]()
    for report in reports:
        damaged.update(report["executions"] if report["corrupt"] else {})
    verdicts = [judge(deployment, asset_id) for asset_id in asset_ids]
    for verdict, kind in zip(verdicts, kinds, strict=True):
        verdict.hold_calls(calm[kind], damaged=damaged[f"{verdict.asset_id}-1"])
    return verdicts, sum(int(report["struck"]) for report in reports)


def audit_seconds(deployment: Deployment) -> float:
    """How long `braid audit` takes to read and compare the deployment as it stands."""
    began = time.monotonic()
    disagreements(gather(deployment.target, now=datetime.now(UTC), settled=timedelta(0)))
    return time.monotonic() - began


def left_after_redrive(deployment: Deployment) -> tuple[Disagreement, ...]:
    """Sends every dead letter to where it belongs, as `braid redrive` does, and audits the deployment.

    Runs of tuning have no letters: what never said how it ended is torn down, as `braid audit --fix` does.
    """
    for letter in list(receive_letters(deployment.target)):
        redrive_letter(deployment.target, letter)
    deadline = time.monotonic() + _MENDS_WITHIN_SECONDS
    while True:
        now = datetime.now(UTC) + timedelta(seconds=1)
        facts = gather(deployment.target, now=now, settled=timedelta(0))
        found = disagreements(facts)
        for each in found:
            if each.mend is Mend.TEAR_DOWN:
                mend(deployment.target, facts, each)
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(2)


def _calm(deployment: Deployment, folder: Path, kind: str) -> Answered:
    """What AI services answer for such a file to which nothing happens."""
    (asset_id,) = deployment.send([write_file(folder, f"calm-{kind}", kind, SEED - 1)])
    if not deployment.settled(asset_id, _CALM_WITHIN_SECONDS):
        raise AssertionError(f"{asset_id} doesn't end, though nothing goes wrong")
    return judge(deployment, asset_id).answered


def _faults() -> Iterator[dict[str, Any]]:
    for services, throttled, failing, others in (
        (_SERVICES, _THROTTLED, _FAILING, _WAYS),
        (_BY_STATES, _BY_STATES_THROTTLED, _BY_STATES_FAILING, ()),
    ):
        for service in services:
            words = BY_SERVICE[service]
            said: list[tuple[float, Mapping[str, Any]]] = [
                (share, {"error_code": code, "status": status})
                for share, (code, status) in ((throttled, words.throttle), (failing, words.failure))
            ]
            for number, (share, members) in enumerate((*said, *others)):
                yield {
                    "service": service,
                    "operation": "*",
                    "about": "soak-",
                    "probability": share,
                    "seed": SEED + number,
                    **members,
                }


def _await_all(deployment: Deployment, asset_ids: Sequence[str]) -> None:
    """Until all are settled, or none has become so for some time."""
    open_ids, moved_at = list(asset_ids), time.monotonic()
    while open_ids and time.monotonic() - moved_at < _STANDS_STILL_SECONDS:
        still = [asset_id for asset_id in open_ids if not deployment.is_settled(asset_id)]
        if len(still) < len(open_ids):
            moved_at = time.monotonic()
        open_ids = still
        time.sleep(2)
