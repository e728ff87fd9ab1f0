"""What fusion makes of all observations: the shape of ``timeline.json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.span import Span
from braid.domain.wire import formerly

__all__ = ["Agreement", "AgreementKind", "Alignment", "Segment", "Timeline"]


class AgreementKind(StrEnum):
    """How two modalities relate over a span."""

    REDUNDANT = "redundant"
    COMPLEMENTARY = "complementary"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class Agreement:
    """How two modalities (or two members) relate over a segment; strength 0 to 1; ``reason`` for people.

    ``values`` are what the sides of a contradiction say, in their order, where two values differ:
    ``("14 euros", "19 euros")``.
    """

    modalities: tuple[Modality, Modality]
    kind: AgreementKind
    strength: float
    observation_ids: tuple[str, ...] = field(metadata=formerly("evidence_ids"))
    reason: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segment:
    """A stretch of the asset (or a page, or the whole) with the ids of what was observed there.

    ``confidence`` is fused from the sources' and their agreement; ``provenance`` says how, for people.
    """

    segment_id: str
    span: Span
    observations: tuple[str, ...]
    agreements: tuple[Agreement, ...] = ()
    confidence: float | None = None
    provenance: str | None = None


@dataclass(frozen=True)
class Alignment:
    """How the clock of stream ``of`` relates to that of ``to``: an estimate, or why there is none.

    What ``to`` has at t, ``of`` has at ``t + offset_ms + t * drift_ppm / 1,000,000``; a positive offset means
    that ``of`` is late. ``drift_ppm`` is ``None`` where the streams are too short to tell.
    """

    of: str
    to: str
    offset_ms: int | None = None
    drift_ppm: float | None = None
    confidence: float | None = None
    not_estimated: str | None = None

    def __post_init__(self) -> None:
        if (self.offset_ms is None) == (self.not_estimated is None):
            raise ValueError("an alignment is either estimated or says why not")


@dataclass(frozen=True)
class Timeline:
    """Everything observed, in order, with how modalities agree and what an answer may cite."""

    duration_ms: int | None
    segments: tuple[Segment, ...]
    observations: tuple[Observation, ...]
    alignments: tuple[Alignment, ...]
    evidence: tuple[Evidence, ...]
    quality: dict[str, Any]
    warnings: tuple[str, ...] = ()
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    schema_version: str = "1"
