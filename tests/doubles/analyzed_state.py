"""The state of an execution that analysed everything, with its documents stored: publishing's input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from braid.domain.answer.answer import Answer, AnswerClaim
from braid.domain.asset.admission import Admission, Gate, Member
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Vision
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.span import Span
from braid.domain.wire import encode
from braid.store.documents import DocumentStore

__all__ = ["ANSWER", "OBSERVATION", "SPOKEN", "analyzed"]

ANSWER = Answer(
    "general",
    "hash",
    "model",
    "amazon.nova-micro-v1:0",
    (),
    {"summary": [{"text": "Seeds go in in March.", "evidence_ids": ["e1"]}]},
    (AnswerClaim("Seeds go in in March.", ("e1",), "/summary/0"),),
    0.8,
    "Seeds go in in March.",
)
OBSERVATION = Observation(
    "o1", Modality.SPEECH, "utterance", Span(0, 2400), "Plant the seeds in March", 0.9, "transcribe:u0001"
)
SPOKEN = Usage("transcribe", "StartTranscriptionJob", "second", 30)


class Stores(Protocol):
    """The embedded AWS's results bucket, or one in memory."""

    def store(self, asset: AssetRef) -> DocumentStore: ...


def analyzed(storage: Stores, asset: AssetRef) -> dict[str, Any]:
    """The state of an execution that heard and saw something, with its documents stored."""
    store = storage.store(asset)
    words = tuple(
        TranscriptItem(word, 500 * index, 500 * index + 400, 0.9, "word")
        for index, word in enumerate(["Plant", "the", "seeds", "in", "March"])
    )
    said = Utterance("u0001", None, 0, 2400, "Plant the seeds in March", 0.9, words)
    evidence = Evidence("e1", Modality.SPEECH, "utterance", Span(0, 2400), said.text, 0.9, "transcribe:u0001")
    still = store.put_bytes(store.result_key("keyframes/k0001.jpg"), b"\xff\xd8\xff still", "image/jpeg")
    frame = KeyframeAnalysis(
        "k0001", still, Span(0, 2400), at_ms=0, texts=(DetectedText("1. Seeds", 0.99, Box(0, 0, 1, 1)),)
    )
    member = Member(
        "a.mp4", "main", "b", asset.source.key, "v", 5, "video/mp4", (Modality.SPEECH, Modality.VISION)
    )
    member = replace(member, duration_ms=2400)
    documents = {
        "admission": Admission(
            asset, "video/mp4", (member,), member.modalities, (Gate("size", 5, "bytes", "pass"),), 2400
        ),
        "transcript": Transcript("en-US", (said,), 2400, usage=(SPOKEN,)),
        "vision": Vision((frame,), missing=(MissingOperation("rekognition:DetectFaces", "denied"),)),
        "timeline": Timeline(2400, (), (OBSERVATION,), (), (evidence,), {}),
        "answer": ANSWER,
        "language": LanguageAnalysis(()),
    }
    claims = {
        name: encode(store.put_document(store.result_key(f"{name}.json"), document))
        for name, document in documents.items()
    }
    branch = {"outcome": "analyzed", "summary": "", "language": claims["language"]}
    return {
        "asset": encode(asset),
        "admission": {
            "admitted": True,
            "summary": "",
            "reason": None,
            "modalities": {"speech": True, "vision": True, "text": False},
            "claim": claims["admission"],
        },
        "modalities": {
            "speech": {**branch, "document": claims["transcript"]},
            "vision": {**branch, "document": claims["vision"]},
            "text": {"outcome": "absent"},
        },
        "fusion": {"verdict": "enough", "summary": "", "reason": None, "claim": claims["timeline"]},
        "answer": {"summary": "", "claim": claims["answer"]},
    }
