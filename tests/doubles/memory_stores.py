"""The assets table and the input bucket in memory, with the rules of those in AWS.

``tests/contract`` holds both kinds to the same tests: records, reviews, sources and documents.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from braid.aws.s3.source_objects import ObjectHead
from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import (
    AssetKind,
    AssetRef,
    AssetStatus,
    Modality,
    Source,
    asset_id_for,
    read_inbox_key,
)
from braid.domain.asset.record_moves import Move, Standing, may_move
from braid.domain.asset.rerun import Reuse
from braid.domain.errors import NoRoomError, SupersededError
from braid.domain.wire import encode
from braid.store.counts import Counts
from braid.store.documents import DocumentStore
from braid.store.records import Place, Record, RecordClosing
from braid.store.reservations import RESERVED_DAY, RESERVED_USD, Reservation, commitments
from tests.doubles.memory_reviews import MemoryReviews
from tests.doubles.memory_s3 import MemoryS3

__all__ = [
    "MemoryCounts",
    "MemoryRecords",
    "MemorySources",
    "MemoryStorage",
    "WaitingExecutions",
]

_MAX_TAGS = 10


class MemoryRecords:
    """``AssetRecords``; ``items`` holds what the table would, as text, and ``open`` how many are open."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, str]] = {}
        self.open: Counter[AssetStatus] = Counter()
        self.spent_usd: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.committed_usd: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._lock = threading.RLock()

    def put_received(
        self,
        asset: AssetRef,
        *,
        received_at: str,
        now: str,
        reuse: Reuse | None = None,
        kind: AssetKind | None = None,
    ) -> bool:
        with self._lock:
            if int(self.items.get(asset.asset_id, {}).get("attempt", "0")) >= asset.attempt:
                return False
            of_one_attempt = ("execution_arn", "reason", "finished_at", "failure", "cost_usd", "gates")
            changes = {"received_at": received_at, **dict.fromkeys(of_one_attempt)}
            changes |= {} if kind is None else {"kind": kind.value}
            changes["reuse"] = None if reuse is None else json.dumps(encode(reuse))
            return self._change(asset, AssetStatus.RECEIVED, changes, now)

    def wait(self, asset: AssetRef, *, reason: str, now: str) -> None:
        with self._lock:
            if self.items.get(asset.asset_id, {}).get("status") == AssetStatus.RECEIVED:
                self._change(asset, AssetStatus.RECEIVED, {"reason": reason}, now)

    def take_place(self, asset: AssetRef, *, execution_arn: str, limit: int, now: str) -> Place:
        with self._lock:
            item = self.items.get(asset.asset_id)
            if item is not None and int(item["attempt"]) == asset.attempt:
                if item["status"] == AssetStatus.PROCESSING:
                    return Place.TAKEN
                if item["status"] != AssetStatus.RECEIVED:
                    return Place.NOT_NEEDED
            elif item is not None and int(item["attempt"]) > asset.attempt:
                return Place.NOT_NEEDED
            if self.open[AssetStatus.PROCESSING] >= limit:
                return Place.NONE_FREE
            self._change(asset, AssetStatus.PROCESSING, {"execution_arn": execution_arn, "reason": None}, now)
            return Place.TAKEN

    def give_back_place(self, asset: AssetRef, *, execution_arn: str, now: str) -> None:
        with self._lock:
            item = self.items.get(asset.asset_id, {})
            if (item.get("status"), item.get("execution_arn")) == (AssetStatus.PROCESSING, execution_arn):
                self._change(asset, AssetStatus.RECEIVED, {"execution_arn": None}, now)

    def process(
        self,
        asset: AssetRef,
        *,
        execution_arn: str,
        now: str,
        media_type: str | None = None,
        modalities: tuple[Modality, ...] = (),
        gates: tuple[Gate, ...] = (),
        reason: str | None = None,
        redrive_count: int | None = None,
        reservation: Reservation | None = None,
        kind: AssetKind | None = None,
    ) -> bool:
        changes = {"execution_arn": execution_arn, "reason": reason, "media_type": media_type}
        if kind is not None:
            changes["kind"] = kind.value
        if modalities:
            changes["modalities"] = ", ".join(modalities)
        changes["gates"] = ", ".join(gate.name for gate in gates) or None
        with self._lock:
            item = self.items.get(asset.asset_id, {})
            if reservation is not None and RESERVED_DAY not in item:
                room = max(reservation.limit_usd - reservation.usd, Decimal(0))
                if self.committed_usd[now[:10]] > room:
                    raise NoRoomError("no room")
                self.committed_usd[now[:10]] += reservation.usd
                changes |= {RESERVED_USD: str(reservation.usd), RESERVED_DAY: now[:10]}
            return self._change(asset, AssetStatus.PROCESSING, changes, now, redrive_count=redrive_count)

    def reopen(self, asset: AssetRef, *, execution_arn: str, redrive_count: int, now: str) -> bool:
        changes = {"execution_arn": execution_arn, "reason": None, "finished_at": None, "failure": None}
        return self._change(asset, AssetStatus.PROCESSING, changes, now, redrive_count=redrive_count)

    def await_review(
        self,
        asset: AssetRef,
        *,
        execution_arn: str,
        token: str,
        review: str,
        reason: str,
        now: str,
        redrive_count: int | None = None,
    ) -> bool:
        changes = {
            "execution_arn": execution_arn,
            "reason": reason,
            "review_token": token,
            "review": review,
            "review_decision": None,
        }
        return self._change(asset, AssetStatus.AWAITING_REVIEW, changes, now, redrive_count=redrive_count)

    def close(self, asset: AssetRef, closing: RecordClosing, *, now: str) -> bool:
        changes = {
            "reason": closing.reason,
            "result_uri": closing.result_uri,
            "execution_arn": closing.execution_arn,
            "finished_at": now,
            "review_token": None,
            "cost_usd": None if closing.cost_usd is None else format(closing.cost_usd, "f"),
        }
        if closing.failure:
            changes["failure"] = closing.failure
        if closing.gates:
            changes["gates"] = ", ".join(gate.name for gate in closing.gates)
        return self._change(
            asset,
            closing.status,
            changes,
            now,
            takes_back=closing.takes_back,
            redrive_count=closing.redrive_count,
        )

    def delete(self, asset: AssetRef, *, now: str) -> bool:
        with self._lock:
            item = self.items.get(asset.asset_id, {})
            if item.get("status") == AssetStatus.DELETED:
                return False
            newer = replace(asset, attempt=int(item.get("attempt", "0")) + 1)
            self._change(newer, AssetStatus.DELETED, {}, now)
            kept = ("asset_id", "attempt", "status", "status_day", "updated_at", "received_at")
            changed = self.items[asset.asset_id]
            self.items[asset.asset_id] = {name: changed[name] for name in kept}
            return True

    def find(self, asset_id: str) -> Record | None:
        if asset_id not in self.items:
            return None
        item = self.items[asset_id]
        return Record(
            asset_id,
            int(item["attempt"]),
            AssetStatus(item["status"]),
            item.get("received_at"),
            item.get("finished_at"),
            item.get("execution_arn"),
            item.get("reason"),
        )

    def is_current(self, asset: AssetRef) -> bool:
        record = self.find(asset.asset_id)
        return record is None or record.attempt <= asset.attempt

    def check_current(self, asset: AssetRef) -> None:
        if not self.is_current(asset):
            raise SupersededError(asset.asset_id)

    def _change(
        self,
        asset: AssetRef,
        status: AssetStatus,
        changes: Mapping[str, str | None],
        now: str,
        *,
        takes_back: bool = False,
        redrive_count: int | None = None,
    ) -> bool:
        with self._lock:
            item = self.items.get(asset.asset_id)
            standing, attempt = None, int((item or {}).get("attempt", "0"))
            if item is not None:
                standing = Standing(
                    int(item["attempt"]),
                    AssetStatus(item["status"]),
                    item.get("execution_arn"),
                    item.get("reason"),
                    int(item.get("redrive_count", "0")),
                )
            arn, reason = changes.get("execution_arn"), changes.get("reason")
            move = Move(asset.attempt, status, arn, reason, takes_back, redrive_count)
            if not may_move(standing, move):
                return False
            if standing is not None:
                self.open[standing.status] -= 1
            self.open[status] += 1
            spent = Decimal(0)
            if cost := changes.get("cost_usd"):
                counted = (item or {}).get("cost_usd", "0") if attempt == asset.attempt else "0"
                spent = Decimal(cost) - Decimal(counted)
                self.spent_usd[now[:10]] += spent
            is_same, is_end = attempt == asset.attempt, not status.is_open
            moved = commitments(item, is_same_attempt=is_same, is_end=is_end, spent=spent, now=now)
            for day, usd in moved.items():
                self.committed_usd[day] += usd
            if not is_same:
                changes = {RESERVED_USD: None, RESERVED_DAY: None, **changes}
            if is_end:
                changes = {**changes, RESERVED_USD: None}
            changed = {"received_at": now, **(item or {}), "asset_id": asset.asset_id, **changes}
            changed |= _standing(asset, status, now)
            if redrive_count or attempt != asset.attempt:
                changed["redrive_count"] = str(redrive_count) if redrive_count else None
            self.items[asset.asset_id] = {name: value for name, value in changed.items() if value is not None}
            return True


class MemoryCounts:
    """``AssetCounts`` of the same records."""

    def __init__(self, records: MemoryRecords) -> None:
        self._records = records

    def read(self, now: str) -> Counts:
        open_ones = self._records.open
        return Counts(
            open_ones[AssetStatus.RECEIVED],
            open_ones[AssetStatus.PROCESSING],
            open_ones[AssetStatus.AWAITING_REVIEW],
            len(self._records.items) - sum(open_ones.values()),
            self._records.spent_usd[now[:10]],
            self._records.committed_usd[now[:10]],
        )


def _standing(asset: AssetRef, status: AssetStatus, now: str) -> dict[str, str]:
    return {
        "attempt": str(asset.attempt),
        "profile": asset.profile,
        "source_bucket": asset.source.bucket,
        "source_key": asset.source.key,
        "source_version_id": asset.source.version_id,
        "status": status.value,
        "status_day": f"{status}#{now[:10]}",
        "updated_at": now,
    }


class MemorySources:
    """``SourceObjects``: versions by key, the newest last, and their tags."""

    def __init__(self) -> None:
        self.versions: dict[str, list[tuple[str, bytes]]] = {}
        self.tags: dict[tuple[str, str], dict[str, str]] = {}

    def put(self, key: str, body: bytes) -> str:
        versions = self.versions.setdefault(key, [])
        versions.append((f"v{len(versions) + 1}", body))
        return versions[-1][0]

    def find_current(self, key: str) -> ObjectHead | None:
        if not self.versions.get(key):
            return None
        version_id, body = self.versions[key][-1]
        return ObjectHead(version_id, len(body))

    def tag(self, key: str, version_id: str, tags: Mapping[str, str]) -> bool:
        if version_id not in dict(self.versions.get(key, [])):
            return False
        merged = self.tags.get((key, version_id), {}) | dict(tags)
        if len(merged) > _MAX_TAGS:
            return False
        self.tags[key, version_id] = merged
        return True


@dataclass
class WaitingExecutions:
    """Task tokens that something waits for, and what each was told."""

    waiting: set[str] = field(default_factory=set)
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def send_success(self, token: str, output: Mapping[str, Any]) -> bool:
        if token not in self.waiting:
            return False
        self.waiting.remove(token)
        self.outputs[token] = output
        return True


class MemoryStorage:
    """Input bucket, results bucket and assets table: ``tests.contract.conftest.Storage`` in memory."""

    inbox, results = "steps-input", "steps-results"

    def __init__(self) -> None:
        self.s3 = MemoryS3()
        self.records = MemoryRecords()
        self.counts = MemoryCounts(self.records)
        self.reviews = MemoryReviews(self.records.items)
        self.sources = MemorySources()

    def store(self, asset: AssetRef) -> DocumentStore:
        return DocumentStore(self.results, asset.asset_id, asset.attempt, s3=self.s3)

    def drop(self, key: str, body: bytes = b"hello") -> AssetRef:
        """Puts an object and returns the asset that it is the head of."""
        source = Source(self.inbox, key, self.sources.put(key, body))
        return AssetRef(asset_id_for(source), 1, read_inbox_key(key).profile, source)

    def record(self, asset_id: str) -> dict[str, str]:
        return dict(self.records.items[asset_id])

    def tags(self, asset: AssetRef) -> dict[str, str]:
        return self.sources.tags.get((asset.source.key, asset.source.version_id), {})

    def result(self, key: str) -> bytes:
        return self.s3.objects[self.results, key]

    def result_json(self, asset: AssetRef) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.result(f"assets/{asset.asset_id}/result.json"))
        return value

    def keys(self, prefix: str) -> list[str]:
        return sorted(
            key for bucket, key in self.s3.objects if bucket == self.results and key.startswith(prefix)
        )
