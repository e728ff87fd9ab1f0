"""Is an asset lost, was it done twice, is what its record says true? Read from what the deployment keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from braid.domain.asset.asset import AssetStatus
from evaluation.faults.answered import Answered
from evaluation.faults.deployment import Deployment

__all__ = ["KEPT", "Verdict", "judge"]

# How an asset without a result ends: its message lies where it alarms and can be sent again. Of a tuning run:
# its switch is still armed, or the audit says what is left.
KEPT = "kept for repair"
_BY_EXECUTION = {
    "SUCCEEDED": (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL, AssetStatus.REJECTED),
    "RUNNING": (AssetStatus.AWAITING_REVIEW,),
}
_START_OF_JOB = "transcribe:StartTranscriptionJob"
# A success that people can see outlives its execution, which may die of the answer to its last call: what
# the result names is looked for all the same.
_ONCE_DEAD = (AssetStatus.FAILED, AssetStatus.REJECTED, AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)


@dataclass
class Verdict:
    """How it ended (a status, or ``KEPT``), with what missing, and what is wrong, in sentences.

    ``standing`` is what costs money and belongs to nothing that is in use; ``answered`` what AI services were
    paid for.
    """

    asset_id: str
    end: str
    missing: tuple[str, ...] = ()
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    answered: Answered = field(default_factory=Answered)

    def hold_calls(self, calm: Answered, *, damaged: int = 0, most_of_a_try: int | None = None) -> None:
        """Nothing was paid again that no failed try, and none of the ``damaged`` answers, explains."""
        unexplained = self.answered.unexplained(calm, damaged=damaged, most_of_a_try=most_of_a_try)
        if unexplained is not None:
            self.doubled.append(f"{self.asset_id}: {unexplained}")

    def is_as_whole_as(self, calm: Verdict) -> bool:
        """Whether all is there that an asset has to which nothing happened."""
        return self.end == calm.end and set(self.missing) <= set(calm.missing)

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.untrue or self.standing)


def judge(deployment: Deployment, asset_id: str) -> Verdict:
    """What became of an asset to which nothing more happens by itself."""
    record, execution = deployment.record(asset_id), deployment.execution_status(asset_id)
    if not deployment.is_settled(asset_id):
        stands = record.status if record else "without a record"
        return Verdict(asset_id, "open", lost=[f"{asset_id} is {stands}, its execution {execution}"])
    awaits_review = record is not None and record.status is AssetStatus.AWAITING_REVIEW
    if record is None or not (awaits_review or deployment.has_result(asset_id)):
        verdict = Verdict(asset_id, KEPT)
        if execution == "SUCCEEDED":
            verdict.untrue.append(f"{asset_id} ended well, and its record or its result doesn't say so")
        return verdict
    verdict = Verdict(asset_id, record.status)
    expected = _BY_EXECUTION.get(str(execution), _ONCE_DEAD)
    if record.status not in expected:
        verdict.untrue.append(f"{asset_id} is {record.status}, its execution {execution}")
    verdict.answered = deployment.answered(f"{asset_id}-1")
    _check_jobs(verdict)
    if not awaits_review:
        _check_result(deployment, verdict)
    return verdict


def _check_jobs(verdict: Verdict) -> None:
    started = sum(n for (_, name), n in verdict.answered.calls.items() if name == _START_OF_JOB)
    if started > 1:
        verdict.doubled.append(f"{verdict.asset_id} has {started} transcription jobs")


def _check_result(deployment: Deployment, verdict: Verdict) -> None:
    result = _read_json(deployment, f"assets/{verdict.asset_id}/result.json")
    verdict.missing = tuple(item["operation"] for item in result["missing"])
    if result["status"] != verdict.end:
        verdict.untrue.append(f"{verdict.asset_id} is {verdict.end}, its result says {result['status']}")
    for name, claim in result["results"].items():
        problem = _problem_of(deployment, claim)
        if problem:
            verdict.untrue.append(f"{name} of {verdict.asset_id} {problem}")


def _problem_of(deployment: Deployment, claim: Mapping[str, Any]) -> str | None:
    try:
        body = _read(deployment, urlsplit(claim["uri"]).path.lstrip("/"))
    except deployment.target.s3.exceptions.NoSuchKey:
        return "isn't there"
    if hashlib.sha256(body).hexdigest() != claim["sha256"]:
        return "isn't what was written"
    return None


def _read_json(deployment: Deployment, key: str) -> dict[str, Any]:
    return dict(json.loads(_read(deployment, key)))


def _read(deployment: Deployment, key: str) -> bytes:
    found = deployment.target.s3.get_object(Bucket=deployment.target.results_bucket, Key=key)
    return bytes(found["Body"].read())
