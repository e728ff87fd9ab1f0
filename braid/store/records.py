"""The assets table: one record per asset, moved on only by the attempt it belongs to.

Every write is conditional, so that a late, repeated or superseded writer changes nothing: a record is put
once, moves on while its status is open, and is closed once. A newer attempt takes over from an older one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from braid.aws.attributes import from_attributes, to_attributes
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality
from braid.domain.errors import SupersededError

__all__ = ["AssetRecords", "Record", "RecordClosing"]

_OPEN = tuple(status for status in AssetStatus if status.is_open)
_PUBLISHED = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
# A record is billed by the kilobyte, twice, and a bundle has the gates of each member; all of them stand in
# ``admission.json`` and ``result.json``.
_MAX_GATES = 40
_MAX_GATE_VALUE_CHARACTERS = 100


@dataclass(frozen=True)
class Record:
    """What the steps read back of a record; times are ISO 8601 in UTC."""

    asset_id: str
    attempt: int
    status: AssetStatus
    received_at: str | None
    finished_at: str | None
    execution_arn: str | None


@dataclass(frozen=True)
class RecordClosing:
    """How an asset ended. With ``takes_back`` the execution may have closed it as published before."""

    status: AssetStatus
    reason: str | None
    result_uri: str | None
    execution_arn: str
    cost_usd: Decimal | None = None
    gates: tuple[Gate, ...] = ()
    takes_back: bool = False
    failure: str | None = None


class AssetRecords:
    """The records of one deployment."""

    def __init__(self, table: str, *, dynamodb: Any = None) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")

    def put_received(self, asset: AssetRef, *, received_at: str, now: str) -> bool:
        """Writes the first record of an asset; ``False`` if there is one already (a repeated event)."""
        item = {
            "asset_id": asset.asset_id,
            "received_at": received_at,
            **_identity(asset),
            **_standing(AssetStatus.RECEIVED, now),
        }
        with service_errors("dynamodb:PutItem"):
            try:
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=to_attributes(item),
                    ConditionExpression="attribute_not_exists(asset_id)",
                )
            except self._dynamodb.exceptions.ConditionalCheckFailedException:
                return False
        return True

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
    ) -> bool:
        """Moves the record to PROCESSING, creating it where the dispatcher's is not there (a manual start).

        ``reason`` says what is waited for. ``False`` if the record is closed or belongs to a newer attempt.
        """
        changes: dict[str, Any] = {
            "execution_arn": execution_arn,
            "reason": reason,
            "media_type": media_type,
        }
        if modalities:
            changes["modalities"] = list(modalities)
        changes["gates"] = _gate_values(gates) or None
        return self._change(asset, AssetStatus.PROCESSING, changes, now=now)

    def await_review(
        self, asset: AssetRef, *, execution_arn: str, token: str, review: str, reason: str, now: str
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
        return self._change(asset, AssetStatus.AWAITING_REVIEW, changes, now=now)

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
            changes["gates"] = _gate_values(closing.gates)
        takes_back = _PUBLISHED if closing.takes_back else ()
        return self._change(asset, closing.status, changes, now=now, takes_back=takes_back)

    def find(self, asset_id: str) -> Record | None:
        """The record as it stands now, if there is one."""
        with service_errors("dynamodb:GetItem"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=to_attributes({"asset_id": asset_id}), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        item = from_attributes(answer["Item"])
        return Record(
            asset_id=asset_id,
            attempt=int(item["attempt"]),
            status=AssetStatus(item["status"]),
            received_at=item.get("received_at"),
            finished_at=item.get("finished_at"),
            execution_arn=item.get("execution_arn"),
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
        takes_back: tuple[AssetStatus, ...] = (),
    ) -> bool:
        settings = {**_identity(asset), **_standing(status, now), **changes}
        present = {name: value for name, value in settings.items() if value is not None}
        absent = [name for name, value in settings.items() if value is None]
        assignments = [f"#{name} = :{name}" for name in present]
        assignments.append("#received_at = if_not_exists(#received_at, :now)")
        expression = "SET " + ", ".join(assignments)
        if absent:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in absent)
        open_names = {f":open{index}": open_status for index, open_status in enumerate(_OPEN)}
        own_names = {f":own{index}": own_status for index, own_status in enumerate(takes_back)}
        values = {f":{name}": value for name, value in present.items()} | open_names | own_names
        names = (*settings, "received_at", "asset_id")
        # What this execution wrote itself: the very same closing (a step retried after a crash half-way), or
        # one that it takes back.
        same_reason = "#reason = :reason" if "reason" in present else "attribute_not_exists(#reason)"
        own = f"#status = :status AND {same_reason}"
        if own_names:
            # DynamoDB refuses parentheses that change nothing, so these stand only where they do.
            own = f"({own} OR #status IN ({', '.join(own_names)}))"
        condition = (
            "attribute_not_exists(#asset_id) OR #attempt < :attempt OR (#attempt = :attempt AND"
            f" (#status IN ({', '.join(open_names)}) OR (#execution_arn = :execution_arn AND {own})))"
        )
        with service_errors("dynamodb:UpdateItem"):
            try:
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=to_attributes({"asset_id": asset.asset_id}),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={f"#{name}": name for name in names},
                    ExpressionAttributeValues=to_attributes({**values, ":now": now}),
                )
            except self._dynamodb.exceptions.ConditionalCheckFailedException:
                return False
        return True


def _identity(asset: AssetRef) -> dict[str, Any]:
    return {
        "attempt": asset.attempt,
        "profile": asset.profile,
        "source_bucket": asset.source.bucket,
        "source_key": asset.source.key,
        "source_version_id": asset.source.version_id,
    }


def _standing(status: AssetStatus, now: str) -> dict[str, str]:
    """Status with the index's key: the UTC day of the last change."""
    return {"status": status, "status_day": f"{status}#{now[:10]}", "updated_at": now}


def _gate_values(gates: Sequence[Gate]) -> dict[str, dict[str, Decimal | str]]:
    """What was measured and what followed, by name; of too many, those that warned or rejected first."""
    kept = sorted(gates, key=lambda gate: gate.outcome == "pass")[:_MAX_GATES]
    return {gate.name: {"value": _gate_value(gate.value), "outcome": gate.outcome} for gate in kept}


def _gate_value(value: float | str) -> Decimal | str:
    return value[:_MAX_GATE_VALUE_CHARACTERS] if isinstance(value, str) else Decimal(str(value))
