"""Which assets ended when, by the index of the assets table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from braid.aws.attributes import from_attributes
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import AssetStatus

__all__ = ["EndedAsset", "EndedAssets"]

_WITH_RESULTS = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)


@dataclass(frozen=True)
class EndedAsset:
    """An asset with results, and when its record changed last (ISO 8601, UTC)."""

    asset_id: str
    updated_at: str


class EndedAssets:
    """Reads the index; ``dynamodb`` is a boto3 client other than the process's own."""

    def __init__(self, table: str, *, dynamodb: Any = None) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")

    def of_day(self, day: date, *, limit: int) -> list[EndedAsset]:
        """Those of a UTC day that have results, at most ``limit`` of each status, the newest first."""
        return [found for status in _WITH_RESULTS for found in self._of_status(status, day, limit)]

    def _of_status(self, status: AssetStatus, day: date, limit: int) -> list[EndedAsset]:
        with service_errors("dynamodb:Query"):
            answer = self._dynamodb.query(
                TableName=self._table,
                IndexName="by-status",
                KeyConditionExpression="status_day = :day",
                ExpressionAttributeValues={":day": {"S": f"{status}#{day.isoformat()}"}},
                ProjectionExpression="asset_id, updated_at",
                ScanIndexForward=False,
                Limit=limit,
            )
        items = map(from_attributes, answer["Items"])
        return [EndedAsset(str(item["asset_id"]), str(item["updated_at"])) for item in items]
