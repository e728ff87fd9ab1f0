"""The assets table: one record per asset, moved on only by the attempt it belongs to.

``may_move`` decides from the record as it stands; the write stands only if it still stands so, together with
the counts that it changes (``braid.store.counts``). A late, repeated or superseded writer changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Modality
from braid.domain.asset.record_moves import Move, Standing, may_move
from braid.domain.asset.rerun import Reuse
from braid.domain.errors import SupersededError, ThrottledError
from braid.domain.wire import encode
from braid.store.record_values import Place, Record, RecordClosing, gate_values
from braid.store.record_writer import MOST_MEETINGS, NoPlaceError, RecordWriter, standing_of
from braid.store.reservations import Reservation

__all__ = ["AssetRecords", "Place", "Record", "RecordClosing"]

# What a record says of the attempt before, and not of the next one.
_OF_ONE_ATTEMPT = ("execution_arn", "reason", "finished_at", "failure", "cost_usd", "gates")
_OF_THE_SOURCE = {"kind", "profile", "source_bucket", "source_key", "source_version_id"}
_KEPT_OF_DELETED = {
    *("asset_id", "attempt", "status", "status_day", "updated_at", "received_at", "is_counted"),
}
_SOURCE_KEPT = "is_source_kept"


class AssetRecords:
    """The records of one deployment."""

    def __init__(
        self, table: str, *, dynamodb: Any = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._writer = RecordWriter(table, dynamodb=dynamodb, sleep=sleep)

    def put_received(
        self,
        asset: AssetRef,
        *,
        received_at: str,
        now: str,
        reuse: Reuse | None = None,
        kind: AssetKind | None = None,
    ) -> bool:
        """Writes the first record of an attempt; ``False`` if there is one already (a repeated event).

        ``reuse`` is kept, for whoever has to ask for this attempt once more; so is ``kind``, by
        which the console lists and counts. Requests for what is made have theirs without being told.
        """
        item = self._writer.read(asset.asset_id)
        if item and standing_of(item).attempt >= asset.attempt:
            return False
        changes = {"received_at": received_at, **dict.fromkeys(_OF_ONE_ATTEMPT)}
        if kind is not None:
            changes["kind"] = kind.value
        changes["reuse"] = None if reuse is None else json.dumps(encode(reuse))
        return self._writer.write(asset, item, AssetStatus.RECEIVED, changes, now=now)

    def wait(self, asset: AssetRef, *, reason: str, now: str) -> None:
        """Says on a RECEIVED record why it isn't processed yet."""
        item = self._writer.read(asset.asset_id)
        if item and item.get("reason") != reason and standing_of(item).status is AssetStatus.RECEIVED:
            self._writer.write(asset, item, AssetStatus.RECEIVED, {"reason": reason}, now=now)

    def take_place(self, asset: AssetRef, *, execution_arn: str, limit: int, now: str) -> Place:
        """Moves a RECEIVED record to PROCESSING while fewer than ``limit`` are; others stay as they are.

        A limit of 0 leaves no place. Raises ``ThrottledError`` where too many want one at once.
        """
        for _ in range(MOST_MEETINGS):
            item = self._writer.read(asset.asset_id)
            standing = standing_of(item) if item else None
            if standing is not None and standing.attempt == asset.attempt:
                if standing.status is AssetStatus.PROCESSING:
                    return Place.TAKEN
                if standing.status is not AssetStatus.RECEIVED:
                    return Place.NOT_NEEDED
            elif standing is not None and standing.attempt > asset.attempt:
                return Place.NOT_NEEDED
            if limit < 1:
                return Place.NONE_FREE
            changes = {"execution_arn": execution_arn, "reason": None}
            try:
                if self._writer.write(asset, item, AssetStatus.PROCESSING, changes, now=now, limit=limit):
                    return Place.TAKEN
            except NoPlaceError:
                return Place.NONE_FREE
        raise ThrottledError(f"dynamodb:TransactWriteItems: the record of {asset.asset_id} keeps changing")

    def give_back_place(self, asset: AssetRef, *, execution_arn: str, now: str) -> None:
        """Moves the record of an execution that couldn't be started back to RECEIVED."""
        item = self._writer.read(asset.asset_id)
        standing = standing_of(item) if item else None
        if standing == Standing(asset.attempt, AssetStatus.PROCESSING, execution_arn):
            self._writer.write(asset, item, AssetStatus.RECEIVED, {"execution_arn": None}, now=now)

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
        """Moves the record to PROCESSING, creating it where the dispatcher's is not there (a manual start).

        ``reason`` says what is waited for. ``False`` if the record is closed or belongs to a newer attempt.
        Raises ``NoRoomError``, and changes nothing, where the day has no room for ``reservation``.
        """
        changes: dict[str, Any] = {
            "execution_arn": execution_arn,
            "reason": reason,
            "media_type": media_type,
        }
        if kind is not None:
            changes["kind"] = kind.value
        if modalities:
            changes["modalities"] = list(modalities)
        changes["gates"] = gate_values(gates) or None
        return self._change(
            asset,
            AssetStatus.PROCESSING,
            changes,
            now=now,
            redrive_count=redrive_count,
            reservation=reservation,
        )

    def reopen(self, asset: AssetRef, *, execution_arn: str, redrive_count: int, now: str) -> bool:
        """Moves the FAILED record of a redriven execution back to PROCESSING, if it hasn't ended again."""
        changes = {"execution_arn": execution_arn, "reason": None, "finished_at": None, "failure": None}
        return self._change(asset, AssetStatus.PROCESSING, changes, now=now, redrive_count=redrive_count)

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
        """Moves the record to AWAITING_REVIEW with the task token that finishes it, and no decision yet.

        ``review`` is the JSON of ``braid.store.review_records.OpenReview``. ``False`` if the record is closed
        or belongs to a newer attempt.
        """
        changes = {
            "execution_arn": execution_arn,
            "reason": reason,
            "review_token": token,
            "review": review,
            "review_decision": None,
        }
        return self._change(asset, AssetStatus.AWAITING_REVIEW, changes, now=now, redrive_count=redrive_count)

    def close(self, asset: AssetRef, closing: RecordClosing, *, now: str) -> bool:
        """Closes the record; ``False`` if it is closed otherwise or belongs to a newer attempt.

        RecordClosing again in the same way by the same execution is a repeat of a step and gives ``True``. An
        execution that published and then failed takes its own success back; nobody else's.
        """
        changes: dict[str, Any] = {
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
            changes["gates"] = gate_values(closing.gates)
        return self._change(
            asset,
            closing.status,
            changes,
            now=now,
            takes_back=closing.takes_back,
            redrive_count=closing.redrive_count,
        )

    def delete(self, asset: AssetRef, *, now: str, keeps_source: bool = False) -> bool:
        """Leaves of a record that the asset was deleted, and when: nothing of where it came from.

        As a newer attempt, so that whatever still runs for it stops, and so that no event, however late,
        begins it again. ``False`` where it was deleted before. With ``keeps_source`` it says that the file
        was meant to stay, also on a record that was deleted before; without, it says so no longer.
        """
        kept = {_SOURCE_KEPT: True if keeps_source else None}
        for _ in range(MOST_MEETINGS):
            item = self._writer.read(asset.asset_id)
            standing = standing_of(item) if item else None
            is_deleted = standing is not None and standing.status is AssetStatus.DELETED
            if is_deleted and bool((item or {}).get(_SOURCE_KEPT)) == keeps_source:
                return False
            attempt = standing.attempt + (not is_deleted) if standing else asset.attempt
            newer = replace(asset, attempt=attempt)
            changes = dict.fromkeys((set(item or {}) | _OF_THE_SOURCE) - _KEPT_OF_DELETED) | kept
            if self._writer.write(newer, item, AssetStatus.DELETED, changes, now=now):
                return not is_deleted
        raise ThrottledError(f"dynamodb:TransactWriteItems: the record of {asset.asset_id} keeps changing")

    def count(self, asset: AssetRef) -> bool:
        """Counts a record of before counts were kept; ``False`` where it is counted or gone."""
        item = self._writer.read(asset.asset_id)
        if item is None or item.get("is_counted"):
            return False
        standing = standing_of(item)
        return self._writer.write(asset, item, standing.status, {}, now=item["updated_at"])

    def find(self, asset_id: str) -> Record | None:
        """The record as it stands now, if there is one."""
        item = self._writer.read(asset_id)
        if item is None:
            return None
        return Record(
            asset_id=asset_id,
            attempt=int(item["attempt"]),
            status=AssetStatus(item["status"]),
            received_at=item.get("received_at"),
            finished_at=item.get("finished_at"),
            execution_arn=item.get("execution_arn"),
            reason=item.get("reason"),
        )

    def is_current(self, asset: AssetRef) -> bool:
        """Whether no newer attempt has taken over; nothing else that a record says stops one."""
        record = self.find(asset.asset_id)
        return record is None or record.attempt <= asset.attempt

    def check_current(self, asset: AssetRef) -> None:
        """Raises ``SupersededError`` where a newer attempt has taken over: steps look before they pay."""
        if not self.is_current(asset):
            raise SupersededError(
                f"a newer attempt has taken {asset.asset_id} over: attempt {asset.attempt} stops here"
            )

    def _change(
        self,
        asset: AssetRef,
        status: AssetStatus,
        changes: Mapping[str, Any],
        *,
        now: str,
        takes_back: bool = False,
        redrive_count: int | None = None,
        reservation: Reservation | None = None,
    ) -> bool:
        """The record with another status, if it may have it; read again where somebody else was faster."""
        arn, reason = changes.get("execution_arn"), changes.get("reason")
        move = Move(asset.attempt, status, arn, reason, takes_back, redrive_count)
        if redrive_count:
            changes = {**changes, "redrive_count": redrive_count}
        for _ in range(MOST_MEETINGS):
            item = self._writer.read(asset.asset_id)
            if not may_move(standing_of(item) if item else None, move):
                return False
            if self._writer.write(asset, item, status, changes, now=now, reservation=reservation):
                return True
        raise ThrottledError(f"dynamodb:TransactWriteItems: the record of {asset.asset_id} keeps changing")
