"""Assets that wait for a person: reading them, and telling the pipeline what was decided."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from braid.domain.answer.answer import Answer
from braid.domain.answer.review import Decision, ReviewRequest
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.evidence.timeline import Timeline
from braid.domain.generation.draft import Draft
from braid.domain.wire import decode
from cli.errors import EXIT_MISUSE, CommandError
from cli.functions import call
from cli.showing.asset_ids import find_asset
from cli.showing.documents import read_stored
from cli.showing.records import Record, recent_records
from cli.target import Target

__all__ = ["Waiting", "decide", "draft_of", "read_waiting", "waiting_assets", "who_decides"]

T = TypeVar("T")
# The state that waits gives up after thirty days.
_LONGEST_WAIT_DAYS = 31


@dataclass(frozen=True)
class Waiting:
    """One asset that waits: why, until when, and what the decision is about."""

    record: Record
    request: ReviewRequest
    timeline: Timeline | None = None
    answer: Answer | None = None
    draft: Draft | None = None


def waiting_assets(target: Target, *, limit: int) -> list[Waiting]:
    """Every asset that waits for a reviewer, newest first, without timeline and answer."""
    records = recent_records(
        target, days=_LONGEST_WAIT_DAYS, statuses=(AssetStatus.AWAITING_REVIEW,), limit=limit
    )
    found = ((record, _read_review(target, record.asset_id)) for record in records)
    return [Waiting(record, decode(ReviewRequest, review["request"])) for record, review in found if review]


def read_waiting(target: Target, asset_id: str) -> Waiting:
    """The asset with what there is to decide about. Raises ``CommandError`` where it waits for nobody."""
    record = find_asset(target, asset_id)
    review = _read_review(target, record.asset_id)
    if record.status != AssetStatus.AWAITING_REVIEW or review is None:
        raise CommandError(
            f"{record.asset_id} isn't awaiting review (status: {record.status}); `braid review list` shows "
            "those that are",
            exit_code=EXIT_MISUSE,
        )
    return Waiting(
        record,
        decode(ReviewRequest, review["request"]),
        _document(target, Timeline, review["timeline"]) if review.get("timeline") else None,
        _document(target, Answer, review["answer"]) if review.get("answer") else None,
        _document(target, Draft, review["draft"]) if review.get("draft") else None,
    )


def draft_of(target: Target, waiting: Waiting) -> Result:
    """What there is of the asset while it waits, by the names of ``result.json``: report and admission."""
    record = waiting.record
    folder = f"s3://{target.results_bucket}/assets/{record.asset_id}/{record.attempt}"
    kinds = {"report": "report.html", "admission": "admission.json"}
    return Result(
        asset_id=record.asset_id,
        attempt=record.attempt,
        source=ResultSource("", record.source_key, ""),
        profile=record.profile,
        status=record.status,
        reason=record.reason,
        missing=(),
        gates=(),
        results={name: Claim(f"{folder}/{file}", "", 0, "") for name, file in kinds.items()},
        timings=Timings(record.received_at, record.updated_at or "", None),
        execution_arn=record.execution_arn or "",
    )


def decide(
    target: Target,
    waiting: Waiting,
    decision: Decision,
    *,
    by: str,
    note: str,
    answer: Mapping[str, Any] | None = None,
) -> None:
    """Has the pipeline carry out the decision. Raises ``CommandError`` with its reason not to."""
    order = {
        "asset_id": waiting.record.asset_id,
        "decision": decision,
        "by": by,
        "note": note,
        "answer": answer,
        "attempt": waiting.record.attempt,
        "requested_at": waiting.request.requested_at,
    }
    call(target, target.review_function, order)


def who_decides(target: Target) -> str:
    """The caller's name for the record: the role and session that AWS knows, or the user of this machine."""
    if target.is_local:
        try:
            return getpass.getuser()
        except (KeyError, OSError) as error:
            raise CommandError("can't tell who you are; add --by NAME") from error
    return str(target.sts.get_caller_identity()["Arn"]).split(":")[-1]


def _read_review(target: Target, asset_id: str) -> dict[str, Any] | None:
    """The record's ``review``, and nothing else of it: the task token stays where it is."""
    item = target.dynamodb.get_item(
        TableName=target.assets_table,
        Key={"asset_id": {"S": asset_id}},
        ProjectionExpression="#review",
        ExpressionAttributeNames={"#review": "review"},
        ConsistentRead=True,
    ).get("Item", {})
    review: dict[str, Any] | None = json.loads(item["review"]["S"]) if "review" in item else None
    return review


def _document(target: Target, cls: type[T], claim: Mapping[str, Any]) -> T:
    known = decode(Claim, claim)
    return read_stored(target, cls, known.bucket, known.key)
