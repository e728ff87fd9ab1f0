"""The report as it stands while an answer waits: what a reviewer looks at."""

from __future__ import annotations

from braid.domain.answer.review import ReviewRequest
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import Outcome, missing_operations
from braid.domain.asset.spending import spent, state_transitions
from braid.domain.captions.layout import lay_out
from braid.domain.money.metered import Metered
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import price
from braid.domain.profile.sections.captions import CaptionPlan
from braid.domain.profile.sections.report import ReportPlan
from braid.report.media import media_for_report
from braid.report.report_page import ReportContext, report_page
from braid.report.stills import stills_for_report
from braid.store.asset_documents import read_documents
from braid.store.documents import DocumentStore

__all__ = ["put_draft"]

_HTML = "text/html; charset=utf-8"


def put_draft(
    state: ExecutionState,
    request: ReviewRequest,
    *,
    store: DocumentStore,
    book: PriceBook,
    plan: CaptionPlan,
    execution_arn: str,
    used: Metered,
    now: str,
) -> None:
    """Writes ``report.html`` of the attempt; Publish Result replaces it after the decision.

    Its receipt is what was spent so far, ``used`` by this step among it. Media isn't embedded: it plays
    beside the page.
    """
    documents = read_documents(store, state)
    reason = "This answer awaits review: " + "; ".join(request.reasons) + "."
    so_far = spent(state, documents, transitions=state_transitions(state), used=used, ahead={})
    context = ReportContext(
        asset=state.asset,
        outcome=Outcome(AssetStatus.AWAITING_REVIEW, reason, missing_operations(state, documents)),
        receipt=price(so_far, book),
        execution_arn=execution_arn,
        finished_at=now,
        stills=stills_for_report(store, documents.vision),
        media=media_for_report(store, documents.admission, ReportPlan()),
        cues=lay_out(documents.transcript, plan).cues if documents.transcript else (),
    )
    store.put_bytes(store.result_key("report.html"), report_page(context, documents), _HTML)
