"""Observations: one normalised statement by one analyzer, and the evidence chosen among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from braid.domain.asset.asset import Modality
from braid.domain.span import Span
from braid.domain.wire import formerly

__all__ = ["Evidence", "Observation", "ObservationKind"]

ObservationKind = Literal[
    "utterance",
    "toxicity",
    "label",
    "detected_text",
    "faces",
    "moderation",
    "color",
    "description",
    "passage",
    "cue",
]

_KINDS_FORMERLY = formerly(values={"caption": "description"})


@dataclass(frozen=True)
class Observation:
    """What one analyzer says about one span.

    ``observation_id`` is stable for the same input; ``source`` names the analyzer and its unit, such as
    ``transcribe:u0003`` or ``rekognition:DetectText:k0002``; ``member`` names the bundle member;
    ``speaker`` who of a recording says it, where speakers were told apart.
    """

    observation_id: str
    modality: Modality
    kind: ObservationKind = field(metadata=_KINDS_FORMERLY)
    span: Span
    text: str
    confidence: float
    source: str
    member: str = ""
    speaker: str | None = None


@dataclass(frozen=True)
class Evidence:
    """An observation that the answer may cite; ``reason`` says why it was chosen under the budget."""

    evidence_id: str
    modality: Modality
    kind: ObservationKind = field(metadata=_KINDS_FORMERLY)
    span: Span
    text: str
    confidence: float
    source: str
    member: str = ""
    reason: str = ""
    speaker: str | None = None
