"""A new attempt takes over what an earlier one analysed: copies under its own keys, already paid for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.asset.execution_state import FusionOutcome
from braid.domain.asset.rerun import Reuse, StartAt
from braid.domain.asset.result import Result
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.language import LanguageAnalysis, source_of, unanalyzed
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.wire import encode
from braid.store.admissions import put_on_record
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.reservations import Reservation
from lambdas.intake.record_keeping import saying_what_it_waits_for

__all__ = ["readmit"]

_DOCUMENTS: dict[Modality, tuple[str, type[Transcript] | type[Vision] | type[Passages]]] = {
    Modality.SPEECH: ("transcript.json", Transcript),
    Modality.VISION: ("vision.json", Vision),
    Modality.TEXT: ("passages.json", Passages),
}
_PICTURES = "keyframes/"
# An error of ours: its words are for people, whoever raised it in the earlier attempt.
_AS_BEFORE = "BraidError"


def readmit(
    asset: AssetRef,
    reuse: Reuse,
    *,
    earlier: DocumentStore,
    store: DocumentStore,
    records: AssetRecords,
    reserving: Callable[[Admission], Reservation | None],
    execution_arn: str,
    redrive_count: int | None,
    now: str,
) -> dict[str, Any]:
    """What Admit Asset answers for a file that was admitted once: it isn't looked at again.

    What asking again costs is reserved before anything is copied; lets ``PendingError`` through where the day
    has no room for it, once the record says so.
    """
    admission, result = _earlier_attempt(asset, earlier)
    with saying_what_it_waits_for(
        asset, records=records, execution_arn=execution_arn, redrive_count=redrive_count, now=now
    ):
        claim = put_on_record(
            admission,
            records=records,
            store=store,
            execution_arn=execution_arn,
            redrive_count=redrive_count,
            reservation=reserving(admission),
            now=now,
        )
    reused = _take_over(admission, result, reuse.start_at, earlier, store)
    return {
        "admitted": True,
        "summary": f"asked for again from {reuse.start_at}, with the analyses of attempt {reuse.attempt}",
        "reason": None,
        "modalities": {modality.value: modality in admission.modalities for modality in Modality},
        "budget": encode(admission.budget),
        "claim": encode(claim),
        "start_at": reuse.start_at,
        "reused": {"modalities": encode(reused.modalities), "fusion": encode(reused.fusion)},
    }


@dataclass(frozen=True)
class _Reused:
    """The earlier attempt's analysis as the states of this one would have left it; no timeline, no fusion."""

    modalities: dict[Modality, BranchOutcome]
    fusion: FusionOutcome | None


def _earlier_attempt(asset: AssetRef, earlier: DocumentStore) -> tuple[Admission, Result]:
    """How it was admitted and how it ended. Raises ``InvalidInputError`` where it never was analysed."""
    admission = earlier.find_document(Admission, earlier.result_key("admission.json"))
    result = earlier.find_document(Result, f"assets/{asset.asset_id}/result.json")
    if admission is None or not admission.modalities or result is None:
        raise InvalidInputError(f"{asset.asset_id} was never analysed: run it again from the beginning")
    return replace(admission, asset=asset), result


def _take_over(
    admission: Admission, result: Result, start_at: StartAt, earlier: DocumentStore, store: DocumentStore
) -> _Reused:
    """Copies what lies before ``start_at``, without its usage: this attempt's receipt is its own.

    Raises ``InvalidInputError`` where the earlier attempt has no timeline to begin inference from.
    """
    why = {item.operation: item.reason for item in result.missing}
    analysis = earlier.find_document(LanguageAnalysis, earlier.result_key("language.json"))
    store.copy_below(earlier.result_key(_PICTURES), store.result_key(_PICTURES))
    return _Reused(
        {modality: _branch(modality, admission, analysis, why, earlier, store) for modality in Modality},
        _fusion(admission.asset, earlier, store) if start_at is StartAt.INFERENCE else None,
    )


def _branch(
    modality: Modality,
    admission: Admission,
    analysis: LanguageAnalysis | None,
    why: dict[str, str],
    earlier: DocumentStore,
    store: DocumentStore,
) -> BranchOutcome:
    if modality not in admission.modalities:
        return BranchOutcome("absent")
    name, kind = _DOCUMENTS[modality]
    document = earlier.find_document(kind, earlier.result_key(name))
    if document is None:
        return BranchOutcome("missing", error=_AS_BEFORE, cause=why.get(modality.value, "it gave nothing"))
    if isinstance(document, Vision):
        document = _with_own_pictures(document, earlier, store)
    claim = store.put_document(store.result_key(name), replace(document, usage=()))
    if (reason := why.get(unanalyzed(modality))) is not None:
        return BranchOutcome("unanalyzed", document=claim, error=_AS_BEFORE, cause=reason)
    return BranchOutcome(
        "analyzed", "as before", document=claim, language=_language(modality, analysis, store)
    )


def _with_own_pictures(vision: Vision, earlier: DocumentStore, store: DocumentStore) -> Vision:
    """Its keyframes' stills are this attempt's copies."""
    before, after = earlier.result_key(_PICTURES), store.result_key(_PICTURES)
    return replace(
        vision,
        keyframes=tuple(
            replace(frame, image=replace(frame.image, uri=frame.image.uri.replace(before, after)))
            for frame in vision.keyframes
        ),
    )


def _language(modality: Modality, analysis: LanguageAnalysis | None, store: DocumentStore) -> Claim | None:
    """This branch's part of what fusion merged. What is missing of the whole is told with every part."""
    if analysis is None:
        return None
    name = source_of(modality)
    names_of_branches = {unanalyzed(each) for each in Modality}
    part = LanguageAnalysis(
        sources=tuple(source for source in analysis.sources if source.source == name),
        missing=tuple(item for item in analysis.missing if item.operation not in names_of_branches),
        usage=(),
    )
    return store.put_document(store.work_key(f"language-{name}.json"), part)


def _fusion(asset: AssetRef, earlier: DocumentStore, store: DocumentStore) -> FusionOutcome:
    timeline = earlier.find_document(Timeline, earlier.result_key("timeline.json"))
    if timeline is None:
        raise InvalidInputError(f"{asset.asset_id} has no timeline: run it again from fusion")
    claim = store.put_document(store.result_key("timeline.json"), replace(timeline, usage=()))
    if analysis := earlier.find_document(LanguageAnalysis, earlier.result_key("language.json")):
        store.put_document(store.result_key("language.json"), replace(analysis, usage=()))
    found = len(timeline.evidence)
    if not found:
        return FusionOutcome("nothing_found", "nothing found to answer from", None, claim)
    return FusionOutcome("enough", f"{found} pieces of evidence, as before", None, claim)
