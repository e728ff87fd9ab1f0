"""Ends an asset that gives no answer: rejected for a reason, or failed with a cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import AssetDocuments, missing_operations
from braid.domain.asset.spending import recorded_transitions, spent
from braid.domain.money.accounting import Usage
from braid.domain.money.foreseen import after_recording
from braid.domain.money.metered import Metered
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import Receipt, price
from braid.domain.quoting import shortened
from braid.report.notices import reason_text
from braid.store.asset_documents import find_documents, read_documents
from braid.store.by_source import Copy
from braid.store.closing import AssetCloser, AssetClosing, ClosedAsset
from braid.store.documents import DocumentStore
from lambdas.closing.deaths import Death
from lambdas.closing.notice import report_page
from lambdas.closing.reasons import died_on_the_file, failure_of, reason_of_failure, reason_of_rejection

__all__ = ["Recorded", "record_death", "record_end"]

_MAX_SUMMARY_BYTES = 160
_MAX_FAILURE_BYTES = 1500


@dataclass(frozen=True)
class Recorded:
    """How the asset's record stands, why it ended, and the error class for the execution's own end."""

    closed: ClosedAsset
    reason: str
    error: str

    @property
    def summary(self) -> str:
        """One line for the Step Functions console."""
        kept = "" if self.closed.is_ours else " (the record was closed before)"
        return f"{self.closed.status}: {shortened(self.reason, _MAX_SUMMARY_BYTES)}{kept}"


def record_end(
    state: ExecutionState,
    outcome: Literal["rejected", "failed"],
    *,
    store: DocumentStore,
    closer: AssetCloser,
    book: PriceBook,
    execution_arn: str,
    redrive_count: int | None = None,
    started_at: str,
    used: Callable[[], Metered],
    now: str,
) -> Recorded:
    """Closes the asset as REJECTED or FAILED with everything that the execution left behind.

    A crash on a file that nobody could admit yet refuses the file, also under a name that the state machine
    doesn't list and so calls a failure.
    """
    documents = read_documents(store, state)
    failure = failure_of(state)
    is_rejected = outcome == "rejected" or died_on_the_file(state)
    receipt = price(_spent(state, documents, recorded_transitions(state), used()), book)
    closing = AssetClosing(
        asset=state.asset,
        status=AssetStatus.REJECTED if is_rejected else AssetStatus.FAILED,
        reason=reason_of_rejection(state) if is_rejected else reason_of_failure(failure),
        execution_arn=execution_arn,
        started_at=started_at,
        finished_at=now,
        results=dict(documents.claims),
        copies={},
        missing=missing_operations(state, documents),
        admission=documents.admission,
        total_usd=receipt.total_usd,
        takes_back=not is_rejected,
        failure=None if state.failure is None else shortened(state.failure.detail, _MAX_FAILURE_BYTES),
        redrive_count=redrive_count,
    )
    closed = _close(closing, receipt, store, closer)
    return Recorded(
        closed, closing.reason or "", "InvalidAssetError" if outcome == "rejected" else failure.error
    )


def record_death(
    death: Death,
    asset: AssetRef,
    *,
    store: DocumentStore,
    closer: AssetCloser,
    book: PriceBook,
    used: Callable[[], Metered],
    now: str,
) -> Recorded:
    """Closes the record of an execution that ended outside its states, unless it is closed already.

    Its state is gone with it: what it left is found where steps put it. What its steps used of the platform
    went with the state; the receipt has what the AI services were asked.
    """
    documents = find_documents(store)
    receipt = price(_spent(ExecutionState(asset), documents, 1, used()), book)
    closing = AssetClosing(
        asset=asset,
        status=AssetStatus.FAILED,
        reason=death.reason,
        failure=death.failure,
        redrive_count=death.redrive_count,
        execution_arn=death.execution_arn,
        started_at=death.started_at,
        finished_at=now,
        results=dict(documents.claims),
        copies={},
        missing=missing_operations(ExecutionState(asset), documents),
        admission=documents.admission,
        total_usd=receipt.total_usd,
        # A success that people can see stands; one that died before it could be shown is none.
        takes_back=not closer.is_shown(asset),
    )
    return Recorded(_close(closing, receipt, store, closer), death.reason, death.status)


def _spent(
    state: ExecutionState, documents: AssetDocuments, transitions: int, used: Metered
) -> tuple[Usage, ...]:
    ahead = after_recording(copies=2)
    return spent(state, documents, transitions=transitions, used=used, ahead=ahead)


def _close(closing: AssetClosing, receipt: Receipt, store: DocumentStore, closer: AssetCloser) -> ClosedAsset:
    """Closes the record, then writes the receipt, unless a step did, the page and the text that say why.

    In this order, because a recorder that comes second must not write over what the first one told. It writes
    what the first one couldn't: S3 may have failed when the record was closed already.
    """
    closed = closer.close(closing)
    if not closed.is_ours and (own := closer.unshown(closing)) is not None:
        closing, closed = own, ClosedAsset(own.status, is_ours=True)
    if closed.is_ours:
        report = Copy(report_page(closing), "text/html; charset=utf-8")
        claim = store.put_bytes(store.result_key("report.html"), report.body, report.media_type)
        copies = {
            "report.html": report,
            "reason.txt": Copy(reason_text(closing), "text/plain; charset=utf-8"),
        }
        results = {**closing.results, "report": claim}
        if "receipt" not in results:
            results["receipt"] = store.put_document(store.result_key("receipt.json"), receipt)
        closer.show(replace(closing, copies=copies, results=results))
    return closed
