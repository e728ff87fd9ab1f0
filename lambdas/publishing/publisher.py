"""Gathers what the steps left, writes what people read, and closes the asset as SUCCEEDED or PARTIAL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import objects_at
from braid.domain.answer.review import Review
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import input_warnings, outcome_of
from braid.domain.asset.spending import spent, state_transitions
from braid.domain.captions.captions import CaptionCue, write_srt, write_vtt
from braid.domain.captions.checks import caption_findings
from braid.domain.captions.layout import lay_out
from braid.domain.claim_check import Claim
from braid.domain.clock import seconds_between
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.transcript_text import transcript_text
from braid.domain.money.foreseen import after_publishing
from braid.domain.money.metered import STORED_BYTES, Metered
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import price
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.targets import MissedTarget
from braid.report.media import Media, media_for_report
from braid.report.notices import reason_text
from braid.report.report_page import ReportContext, report_page
from braid.report.stills import stills_for_report
from braid.store.asset_documents import read_documents
from braid.store.by_source import Copy
from braid.store.closing import AssetCloser, AssetClosing, ClosedAsset
from braid.store.documents import DocumentStore
from lambdas.publishing.accessibility import accessibility_of
from lambdas.publishing.addition import Addition
from lambdas.publishing.additions import Additions
from lambdas.publishing.gates import with_analysis_gates

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
    documents = with_analysis_gates(read_documents(store, state), profile.gates)
    outcome = outcome_of(state, documents)
    transcript = documents.transcript or Transcript("", ())
    captions = lay_out(transcript, profile.captions)
    lines = _description_lines(documents.answer, profile)
    added = Addition()
    # Both ask services that are paid for.
    if outcome.status is not AssetStatus.REJECTED and closer.is_current(state.asset):
        added = additions.make(documents, captions, lines, profile=profile, store=store)
    now = clock()
    outcome = replace(outcome, missing=outcome.missing + added.missing)
    caption_warnings = tuple(str(finding) for finding in caption_findings(captions, profile.captions))
    warnings = (*caption_warnings, *added.warnings)
    results = dict(documents.claims) | _write_words(store, transcript, captions.cues)
    results |= _write_descriptions(store, lines) | dict(added.results)
    is_spoken = "descriptions_mp3" in added.results
    accessibility = accessibility_of(
        documents, profile, captions, caption_warnings, is_description_spoken=is_spoken
    )
    if accessibility is not None:
        results["accessibility"] = store.put_document(store.result_key("accessibility.json"), accessibility)
    stills = stills_for_report(store, documents.vision)
    media = media_for_report(store, documents.admission, profile.report)
    has_answer = "answer" in results
    ahead = after_publishing(copies=3 if has_answer else 2, has_answer=has_answer)
    everything = spent(
        state,
        documents,
        transitions=state_transitions(state),
        used=used(),
        ahead=ahead | _page_bytes(stills, media),
    )
    receipt = price((*everything, *added.usage), book)
    results["receipt"] = store.put_document(store.result_key("receipt.json"), receipt)
    context = ReportContext(
        asset=state.asset,
        outcome=outcome,
        receipt=receipt,
        execution_arn=execution_arn,
        finished_at=now,
        stills=stills,
        media=media,
        cues=captions.cues,
        warnings=warnings,
        accessibility=accessibility,
        translated_cues=added.captions,
        has_spoken_descriptions=is_spoken,
    )
    report = report_page(context, documents)
    results["report"] = store.put_bytes(store.result_key("report.html"), report, _HTML)
    closing = AssetClosing(
        asset=state.asset,
        status=outcome.status,
        reason=outcome.reason,
        execution_arn=execution_arn,
        started_at=started_at,
        finished_at=now,
        results=results,
        copies={},
        missing=outcome.missing,
        admission=documents.admission,
        total_usd=receipt.total_usd,
        warnings=(*input_warnings(documents), *warnings),
        redrive_count=redrive_count,
        missed_targets=profile.targets.missed(
            latency_seconds=_working_seconds(closer.received_at(state.asset), now, documents.review),
            cost_usd=receipt.total_usd,
            confidence=documents.answer.confidence if documents.answer else None,
        ),
    )
    closed = closer.close(closing)
    if closed.is_ours:
        copies = {"report.html": Copy(report, _HTML), "reason.txt": Copy(reason_text(closing), _TEXT)}
        if "answer" in results:
            copies["answer.json"] = Copy(store.get_payload(results["answer"]), "application/json")
        closer.show(replace(closing, copies=copies))
    first_sentence = documents.answer.first_sentence if documents.answer else (outcome.reason or "")
    missed = closing.missed_targets if closed.is_ours else ()
    return Published(closed, first_sentence, results["report"], len(results), missed)


def _working_seconds(received_at: str | None, now: str, review: Review | None) -> float | None:
    """From the upload until now, without the time in which a person's decision was waited for."""
    if received_at is None:
        return None
    waited = seconds_between(review.request.requested_at, review.at) if review else 0.0
    return seconds_between(received_at, now) - waited


def _description_lines(answer: Answer | None, profile: Profile) -> list[CaptionCue]:
    """The lines that a narrator, or a screen reader, speaks in the gaps, in order of time."""
    pointer = profile.checks.fits_gaps
    lines = objects_at(answer.answer, pointer) if answer is not None and pointer else []
    cues = [
        CaptionCue.of_text(line["start_ms"], line["end_ms"], str(line["text"]))
        for line in lines
        if "start_ms" in line and "end_ms" in line
    ]
    return sorted(cues, key=lambda cue: cue.start_ms)


def _write_descriptions(store: DocumentStore, lines: Sequence[CaptionCue]) -> dict[str, Claim]:
    """WebVTT of kind ``descriptions``."""
    if not lines:
        return {}
    body = write_vtt(lines).encode()
    return {"descriptions_vtt": store.put_bytes(store.result_key("descriptions.vtt"), body, "text/vtt")}


def _write_words(
    store: DocumentStore, transcript: Transcript, cues: Sequence[CaptionCue]
) -> dict[str, Claim]:
    """WebVTT, SubRip and a readable text of what was said; nothing where nobody spoke."""
    if not cues:
        return {}
    return {
        "captions_vtt": store.put_bytes(
            store.result_key("captions.vtt"), write_vtt(cues).encode(), "text/vtt"
        ),
        "captions_srt": store.put_bytes(
            store.result_key("captions.srt"), write_srt(cues).encode(), "application/x-subrip"
        ),
        "transcript_text": store.put_bytes(
            store.result_key("transcript.txt"), transcript_text(transcript).encode(), _TEXT
        ),
    }


def _page_bytes(stills: Mapping[str, bytes], media: Media | None) -> dict[str, float]:
    """What the report and its copy will hold, but for their words: in base64, as pages embed it."""
    embedded = len(media.embedded.body) if media is not None and media.embedded is not None else 0
    return {STORED_BYTES: 2 * 4 / 3 * (sum(map(len, stills.values())) + embedded)}
