"""What the assets table holds of a review: the task token, what is decided about, and one decision.

The token stays between this table and Step Functions: no read of the ``braid`` command projects it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.answer.review import Review, ReviewRequest
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode_json, encode

__all__ = ["Decided", "OpenReview", "ReviewRecord", "ReviewRecords"]


@dataclass(frozen=True)
class OpenReview:
    """What a reviewer decides about; ``answer`` is ``None`` where no answer could be had.

    Of something that was made it is a ``draft``, which somebody asked for; there is no timeline then.
    ``metered`` is what asking used.
    """

    request: ReviewRequest
    timeline: Claim | None = None
    answer: Claim | None = None
    metered: dict[str, float] = field(default_factory=dict)
    draft: Claim | None = None
    requested_by: str = ""


@dataclass(frozen=True)
class Decided:
    """The decision with the answer, or the draft, that stands after it, if one does."""

    review: Review
    answer: Claim | None


@dataclass(frozen=True)
class ReviewRecord:
    """The record of an asset that waits for a decision, or has had one."""

    asset: AssetRef
    status: AssetStatus
    token: str | None
    review: OpenReview | None
    decided: Decided | None


class ReviewRecords:
    """The review side of the assets table."""

    def __init__(self, table: str, *, dynamodb: Any = None) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")

    def find(self, asset_id: str) -> ReviewRecord:
        """The record as it stands now. Raises ``InvalidInputError`` where there is none."""
        with service_errors("dynamodb:GetItem"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key={"asset_id": {"S": asset_id}}, ConsistentRead=True
            )
        if "Item" not in answer:
            raise InvalidInputError(f"there is no asset {asset_id!r}")
        item = {name: value.get("S", value.get("N")) for name, value in answer["Item"].items()}
        if "source_key" not in item:
            raise InvalidInputError(f"{asset_id} was deleted")
        decision = item.get("review_decision")
        source = Source(item["source_bucket"], item["source_key"], item["source_version_id"])
        return ReviewRecord(
            asset=AssetRef(asset_id, int(item["attempt"]), item["profile"], source),
            status=AssetStatus(item["status"]),
            token=item.get("review_token"),
            review=decode_json(OpenReview, item["review"], source=f"the review of {asset_id}")
            if "review" in item
            else None,
            decided=decode_json(Decided, decision, source=f"the decision about {asset_id}")
            if decision
            else None,
        )

    def decide(self, record: ReviewRecord, decided: Decided) -> bool:
        """Writes the decision if the record still waits under the same token without one.

        ``False`` if another decision, another try or another attempt came first.
        """
        return self._update(
            record,
            "SET review_decision = :decision",
            "attribute_not_exists(review_decision)",
            _text(decided),
        )

    def withdraw(self, record: ReviewRecord, decided: Decided) -> None:
        """Takes a decision back that could not reach the execution any more."""
        self._update(record, "REMOVE review_decision", "review_decision = :decision", _text(decided))

    def _update(self, record: ReviewRecord, change: str, condition: str, decision: str) -> bool:
        values = {
            ":attempt": {"N": str(record.asset.attempt)},
            ":waiting": {"S": AssetStatus.AWAITING_REVIEW.value},
            ":token": {"S": record.token or ""},
            ":decision": {"S": decision},
        }
        with service_errors("dynamodb:UpdateItem"):
            try:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key={"asset_id": {"S": record.asset.asset_id}},
                    UpdateExpression=change,
                    ConditionExpression="attempt = :attempt AND #status = :waiting AND"
                    f" review_token = :token AND {condition}",
                    ExpressionAttributeNames={"#status": "status"},
                    ExpressionAttributeValues=values,
                )
            except self._dynamodb.exceptions.ConditionalCheckFailedException:
                return False
        return True


def _text(decided: Decided) -> str:
    return json.dumps(encode(decided), ensure_ascii=False, sort_keys=True)
