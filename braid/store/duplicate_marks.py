"""Which content belongs to which asset, so that the same bytes dropped again are noticed.

The marks lie in the assets table, under keys that no asset id can be (an id has no ``#``), without the
attributes of the status index: whoever lists assets doesn't meet them. A mark is an attribute of its own
asset: the same asset, retried or run again, finds itself and no other.
"""

from __future__ import annotations

from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.store.records import AssetRecords

__all__ = ["DuplicateMarks"]

# Whose content may be dropped again without a word: nothing came of it, or nothing is left.
_WITHOUT_RESULT = (AssetStatus.REJECTED, AssetStatus.FAILED, AssetStatus.DELETED)


class DuplicateMarks:
    """The marked contents of one deployment."""

    def __init__(self, table: str, records: AssetRecords, *, dynamodb: Any = None) -> None:
        self._table = table
        self._records = records
        self._dynamodb = dynamodb or client("dynamodb")

    def claim(self, asset: AssetRef, fingerprint: str, *, now: str) -> str | None:
        """Marks content as this asset's and gives ``None``, or the id of the asset that has it already.

        Within a profile: the same file asked other questions is no duplicate. An asset that was rejected,
        failed or deleted loses its mark to the next one. Two that come at once agree on one of them.
        """
        key = {"asset_id": {"S": f"content#{asset.profile}#{fingerprint}"}}
        if self._mark(key, asset, now):
            return None
        owner = self._owner(key)
        if owner is None:  # its mark went in between
            return None if self._mark(key, asset, now) else self._owner(key)
        record = self._records.find(owner)
        if record is None or record.status not in _WITHOUT_RESULT:
            return owner  # without a record it was started by hand this very moment
        return None if self._mark(key, asset, now, instead_of=owner) else self._owner(key)

    def remove(self, key: str, owner: str) -> bool:
        """Removes the mark under ``key`` while it is ``owner``'s; ``False`` where it is another's by now."""
        with service_errors("dynamodb:DeleteItem"):
            try:
                self._dynamodb.delete_item(
                    TableName=self._table,
                    Key={"asset_id": {"S": key}},
                    ConditionExpression="content_of = :own",
                    ExpressionAttributeValues={":own": {"S": owner}},
                )
            except self._dynamodb.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def _mark(self, key: dict[str, Any], asset: AssetRef, now: str, *, instead_of: str | None = None) -> bool:
        values = {":own": {"S": asset.asset_id}, ":now": {"S": now}}
        condition = "attribute_not_exists(content_of) OR content_of = :own"
        if instead_of is not None:
            values[":other"] = {"S": instead_of}
            condition += " OR content_of = :other"
        with service_errors("dynamodb:UpdateItem"):
            try:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression="SET content_of = :own, marked_at = :now",
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                )
            except self._dynamodb.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def _owner(self, key: dict[str, Any]) -> str | None:
        with service_errors("dynamodb:GetItem"):
            answer = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        owner: str | None = answer.get("Item", {}).get("content_of", {}).get("S")
        return owner
