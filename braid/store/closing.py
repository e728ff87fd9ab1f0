"""The end of an asset, however it went: record, copies for the editor, tags, and at last ``result.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.clock import seconds_between
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.targets import MissedTarget
from braid.store.by_source import Copy, put_copies
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords, Record, RecordClosing

__all__ = ["AssetCloser", "AssetClosing", "ClosedAsset", "result_uri"]

_WITHOUT_ANSWER = (AssetStatus.REJECTED, AssetStatus.FAILED)
_PUBLISHED = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)


@dataclass(frozen=True)
class AssetClosing:
    """Everything that stays of one attempt. ``copies`` lie by the source; times are ISO 8601 in UTC.

    ``reason`` is for people; ``failure``, the class and the own words of an error, for engineers.

    ``admission`` is what intake found out, where the execution came so far. With ``takes_back`` it stands
    even if this execution closed the asset as published before, and then could not show it.
    """

    asset: AssetRef
    status: AssetStatus
    reason: str | None
    execution_arn: str
    started_at: str | None
    finished_at: str
    results: Mapping[str, Claim]
    copies: Mapping[str, Copy]
    missing: tuple[MissingOperation, ...] = ()
    admission: Admission | None = None
    total_usd: float | None = None
    warnings: tuple[str, ...] = ()
    missed_targets: tuple[MissedTarget, ...] = ()
    takes_back: bool = False
    failure: str | None = None
    redrive_count: int | None = None

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The quality gates, as far as any was reached."""
        return self.admission.gates if self.admission else ()


@dataclass(frozen=True)
class ClosedAsset:
    """How the asset stands now; ``is_ours`` unless another attempt or the execution's death came first."""

    status: AssetStatus
    is_ours: bool


def result_uri(store: DocumentStore, asset_id: str) -> str:
    """Where the one pointer to an asset's current results lies."""
    return f"s3://{store.bucket}/{_result_key(asset_id)}"


class AssetCloser:
    """Closes attempts. Doing it again with the same closing, as a retried step does, changes nothing."""

    def __init__(self, store: DocumentStore, records: AssetRecords, sources: SourceObjects) -> None:
        self._store = store
        self._records = records
        self._sources = sources

    def is_current(self, asset: AssetRef) -> bool:
        """Whether what this attempt still makes is for anything."""
        return self._records.is_current(asset)

    def received_at(self, asset: AssetRef) -> str | None:
        """When the asset was received, as its record has it."""
        record = self._records.find(asset.asset_id)
        return record.received_at if record else None

    def close(self, closing: AssetClosing) -> ClosedAsset:
        """Closes the record, if that is still ours to close."""
        record_closing = RecordClosing(
            status=closing.status,
            reason=closing.reason,
            result_uri=result_uri(self._store, closing.asset.asset_id),
            execution_arn=closing.execution_arn,
            cost_usd=None if closing.total_usd is None else Decimal(str(closing.total_usd)),
            gates=closing.gates,
            takes_back=closing.takes_back,
            failure=closing.failure,
            redrive_count=closing.redrive_count,
        )
        if self._records.close(closing.asset, record_closing, now=closing.finished_at):
            return ClosedAsset(closing.status, is_ours=True)
        record = self._records.find(closing.asset.asset_id)
        return ClosedAsset(record.status if record else closing.status, is_ours=False)

    def is_shown(self, asset: AssetRef) -> bool:
        """Whether ``result.json`` says what the record says."""
        return self._shown(self._records.find(asset.asset_id)) is not None

    def published(self, asset: AssetRef, execution_arn: str) -> Result | None:
        """What this attempt's execution published, while it is what people find; else ``None``."""
        record = self._records.find(asset.asset_id)
        if record is None or record.status not in _PUBLISHED:
            return None
        is_own = (record.attempt, record.execution_arn) == (asset.attempt, execution_arn)
        return self._shown(record) if is_own else None

    def _shown(self, record: Record | None) -> Result | None:
        """``result.json`` where it says what the record says."""
        result = self._store.find_document(Result, _result_key(record.asset_id)) if record else None
        if record is None or result is None:
            return None
        return result if (result.attempt, result.status) == (record.attempt, record.status) else None

    def unshown(self, closing: AssetClosing) -> AssetClosing | None:
        """``closing`` as the record has it, where this execution closed it so and then couldn't show it.

        ``None`` where it was shown, or where the record has another execution's word.
        """
        record = self._records.find(closing.asset.asset_id)
        if record is None or record.status not in _WITHOUT_ANSWER:
            return None
        is_own = (record.attempt, record.execution_arn) == (closing.asset.attempt, closing.execution_arn)
        if not is_own or self.is_shown(closing.asset):
            return None
        return replace(closing, status=record.status, reason=record.reason)

    def show(self, closing: AssetClosing) -> None:
        """Writes what people find, after ``close`` said that the closing is ours.

        ``result.json`` comes last: whoever sees it finds everything that it names.
        """
        self._show_by_source(closing)
        record = self._records.find(closing.asset.asset_id)
        result = _result(closing, record.received_at if record else None)
        self._store.put_document(_result_key(closing.asset.asset_id), result)

    def _show_by_source(self, closing: AssetClosing) -> None:
        """Tags the version; the copies are left to a newer version of the same key where there is one."""
        asset, source = closing.asset, closing.asset.source
        self._sources.tag(
            source.key,
            source.version_id,
            {"braid-asset-id": asset.asset_id, "braid-status": closing.status.value},
        )
        put_copies(
            self._store,
            source.key,
            asset.asset_id,
            closing.copies,
            is_newest=lambda: self._is_newest(source),
        )

    def _is_newest(self, source: Source) -> bool:
        """Also where the key shows nothing any more: nobody else will write its copies."""
        current = self._sources.find_current(source.key)
        return current is None or current.version_id == source.version_id


def _result(closing: AssetClosing, received_at: str | None) -> Result:
    asset, source, admission = closing.asset, closing.asset.source, closing.admission
    return Result(
        asset_id=asset.asset_id,
        attempt=asset.attempt,
        source=ResultSource(
            bucket=source.bucket,
            key=source.key,
            version_id=source.version_id,
            # A rejected asset has no members: nothing was measured to the end.
            size_bytes=(
                sum(member.size_bytes for member in admission.members)
                if admission and admission.members
                else None
            ),
            media_type=admission.media_type if admission else None,
        ),
        profile=asset.profile,
        status=closing.status,
        reason=closing.reason,
        missing=closing.missing,
        gates=closing.gates,
        results=dict(sorted(closing.results.items())),
        timings=Timings(
            received_at=received_at,
            finished_at=closing.finished_at,
            duration_seconds=(
                None
                if closing.started_at is None
                else seconds_between(closing.started_at, closing.finished_at)
            ),
        ),
        execution_arn=closing.execution_arn,
        modalities=tuple(modality.value for modality in admission.modalities) if admission else (),
        warnings=closing.warnings,
        missed_targets=closing.missed_targets,
    )


def _result_key(asset_id: str) -> str:
    return f"assets/{asset_id}/result.json"
