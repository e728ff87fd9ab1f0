"""Keeps the asset's record in step with its admission: what is waited for, what was found or taken over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.errors import PendingError
from braid.store.admissions import put_on_record
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.reservations import Reservation
from lambdas.intake.admitting import AdmissionVerdict

__all__ = ["admit_on_record", "saying_what_it_waits_for"]


def admit_on_record(
    asset: AssetRef,
    *,
    admitting: Callable[[], AdmissionVerdict],
    reserving: Callable[[AdmissionVerdict], Reservation | None],
    records: AssetRecords,
    store: DocumentStore,
    execution_arn: str,
    redrive_count: int | None = None,
    clock: Callable[[], str],
) -> tuple[AdmissionVerdict, Claim]:
    """The verdict and the claim of ``admission.json``; the record is PROCESSING with all that was measured.

    What it is expected to cost is reserved in the same write, if it is admitted. Lets ``PendingError``
    through, once the record says what is waited for: a bundle's member, or money.
    """
    with saying_what_it_waits_for(
        asset, records=records, execution_arn=execution_arn, redrive_count=redrive_count, now=clock()
    ):
        verdict = admitting()
        claim = put_on_record(
            verdict.admission,
            records=records,
            store=store,
            execution_arn=execution_arn,
            redrive_count=redrive_count,
            reservation=reserving(verdict) if verdict.is_admitted else None,
            now=clock(),
        )
    return verdict, claim


@contextmanager
def saying_what_it_waits_for(
    asset: AssetRef, *, records: AssetRecords, execution_arn: str, redrive_count: int | None, now: str
) -> Iterator[None]:
    """Lets a ``PendingError`` through once the record has its words."""
    try:
        yield
    except PendingError as error:
        records.process(
            asset, execution_arn=execution_arn, now=now, reason=str(error), redrive_count=redrive_count
        )
        raise
