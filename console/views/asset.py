"""One asset: where it stands, what came of it, what is missing and the command that mends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from braid.domain.answer.review import DEADLINE_WORDS, DECISION_WORDS, ReviewRequest
from braid.domain.asset.asset import GENERATE_FOLDER, AssetStatus
from braid.domain.asset.result import Result
from braid.domain.money.accounting import missing_by_reason
from braid.domain.money.receipt import Receipt
from braid.domain.span import brief_timecode
from braid.domain.wire import decode, decode_json
from braid.store.review_records import Decided
from cli.showing.asset_ids import find_asset
from cli.showing.records import Record, follow_execution, read_result
from cli.showing.results import get_result
from cli.showing.standing import Standing
from cli.target import Target
from console.context import context_of
from console.pages import page
from console.reading.claims import CLAIM_FIELDS, claim_of
from console.views.playing import read_played
from console.views.posts import is_posts_file

__all__ = ["show"]

_MOST_DIGITS = 9  # eleven days in milliseconds


@dataclass(frozen=True)
class Event:
    """A line of the asset's history: when (ISO 8601), what, by whom and why."""

    at: str
    what: str
    note: str = ""


def show(request: Request) -> Response:
    """The asset that the path names, by its id or a beginning of it."""
    target = context_of(request).target
    record = find_asset(target, request.path_params["asset_id"])
    standing = Standing.of(target, record, follow_execution(target, record))
    result = read_result(target, record.asset_id) if _has_result(record) else None
    history = sorted(_history(target, record), key=lambda event: event.at)
    return page(
        request,
        "asset.html",
        title=record.name,
        record=record,
        standing=standing,
        result=result,
        missing=missing_by_reason(result.missing) if result else {},
        receipt=_receipt(target, result),
        history=history,
        view_of_its_own=_view_of_its_own(record),
        played=read_played(target, record),
        start=_start(request.query_params.get("at", "")),
        mending=mending_command(target, record),
        has_report=record.status is AssetStatus.AWAITING_REVIEW
        or (result is not None and "report" in result.results),
    )


def _start(text: str) -> tuple[str, str] | None:
    """Of a moment in milliseconds how players and how people write it; ``None`` for what isn't one."""
    if not (text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS):
        return None
    return f"#t={int(text) / 1000:g}", brief_timecode(int(text))


def mending_command(target: Target, record: Record) -> str:
    """The command that mends what is missing; empty where nothing is."""
    verbs = {AssetStatus.FAILED: "redrive", AssetStatus.PARTIAL: "rerun"}
    if record.status not in verbs:
        return ""
    where = "" if target.is_local else f" --stack {target.stack_name}"
    return f"braid {verbs[record.status]} {record.asset_id}{where}"


def _view_of_its_own(record: Record) -> str:
    """The path of the view that shows more of an asset of this kind; empty where none does."""
    if record.profile == GENERATE_FOLDER:
        return "/generation"
    return "/posts" if is_posts_file(record) else ""


def _has_result(record: Record) -> bool:
    is_closed = not record.status.is_open and record.status is not AssetStatus.DELETED
    return is_closed and record.result_uri is not None


def _receipt(target: Target, result: Result | None) -> Receipt | None:
    if result is None or "receipt" not in result.results:
        return None
    return decode_json(Receipt, get_result(target, result, "receipt"), source="receipt.json")


def _history(target: Target, record: Record) -> Iterator[Event]:
    """What happened to the record, and who decided: all of it stands in the record."""
    if record.received_at:
        yield Event(record.received_at, "received" + _attempt(record))
    item = _review_members(target, record.asset_id)
    if "review" in item:
        asked = decode(ReviewRequest, json.loads(item["review"]["S"])["request"])
        else_what = DEADLINE_WORDS[asked.on_deadline]
        yield Event(
            asked.requested_at,
            f"awaits a decision until {asked.deadline[:16]}, else it is {else_what}",
            "; ".join(asked.reasons),
        )
    claim = claim_of(item)
    if claim is not None and record.status is AssetStatus.AWAITING_REVIEW:
        yield Event(claim.until, f"claimed by {claim.by} until then")
    if "review_decision" in item:
        decided = decode_json(Decided, item["review_decision"]["S"].encode(), source="the decision").review
        who = "the deadline, as nobody had decided" if decided.by_deadline else decided.by
        yield Event(decided.at, f"{DECISION_WORDS[decided.decision]} by {who}", decided.note)
    if record.finished_at:
        yield Event(record.finished_at, f"ended: {str(record.status).replace('_', ' ').lower()}")


def _attempt(record: Record) -> str:
    return f" (attempt {record.attempt})" if record.attempt > 1 else ""


def _review_members(target: Target, asset_id: str) -> dict[str, Any]:
    """What the record says of its review, without the task token."""
    found: dict[str, Any] = target.dynamodb.get_item(
        TableName=target.assets_table,
        Key={"asset_id": {"S": asset_id}},
        ProjectionExpression=", ".join(("review", "review_decision", *CLAIM_FIELDS)),
        ConsistentRead=True,
    ).get("Item", {})
    return found
