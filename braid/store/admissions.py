"""An admission and the record that says so, kept in one order."""

from __future__ import annotations

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetKind
from braid.domain.claim_check import Claim
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.reservations import Reservation

__all__ = ["put_on_record"]


def put_on_record(
    admission: Admission,
    *,
    records: AssetRecords,
    store: DocumentStore,
    execution_arn: str,
    redrive_count: int | None = None,
    reservation: Reservation | None = None,
    now: str,
    kind: AssetKind | None = None,
) -> Claim:
    """Stores ``admission.json`` and moves the record to PROCESSING with all that was measured."""
    claim = store.put_document(store.result_key("admission.json"), admission)
    records.process(
        admission.asset,
        execution_arn=execution_arn,
        now=now,
        media_type=admission.media_type,
        modalities=admission.modalities,
        gates=admission.gates,
        redrive_count=redrive_count,
        reservation=reservation,
        kind=kind,
    )
    return claim
