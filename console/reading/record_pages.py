"""Records page by page, the newest change first, through the index by status and day.

The index has a partition for each status of each day. A page merges the day's partitions and then goes on
with the day before; where a count says that a partition is empty, it isn't asked. A cursor keeps what was
shown last of each partition, so the next page costs what the first one did, however far down it is.
"""

from __future__ import annotations

import base64
import binascii
import heapq
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta

from braid.domain.asset.asset import AssetStatus
from braid.domain.json_text import parse_json
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.records import Record, records_after
from cli.target import Target
from console.reading.counts import StatusCounts

__all__ = ["SHOWN", "Cursor", "Filter", "RecordPage", "read_page"]

SHOWN = tuple(status for status in AssetStatus if status is not AssetStatus.DELETED)

_FILTERED_AT_ONCE = 250
_MOST_LOOKED_AT = 2_000
_PARTITIONS_AT_ONCE = 8
_SPARE = 4
_FASTER = 4
_OPEN_DAYS = 30

Position = tuple[str, str]  # updated_at and asset_id: the order of a partition


@dataclass(frozen=True)
class Filter:
    """Which records: of these statuses, of one profile (empty: any), with ``text`` in name or id."""

    statuses: tuple[AssetStatus, ...]
    profile: str = ""
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether records have to be read to know if they are meant."""
        return bool(self.profile or self.text)

    def takes(self, record: Record) -> bool:
        """Whether a record is meant."""
        if self.profile and record.profile != self.profile:
            return False
        words = self.text.casefold()
        return words in record.name.casefold() or words in record.asset_id


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: on which day, and behind which record of each status."""

    day: date
    shown: Mapping[AssetStatus, Position] = field(default_factory=dict)

    def __str__(self) -> str:
        value = [self.day.isoformat(), {status: list(last) for status, last in self.shown.items()}]
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The cursor that was written so. Raises ``CommandError`` for anything else."""
        try:
            day, shown = parse_json(base64.urlsafe_b64decode(text.encode()))
            positions = {AssetStatus(status): (str(at), str(asset)) for status, (at, asset) in shown.items()}
            return cls(date.fromisoformat(day), positions)
        except (AttributeError, TypeError, ValueError, binascii.Error) as error:
            raise CommandError(
                "this page's address is cut off; begin with the newest assets", exit_code=EXIT_MISUSE
            ) from error


@dataclass(frozen=True)
class RecordPage:
    """Records in order, where the next page begins (``None`` after the last), and how many were read."""

    records: tuple[Record, ...]
    following: Cursor | None
    looked_at: int


def read_page(
    target: Target,
    wanted: Filter,
    counts: StatusCounts,
    *,
    today: date,
    days: int,
    start: Cursor | None = None,
    limit: int = 50,
) -> RecordPage:
    """Up to ``limit`` records, or fewer after 2,000 of which most aren't meant: ``following`` goes on."""
    cursor = start or Cursor(today)
    found: list[Record] = []
    looked_at = 0
    first = today - timedelta(days=days - 1)
    size = _FILTERED_AT_ONCE if wanted.is_narrow else limit + 1
    with ThreadPoolExecutor(_PARTITIONS_AT_ONCE) as pool:
        while cursor.day >= first and looked_at < _MOST_LOOKED_AT:
            day = _Day(target, cursor, _sizes(wanted.statuses, counts, cursor.day, size), size)
            while not day.is_over and looked_at < _MOST_LOOKED_AT:
                for record in day.read_on(pool):
                    if len(found) == limit:
                        return RecordPage(tuple(found), Cursor(day.day, day.shown), looked_at)
                    looked_at += 1
                    day.shown[record.status] = _position(record)
                    if wanted.takes(record):
                        found.append(record)
            cursor = Cursor(day.day - timedelta(days=1)) if day.is_over else Cursor(day.day, day.shown)
    return RecordPage(tuple(found), cursor if cursor.day >= first else None, looked_at)


class _Day:
    """One day's partitions, read in rounds: ``sizes`` says how many of each, never more than ``most``."""

    def __init__(self, target: Target, cursor: Cursor, sizes: Mapping[AssetStatus, int], most: int) -> None:
        self._target, self._sizes, self._most = target, dict(sizes), most
        self.day, self.shown, self.is_over = cursor.day, dict(cursor.shown), False

    def read_on(self, pool: ThreadPoolExecutor) -> list[Record]:
        """The day's next records in order."""
        asked = list(self._sizes)
        parts = list(pool.map(self._read, asked))
        full = {
            status: part[-1].updated_at or ""
            for status, part in zip(asked, parts, strict=True)
            if len(part) == self._sizes[status]
        }
        # Behind the last record of a full part lie more: what is older than that one has to wait for them.
        # Records of one moment stay in the order of their partition, from which the next page goes on.
        horizon = max(full.values(), default="")
        # Its share was guessed too low: of the next round it would be the end again.
        for status in full:
            self._sizes[status] = min(self._most, _FASTER * self._sizes[status])
        self.is_over = not full
        merged = heapq.merge(*parts, key=lambda record: record.updated_at or "", reverse=True)
        return [record for record in merged if (record.updated_at or "") >= horizon]

    def _read(self, status: AssetStatus) -> list[Record]:
        return records_after(self._target, status, self.day, self.shown.get(status), self._sizes[status])


def _sizes(
    statuses: Sequence[AssetStatus], counts: StatusCounts, day: date, size: int
) -> dict[AssetStatus, int]:
    """How many to read of each of a day's partitions that may hold any: its share of a page, and some more.

    Of open assets no count says of which day they are; they are taken to be spread over a month.
    """
    held = {status: number for status in statuses if (number := counts.on(day, status))}
    guessed = {status: number / (_OPEN_DAYS if status.is_open else 1) for status, number in held.items()}
    total = sum(guessed.values())
    return {
        status: min(size, round(size * 1.25 * guess / total) + _SPARE) for status, guess in guessed.items()
    }


def _position(record: Record) -> Position:
    return record.updated_at or "", record.asset_id
