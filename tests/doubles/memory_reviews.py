"""Reviews over the records that ``MemoryRecords`` keeps, with the rules of those in AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode_json, encode
from braid.store.review_records import Decided, OpenReview, ReviewRecord

__all__ = ["MemoryReviews"]


class MemoryReviews:
    """``ReviewRecords`` over the same items."""

    def __init__(self, items: dict[str, dict[str, Any]]) -> None:
        self._items = items

    def find(self, asset_id: str) -> ReviewRecord:
        if asset_id not in self._items:
            raise InvalidInputError(f"there is no asset {asset_id!r}")
        item = self._items[asset_id]
        if "source_key" not in item:
            raise InvalidInputError(f"{asset_id} was deleted")
        source = Source(item["source_bucket"], item["source_key"], item["source_version_id"])
        decision = item.get("review_decision")
        return ReviewRecord(
            AssetRef(asset_id, int(item["attempt"]), item["profile"], source),
            AssetStatus(item["status"]),
            item.get("review_token"),
            decode_json(OpenReview, item["review"], source="the review") if "review" in item else None,
            decode_json(Decided, decision, source="the decision") if decision else None,
        )

    def decide(self, record: ReviewRecord, decided: Decided) -> bool:
        item = self._items[record.asset.asset_id]
        if not _still_waits(item, record) or "review_decision" in item:
            return False
        item["review_decision"] = _text(decided)
        return True

    def withdraw(self, record: ReviewRecord, decided: Decided) -> None:
        item = self._items[record.asset.asset_id]
        if _still_waits(item, record) and item.get("review_decision") == _text(decided):
            del item["review_decision"]


def _still_waits(item: Mapping[str, str], record: ReviewRecord) -> bool:
    return (
        item["attempt"] == str(record.asset.attempt)
        and item["status"] == AssetStatus.AWAITING_REVIEW
        and item.get("review_token") == record.token
    )


def _text(decided: Decided) -> str:
    return json.dumps(encode(decided), sort_keys=True)
