"""Reads what tells that an asset ended: "Asset Processed", "Asset Deleted", or an execution that died."""

from __future__ import annotations

import re
from collections.abc import Mapping

from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted

__all__ = ["read_ended"]

# <asset_id>-<attempt>, as executions are named.
_EXECUTION = re.compile(r"(?P<asset_id>[a-z0-9-]+-[0-9a-f]{20})-\d+")


def read_ended(body: str) -> str:
    """The id of the asset that one SQS message tells of. Raises ``InvalidInputError`` for any other."""
    try:
        event = parse_json(body)
    except ValueError as error:
        raise InvalidInputError(f"the message is not JSON: {quoted(body)}") from error
    detail = event.get("detail") if isinstance(event, Mapping) else None
    if isinstance(detail, Mapping):
        match event.get("detail-type"), detail:
            case "Asset Processed" | "Asset Deleted", {"asset_id": str(asset_id)} if asset_id:
                return asset_id
            case "Step Functions Execution Status Change", {"name": str(name)} if (
                found := _EXECUTION.fullmatch(name)
            ):
                return found["asset_id"]
    raise InvalidInputError(f"the message tells of no asset that ended: {quoted(body)}")
