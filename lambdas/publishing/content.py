"""What an asset's results are written from: what its steps left, and what only publishing makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from braid.domain.accessibility.accessibility import Accessibility
from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import objects_at
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import AssetDocuments, Outcome, outcome_of
from braid.domain.captions.captions import CaptionCue
from braid.domain.captions.checks import caption_findings
from braid.domain.captions.layout import Captions, lay_out
from braid.domain.evidence.transcript import Transcript
from braid.domain.profile.profile import Profile
from braid.store.asset_documents import read_documents
from braid.store.closing import AssetCloser
from braid.store.documents import DocumentStore
from lambdas.publishing.accessibility import accessibility_of
from lambdas.publishing.addition import Addition
from lambdas.publishing.additions import Additions
from lambdas.publishing.gates import with_analysis_gates

__all__ = ["Content", "gather"]


@dataclass(frozen=True)
class Content:
    """``transcript`` is empty where nobody listened; ``descriptions`` are the lines that are spoken in gaps,
    in order of time; ``warnings`` tell what people can't read or hear well.
    """

    documents: AssetDocuments
    transcript: Transcript
    outcome: Outcome
    captions: Captions
    descriptions: Sequence[CaptionCue]
    added: Addition
    accessibility: Accessibility | None
    warnings: tuple[str, ...]


def gather(
    state: ExecutionState,
    *,
    store: DocumentStore,
    closer: AssetCloser,
    profile: Profile,
    additions: Additions,
) -> Content:
    """Reads what the steps stored; translations and voices are asked for where the asset is ours to close."""
    documents = with_analysis_gates(read_documents(store, state), profile.gates)
    outcome = outcome_of(state, documents)
    transcript = documents.transcript or Transcript("", ())
    captions = lay_out(transcript, profile.captions)
    descriptions = _descriptions(documents.answer, profile)
    added = Addition()
    # Both ask services that are paid for.
    if outcome.status is not AssetStatus.REJECTED and closer.is_current(state.asset):
        added = additions.make(documents, captions, descriptions, profile=profile, store=store)
    caption_warnings = tuple(str(finding) for finding in caption_findings(captions, profile.captions))
    accessibility = accessibility_of(
        documents, profile, captions, caption_warnings, is_description_spoken=added.has_voice
    )
    return Content(
        documents=documents,
        transcript=transcript,
        outcome=replace(outcome, missing=outcome.missing + added.missing),
        captions=captions,
        descriptions=descriptions,
        added=added,
        accessibility=accessibility,
        warnings=(*caption_warnings, *added.warnings),
    )


def _descriptions(answer: Answer | None, profile: Profile) -> list[CaptionCue]:
    pointer = profile.checks.fits_gaps
    lines = objects_at(answer.answer, pointer) if answer is not None and pointer else []
    cues = [
        CaptionCue.of_text(line["start_ms"], line["end_ms"], str(line["text"]))
        for line in lines
        if "start_ms" in line and "end_ms" in line
    ]
    return sorted(cues, key=lambda cue: cue.start_ms)
