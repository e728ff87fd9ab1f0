"""Records of assets that ended, by status and UTC day, as the index keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from braid.aws.attributes import from_attributes
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import AssetRef, AssetStatus, Source

__all__ = ["EndedRecords"]

_INDEX = "by-status"
_FIELDS = (
    *("asset_id", "attempt", "profile", "source_bucket", "source_key", "source_version_id"),
    "updated_at",
)


class EndedRecords:
    """The records of one deployment, of the days that are asked for."""

    def __init__(self, table: str, *, dynamodb: Any = None) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")

    def of_day(
        self, status: AssetStatus, day: date, *, profile: str | None = None
    ) -> Iterator[tuple[AssetRef, str]]:
        """Assets that have had ``status`` since that UTC day, each with the moment (ISO), the newest first.

        Of one profile, if it is given. Pages are read as the caller goes on.
        """
        names = {f"#f{index}": field for index, field in enumerate(_FIELDS)}
        values = {":day": {"S": f"{status}#{day.isoformat()}"}}
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": _INDEX,
            "KeyConditionExpression": "status_day = :day",
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": False,
        }
        if profile is not None:
            values[":profile"] = {"S": profile}
            request["FilterExpression"] = "#f2 = :profile"
        with service_errors("dynamodb:Query"):
            for page in self._dynamodb.get_paginator("query").paginate(**request):
                yield from (_read(from_attributes(item)) for item in page["Items"])


def _read(item: dict[str, Any]) -> tuple[AssetRef, str]:
    source = Source(item["source_bucket"], item["source_key"], item["source_version_id"])
    asset = AssetRef(item["asset_id"], int(item["attempt"]), item["profile"], source)
    return asset, item["updated_at"]
