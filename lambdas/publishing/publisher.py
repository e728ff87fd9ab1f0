"""Gathers what the steps left, writes what people read, and closes the asset as SUCCEEDED or PARTIAL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from braid.domain.answer.review import Review
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import AssetDocuments, input_warnings
from braid.domain.asset.spending import spent, state_transitions
from braid.domain.claim_check import Claim
from braid.domain.clock import seconds_between
from braid.domain.money.foreseen import after_publishing
from braid.domain.money.metered import STORED_BYTES, Metered
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import Receipt, price
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.targets import MissedTarget
from braid.report.media import Media, media_for_report
from braid.report.notices import reason_text
from braid.report.report_page import ReportContext, report_page
from braid.report.stills import stills_for_report
from braid.store.by_source import Copy
from braid.store.closing import AssetCloser, AssetClosing, ClosedAsset
from braid.store.documents import DocumentStore
from lambdas.publishing.additions import Additions
from lambdas.publishing.content import Content, gather
from lambdas.publishing.result_files import write_files

__all__ = ["Published", "publish"]

_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Published:
    """How the asset stands now, where its report lies, and the first sentence that a person reads."""

    closed: ClosedAsset
    first_sentence: str
    report: Claim
    results_count: int
    missed_targets: tuple[MissedTarget, ...] = ()

    @property
    def summary(self) -> str:
        """One line for the Step Functions console."""
        kept = "" if self.closed.is_ours else " (the record was closed before, nothing was shown)"
        return f"{self.closed.status}: {self.results_count} results{kept}"


def publish(
    state: ExecutionState,
    *,
    store: DocumentStore,
    closer: AssetCloser,
    book: PriceBook,
    profile: Profile,
    additions: Additions,
    execution_arn: str,
    redrive_count: int | None = None,
    started_at: str,
    used: Callable[[], Metered],
    clock: Callable[[], str],
) -> Published:
    """Publishes one attempt. Doing it again, as a retry does, ends the same. ``clock`` tells ISO 8601 in UTC.

    ``used`` is what the step used so far; what it uses after the receipt is foreseen.

    Captions, a readable transcript, checklist, receipt and report are written below the attempt before the
    record is closed; copies beside the source, tags and the pointer ``result.json`` after it, and only if it
    was ours to close.
    """
    content = gather(state, store=store, closer=closer, profile=profile, additions=additions)
    documents, now = content.documents, clock()
    results = dict(documents.claims) | write_files(store, content) | dict(content.added.results)
    stills = stills_for_report(store, documents.vision)
    media = media_for_report(store, documents.admission, profile.report)
    has_answer = "answer" in results
    ahead = after_publishing(copies=3 if has_answer else 2, has_answer=has_answer)
    ahead |= _page_bytes(stills, media)
    transitions = state_transitions(state)
    everything = spent(state, documents, transitions=transitions, used=used(), ahead=ahead)
    receipt = price((*everything, *content.added.usage), book)
    results["receipt"] = store.put_document(store.result_key("receipt.json"), receipt)
    context = ReportContext(
        asset=state.asset,
        outcome=content.outcome,
        receipt=receipt,
        execution_arn=execution_arn,
        finished_at=now,
        stills=stills,
        media=media,
        cues=content.captions.cues,
        warnings=content.warnings,
        accessibility=content.accessibility,
        translated_cues=content.added.captions,
        has_spoken_descriptions=content.added.has_voice,
    )
    report = report_page(context, documents)
    results["report"] = store.put_bytes(store.result_key("report.html"), report, _HTML)
    closing = AssetClosing(
        asset=state.asset,
        status=content.outcome.status,
        reason=content.outcome.reason,
        execution_arn=execution_arn,
        started_at=started_at,
        finished_at=now,
        results=results,
        copies={},
        missing=content.outcome.missing,
        admission=documents.admission,
        total_usd=receipt.total_usd,
        warnings=(*input_warnings(documents), *content.warnings),
        redrive_count=redrive_count,
        missed_targets=_missed_targets(profile, documents, closer.received_at(state.asset), now, receipt),
    )
    return _close(closing, content, report, store=store, closer=closer)


def _close(
    closing: AssetClosing, content: Content, report: bytes, *, store: DocumentStore, closer: AssetCloser
) -> Published:
    closed = closer.close(closing)
    if closed.is_ours:
        copies = {"report.html": Copy(report, _HTML), "reason.txt": Copy(reason_text(closing), _TEXT)}
        if "answer" in closing.results:
            copies["answer.json"] = Copy(store.get_payload(closing.results["answer"]), "application/json")
        closer.show(replace(closing, copies=copies))
    answer = content.documents.answer
    return Published(
        closed=closed,
        first_sentence=answer.first_sentence if answer else (closing.reason or ""),
        report=closing.results["report"],
        results_count=len(closing.results),
        missed_targets=closing.missed_targets if closed.is_ours else (),
    )


def _missed_targets(
    profile: Profile, documents: AssetDocuments, received_at: str | None, now: str, receipt: Receipt
) -> tuple[MissedTarget, ...]:
    return profile.targets.missed(
        latency_seconds=_working_seconds(received_at, now, documents.review),
        cost_usd=receipt.total_usd,
        confidence=documents.answer.confidence if documents.answer else None,
    )


def _working_seconds(received_at: str | None, now: str, review: Review | None) -> float | None:
    """From the upload until now, without the time in which a person's decision was waited for."""
    if received_at is None:
        return None
    waited = seconds_between(review.request.requested_at, review.at) if review else 0.0
    return seconds_between(received_at, now) - waited


def _page_bytes(stills: Mapping[str, bytes], media: Media | None) -> dict[str, float]:
    """What the report and its copy will hold, but for their words: in base64, as pages embed it."""
    embedded = len(media.embedded.body) if media is not None and media.embedded is not None else 0
    return {STORED_BYTES: 2 * 4 / 3 * (sum(map(len, stills.values())) + embedded)}
