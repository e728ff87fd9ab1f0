"""What reviewers decided about drafts of a deployment, in order of time."""

from __future__ import annotations

from botocore.exceptions import ClientError

from braid.domain.answer.review import Review
from braid.domain.asset.asset import GENERATE_FOLDER, AssetStatus
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.picks import Pick
from braid.domain.wire import decode_json
from cli.showing.records import Record, recent_records
from cli.target import Target

__all__ = ["read_picks"]

_MOST = 5_000
_ENDED = (AssetStatus.SUCCEEDED, AssetStatus.REJECTED)


def read_picks(target: Target, *, days: int) -> list[Pick]:
    """One for each decision that a person took about a draft of a template; a deadline's is none."""
    records = recent_records(target, days=days, statuses=_ENDED, limit=_MOST)
    picks = [
        pick
        for record in records
        if record.profile == GENERATE_FOLDER and (pick := _pick(target, record)) is not None
    ]
    return sorted(picks, key=lambda pick: pick.at)


def _pick(target: Target, record: Record) -> Pick | None:
    plan, review = (_read(target, record, name) for name in ("plan.json", "review.json"))
    if plan is None or review is None:
        return None
    prompt = decode_json(GenerationPlan, plan, source="plan.json").prompt
    decided = decode_json(Review, review, source="review.json")
    if decided.by_deadline or not prompt.template:
        return None
    is_picked = decided.decision == "approve"
    return Pick(record.asset_id, prompt.template, prompt.version, is_picked, decided.at)


def _read(target: Target, record: Record, name: str) -> bytes | None:
    key = f"assets/{record.asset_id}/{record.attempt}/{name}"
    try:
        body: bytes = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        return None
    return body
