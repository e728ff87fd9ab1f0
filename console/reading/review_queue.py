"""The answers that await a person, the one that has waited longest first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from braid.domain.answer.review import ReviewRequest
from braid.domain.asset.asset import AssetStatus
from braid.domain.wire import decode
from cli.showing.records import name_of
from cli.target import Target
from console.reading.claims import CLAIM_FIELDS, Claim, claim_of

__all__ = ["Queued", "read_queue"]

# The state that waits gives up after thirty days.
_LONGEST_WAIT_DAYS = 31
_AT_ONCE = 8
# Never the task token: whoever reads it could end the review without the function that checks it.
_FIELDS = ("asset_id", "attempt", "profile", "source_key", "media_type", "review", *CLAIM_FIELDS)


@dataclass(frozen=True)
class Queued:
    """One answer that waits: of what, why, since and until when, and who looks at it."""

    asset_id: str
    attempt: int
    name: str
    profile: str
    media_type: str
    request: ReviewRequest
    claim: Claim | None


def read_queue(target: Target, *, today: date, waiting_count: int, limit: int) -> tuple[Queued, ...]:
    """The ``limit`` that have waited longest; nothing is asked where ``waiting_count`` is 0."""
    if not waiting_count:
        return ()
    days = [today - timedelta(days=back) for back in reversed(range(_LONGEST_WAIT_DAYS))]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = [item for part in pool.map(lambda day: list(_day(target, day, limit)), days) for item in part]
    return tuple(sorted(found, key=lambda item: (item.request.requested_at, item.asset_id))[:limit])


def _day(target: Target, day: date, limit: int) -> Iterator[Queued]:
    names = {f"#f{index}": field for index, field in enumerate(_FIELDS)}
    pages = target.dynamodb.get_paginator("query").paginate(
        TableName=target.assets_table,
        IndexName="by-status",
        KeyConditionExpression="#day = :day",
        ExpressionAttributeNames={"#day": "status_day", **names},
        ExpressionAttributeValues={":day": {"S": f"{AssetStatus.AWAITING_REVIEW}#{day.isoformat()}"}},
        ProjectionExpression=", ".join(names),
        PaginationConfig={"MaxItems": limit},
    )
    for found in pages:
        yield from (_queued(item) for item in found["Items"] if "review" in item)


def _queued(item: Mapping[str, Any]) -> Queued:
    profile = item.get("profile", {}).get("S", "")
    return Queued(
        asset_id=item["asset_id"]["S"],
        attempt=int(item["attempt"]["N"]),
        name=name_of(item.get("source_key", {}).get("S", ""), profile),
        profile=profile,
        media_type=item.get("media_type", {}).get("S", ""),
        request=decode(ReviewRequest, json.loads(item["review"]["S"])["request"]),
        claim=claim_of(item),
    )
