"""How a citation reads: which part of the asset a person has to look at or listen to."""

from __future__ import annotations

from collections.abc import Iterable

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, Observation

__all__ = ["place", "places", "voice", "where"]

_NOUNS = {Modality.SPEECH: "speech", Modality.VISION: "picture", Modality.TEXT: "text"}


def place(item: Evidence | Observation) -> str:
    """What it is and where: ``speech 0:05.4–0:10.6``, ``picture mug.jpg``, ``page 2``."""
    return " ".join(part for part in (_lead(item), item.span.brief) if part)


def places(items: Iterable[Evidence]) -> str:
    """All places in one line, each once, those of the same kind together.

    ``speech 0:05.4–0:10.6, 0:17.2–0:27.1 · picture 0:05.7–0:12.1``
    """
    by_lead: dict[str, dict[str, None]] = {}
    for item in items:
        by_lead.setdefault(_lead(item), {})[item.span.brief] = None
    return " · ".join(
        " ".join(part for part in (lead, ", ".join(filter(None, spans))) if part)
        for lead, spans in by_lead.items()
    )


def voice(modality: Modality, member: str = "", *, is_captions: bool = False) -> str:
    """Who says something, as citations call it: ``speech``, ``picture mug.jpg``, ``captions talk.vtt``."""
    return " ".join(part for part in ("captions" if is_captions else _NOUNS[modality], member) if part)


def where(item: Evidence) -> str:
    """Member and span alone, where the modality stands beside it; empty for the whole of a single file."""
    return " ".join(part for part in (item.member, item.span.brief) if part)


def _lead(item: Evidence | Observation) -> str:
    # A page says by itself where to look, whether its text was native or read from its picture.
    if item.span.page is not None:
        return item.member
    return voice(item.modality, item.member, is_captions=item.kind == "cue")
