"""Reads the evidence that a prompt carries as JSON lines, one piece each, inside a fence.

    <evidence nonce=...>
    {"evidence_id": "u-1", "modality": "speech", "span": {"start_ms": 0, "end_ms": 900}, "text": "...", ...}
    </evidence nonce=...>

Without a fence every line that is such an object counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.foreign_json import is_number, parse_json

__all__ = ["Evidence", "read_evidence"]

_FENCED = re.compile(
    r"^\s*<evidence(?P<nonce>[^>]*)>\s*$(?P<lines>.*?)^\s*</evidence(?P=nonce)>\s*$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence; ``record`` is its whole line."""

    evidence_id: str
    text: str
    modality: str
    kind: str
    confidence: float
    start_ms: int | None
    end_ms: int | None
    page: int | None
    record: Mapping[str, Any]

    @property
    def confirmed(self) -> bool:
        """Whether evidence of another modality says the same (``confirmed_by`` lists it)."""
        return bool(self.record.get("confirmed_by"))

    @property
    def contradicted_by(self) -> tuple[str, ...]:
        """Ids of the evidence that says otherwise."""
        ids = self.record.get("contradicted_by")
        return tuple(str(identifier) for identifier in ids) if isinstance(ids, list) else ()

    @property
    def place(self) -> tuple[str, int | None, int | None, int | None]:
        """What lines of one slide, one page or one moment have in common."""
        return self.modality, self.page, self.start_ms, self.end_ms


def read_evidence(prompt: str) -> list[Evidence]:
    """Every piece with a text and an id of its own, in order; other lines are passed over."""
    fenced = [match["lines"] for match in _FENCED.finditer(prompt)]
    pieces: dict[str, Evidence] = {}
    for line in "\n".join(fenced or [prompt]).split("\n"):
        piece = _piece(line.strip())
        if piece is not None:
            pieces.setdefault(piece.evidence_id, piece)
    return list(pieces.values())


def _piece(line: str) -> Evidence | None:
    if not line.startswith("{"):
        return None
    try:
        record = parse_json(line.rstrip(","))
    except ValueError:
        return None
    evidence_id, text = record.get("evidence_id"), record.get("text")
    if not isinstance(evidence_id, str) or not isinstance(text, str) or not text.strip():
        return None
    span = record.get("span")
    span = span if isinstance(span, dict) else {}
    confidence = record.get("confidence")
    return Evidence(
        evidence_id=evidence_id,
        text=text,
        modality=str(record.get("modality", "")),
        kind=str(record.get("kind", "")),
        # What doesn't say how sure it is ranks between the sure and the doubtful.
        confidence=float(confidence) if is_number(confidence) else 0.75,
        start_ms=_whole(span.get("start_ms")),
        end_ms=_whole(span.get("end_ms")),
        page=_whole(span.get("page")),
        record=record,
    )


def _whole(value: object) -> int | None:
    return int(value) if is_number(value) else None
