"""Records of one kind page by page, the newest change first, and how many there are, exactly."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from braid.aws.attributes import from_attributes
from braid.domain.asset.asset import AssetKind
from braid.domain.json_text import parse_json
from braid.store.counts import KINDS_KEY
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.records import Record, records_of_kind
from cli.target import Target

__all__ = ["KindPage", "read_kind_page"]


@dataclass(frozen=True)
class KindPage:
    """Records, the cursor of the page after them (empty after the last), and how many there are in all."""

    records: tuple[Record, ...]
    following: str
    total: int


def read_kind_page(target: Target, kind: AssetKind, *, cursor: str = "", limit: int) -> KindPage:
    """A page: one query of the index by kind and one look at the count, however far down it is.

    Raises ``CommandError`` for a cursor that isn't one.
    """
    found = records_of_kind(target, kind, _parsed(cursor) if cursor else None, limit + 1)
    records = tuple(found[:limit])
    following = ""
    if len(found) > limit:
        last = records[-1]
        position = json.dumps([last.updated_at or "", last.asset_id], separators=(",", ":"))
        following = base64.urlsafe_b64encode(position.encode()).decode()
    return KindPage(records, following, _total(target, kind))


def _parsed(cursor: str) -> tuple[str, str]:
    try:
        at, asset_id = parse_json(base64.urlsafe_b64decode(cursor.encode()))
    except (TypeError, ValueError, binascii.Error):
        at = asset_id = None
    if not (isinstance(at, str) and at and isinstance(asset_id, str) and asset_id):
        raise CommandError("this page's address is cut off; begin with the newest", exit_code=EXIT_MISUSE)
    return at, asset_id


def _total(target: Target, kind: AssetKind) -> int:
    answer = target.dynamodb.get_item(
        TableName=target.assets_table, Key={"asset_id": {"S": KINDS_KEY}}, ConsistentRead=True
    )
    return int(from_attributes(answer.get("Item", {})).get(kind.value, 0))
