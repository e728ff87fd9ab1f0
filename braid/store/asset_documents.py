"""Reads back what the steps of one execution stored, as far as the execution came."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeVar

from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.answer.review import Review
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import Modality, is_request
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.generation.outcomes import MadeOutput
from braid.store.documents import DocumentStore

__all__ = ["find_documents", "read_documents"]

T = TypeVar("T")

_BRANCH_DOCUMENTS = (
    (Modality.SPEECH, "transcript"),
    (Modality.VISION, "vision"),
    (Modality.TEXT, "passages"),
)


_MEDIA_TYPES = {
    "json": "application/json",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "txt": "text/plain; charset=utf-8",
}
# What an attempt leaves under fixed keys, by the name that ``result.json`` gives it, in the workflow's order.
_LEFT = {
    **{name: f"{name}.json" for name in ("admission", "transcript", "vision", "passages", "language")},
    **{name: f"{name}.json" for name in ("timeline", "answer", "unanswered", "review", "accessibility")},
    "captions_vtt": "captions.vtt",
    "captions_srt": "captions.srt",
    "transcript_text": "transcript.txt",
    "descriptions_vtt": "descriptions.vtt",
    "receipt": "receipt.json",
    **{name: f"{name}.json" for name in ("plan", "generated", "draft")},
}


def find_documents(store: DocumentStore) -> AssetDocuments:
    """What lies below the attempt, where no state is there to name it: an execution that was stopped."""
    claims: dict[str, Claim] = {}
    for name, file in _LEFT.items():
        claims |= _found(store, name, file)
    return _documents(store, claims)


def read_documents(store: DocumentStore, state: ExecutionState) -> AssetDocuments:
    """Every document that the state names, with its claim under the name that ``result.json`` gives it."""
    claims: dict[str, Claim] = {}
    if state.admission and state.admission.claim:
        claims["admission"] = state.admission.claim
    for modality, name in _BRANCH_DOCUMENTS:
        if document := state.branch(modality).document:
            claims[name] = document
    if state.fusion:
        claims["timeline"] = state.fusion.claim
    claims.update(_answers(state))
    if state.posts:
        claims.update(state.posts.files)

    # Fusion merges the branches' language documents, and Infer Answer says why it has no answer, under fixed
    # keys that no state carries.
    claims |= _found(store, "language", "language.json")
    if is_request(state.asset.source.key):
        for name in ("plan", "generated", "draft"):
            claims |= _found(store, name, f"{name}.json")
    if state.answer and not state.answer.claim:
        claims |= _found(store, "unanswered", "unanswered.json")
    return _documents(store, claims)


def _documents(store: DocumentStore, claims: Mapping[str, Claim]) -> AssetDocuments:
    def read(cls: type[T], name: str) -> T | None:
        return store.get_document(cls, claims[name]) if name in claims else None

    return AssetDocuments(
        claims=claims,
        admission=read(Admission, "admission"),
        transcript=read(Transcript, "transcript"),
        vision=read(Vision, "vision"),
        passages=read(Passages, "passages"),
        language=read(LanguageAnalysis, "language"),
        timeline=read(Timeline, "timeline"),
        answer=read(Answer, "answer"),
        answer_original=read(Answer, "answer_original"),
        review=read(Review, "review"),
        unanswered=read(Unanswered, "unanswered"),
        generated=read(MadeOutput, "generated"),
    )


def _answers(state: ExecutionState) -> dict[str, Claim]:
    """The answer that stands, and where a person had a say the one that they were shown."""
    original = state.answer.claim if state.answer else None
    if state.review is None:
        return {"answer": original} if original else {}
    if state.draft is not None:
        return {"review": state.review.review}
    found = {"answer": state.review.claim, "review": state.review.review, "example": state.review.example}
    if original != state.review.claim:
        found["answer_original"] = original
    return {name: claim for name, claim in found.items() if claim is not None}


def _found(store: DocumentStore, name: str, file: str) -> dict[str, Claim]:
    key = store.result_key(file)
    body = store.find_bytes(key)
    if body is None:
        return {}
    digest = hashlib.sha256(body).hexdigest()
    media_type = _MEDIA_TYPES[file.rpartition(".")[2]]
    return {name: Claim(f"s3://{store.bucket}/{key}", media_type, len(body), digest)}
