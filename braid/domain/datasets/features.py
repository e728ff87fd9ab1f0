"""Features at scale: what a processing job is asked, and what it leaves of each object.

They lie under ``features/<asset_id>/`` of the results bucket, by the object's version: the same object has
them once, whichever job made them, and they go with the asset.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Source
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.wire import decode, encode

__all__ = [
    "FOLDER",
    "Features",
    "ObjectReport",
    "SourceObject",
    "features_folder",
    "list_lines",
    "read_lines",
]

T = TypeVar("T")
FOLDER = "features"
Outcome = Literal["made", "kept", "rejected", "failed"]


@dataclass(frozen=True)
class SourceObject:
    """One version of one object to make features of: a line of a job's lists."""

    bucket: str
    key: str
    version_id: str
    size_bytes: int

    @property
    def source(self) -> Source:
        """Which object it is."""
        return Source(self.bucket, self.key, self.version_id)


@dataclass(frozen=True)
class Features:
    """``features.json`` of one object, written when everything else of it is there.

    ``member`` is what the object turned out to be; ``reason`` says why it has no features, or which of them
    it lacks. ``keyframes`` and ``passages`` are what Select Keyframes and Read Text make of the same object.
    """

    asset_id: str
    source: Source
    member: Member | None = None
    keyframes: Claim | None = None
    passages: Claim | None = None
    reason: str | None = None
    schema_version: str = "1"


@dataclass(frozen=True)
class ObjectReport:
    """What came of one object: a line of a job's report."""

    asset_id: str
    source: Source
    outcome: Outcome
    reason: str | None = None
    keyframes: int = 0
    passages: int = 0


def features_folder(asset_id: str) -> str:
    """Where the features of an object lie in the results bucket."""
    return f"{FOLDER}/{asset_id}"


def list_lines(rows: Iterable[SourceObject | ObjectReport]) -> bytes:
    """Rows as JSON lines."""
    return b"".join(
        json.dumps(encode(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in rows
    )


def read_lines(cls: type[T], body: bytes, *, source: str) -> list[T]:
    """The rows of ``list_lines``. Raises ``InvalidInputError`` with the line that is none."""
    rows = []
    for number, line in enumerate(body.splitlines(), 1):
        try:
            rows.append(decode(cls, parse_json(line)))
        except (ValueError, InvalidInputError) as error:
            raise InvalidInputError(f"{source}: line {number}: {error}") from error
    return rows
