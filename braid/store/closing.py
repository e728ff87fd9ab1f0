"""The end of an asset, however it went: record, copies for the editor, tags, and at last ``result.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from braid.aws.source_objects import SourceObjects
from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.clock import seconds_between
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.targets import MissedTarget
from braid.store.by_source import Copy, put_copies
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords, Closing

__all__ = ["Concluded", "Conclusion", "Ending", "result_uri"]


@dataclass(frozen=True)
class Ending:
    """Everything that stays of one attempt. ``copies`` lie by the source; times are ISO 8601 in UTC.

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

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The quality gates, as far as any was reached."""
        return self.admission.gates if self.admission else ()


@dataclass(frozen=True)
class Concluded:
    """How the asset stands now; ``is_ours`` unless another attempt or the execution's death came first."""

    status: AssetStatus
    is_ours: bool


def result_uri(store: DocumentStore, asset_id: str) -> str:
    """Where the one pointer to an asset's current results lies."""
    return f"s3://{store.bucket}/{_result_key(asset_id)}"


class Conclusion:
    """Concludes attempts. Doing it again with the same ending, as a retried step does, changes nothing."""

    def __init__(self, store: DocumentStore, records: AssetRecords, sources: SourceObjects) -> None:
        self._store = store
        self._records = records
        self._sources = sources

    def received_at(self, asset: AssetRef) -> str | None:
        """When the asset was received, as its record has it."""
        record = self._records.find(asset.asset_id)
        return record.received_at if record else None

    def close(self, ending: Ending) -> Concluded:
        """Closes the record, if that is still ours to close."""
        closing = Closing(
            status=ending.status,
            reason=ending.reason,
            result_uri=result_uri(self._store, ending.asset.asset_id),
            execution_arn=ending.execution_arn,
            cost_usd=None if ending.total_usd is None else Decimal(str(ending.total_usd)),
            gates=ending.gates,
            takes_back=ending.takes_back,
        )
        if self._records.close(ending.asset, closing, now=ending.finished_at):
            return Concluded(ending.status, is_ours=True)
        record = self._records.find(ending.asset.asset_id)
        return Concluded(record.status if record else ending.status, is_ours=False)

    def show(self, ending: Ending) -> None:
        """Writes what people find, after ``close`` said that the ending is ours.

        ``result.json`` comes last: whoever sees it finds everything that it names.
        """
        self._show_by_source(ending)
        record = self._records.find(ending.asset.asset_id)
        result = _result(ending, record.received_at if record else None)
        self._store.put_document(_result_key(ending.asset.asset_id), result)

    def _show_by_source(self, ending: Ending) -> None:
        """Tags the version; the copies are left to a newer version of the same key where there is one."""
        asset, source = ending.asset, ending.asset.source
        self._sources.tag(
            source.key,
            source.version_id,
            {"braid-asset-id": asset.asset_id, "braid-status": ending.status.value},
        )
        newest = self._sources.find_current(source.key)
        if newest is None or newest.version_id == source.version_id:
            put_copies(self._store, source.key, asset.asset_id, ending.copies)


def _result(ending: Ending, received_at: str | None) -> Result:
    asset, source, admission = ending.asset, ending.asset.source, ending.admission
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
        status=ending.status,
        reason=ending.reason,
        missing=ending.missing,
        gates=ending.gates,
        results=dict(sorted(ending.results.items())),
        timings=Timings(
            received_at=received_at,
            finished_at=ending.finished_at,
            duration_seconds=(
                None if ending.started_at is None else seconds_between(ending.started_at, ending.finished_at)
            ),
        ),
        execution_arn=ending.execution_arn,
        modalities=tuple(modality.value for modality in admission.modalities) if admission else (),
        warnings=ending.warnings,
        missed_targets=ending.missed_targets,
    )


def _result_key(asset_id: str) -> str:
    return f"assets/{asset_id}/result.json"
