"""A hit is a citation: which statement of which asset, where in it, and in which words."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.asset.asset import Modality
from braid.domain.span import Span

__all__ = ["MAX_QUERY_CHARACTERS", "Citation", "Hit", "SearchAnswer", "SearchRequest"]

MAX_QUERY_CHARACTERS = 1_000


@dataclass(frozen=True)
class Citation:
    """Where something stands. ``evidence_id`` is the id of an observation of the attempt's timeline.

    ``kind`` is the observation's, or ``labels``, ``keyframe``, ``whole``; ``name`` is what
    people call the asset. ``keyframe_id`` names the keyframe of ``vision.json`` in which it was seen, where
    it was (of a lasting observation the first); vectors of before it was kept have none.
    """

    asset_id: str
    attempt: int
    evidence_id: str
    modality: Modality
    kind: str
    span: Span
    text: str
    source: str
    name: str
    profile: str
    member: str = ""
    keyframe_id: str = ""


@dataclass(frozen=True)
class Hit:
    """A citation and why it was found. One of a knowledge base has no asset: its evidence id is an address.

    ``score`` is 0 to 1: 1 where it came first in every list. It orders this answer's hits and compares with
    nothing else. ``matched`` are the query's words that stand in it; ``found_by`` says which lists have it:
    ``words``, ``meaning``, ``picture``, ``knowledge base``, or ``bridge`` where labels stand in for a
    model of pictures. ``span`` and ``keyframe_id`` are where it was found: a keyframe's own, though the
    observation that it cites lasts longer.
    """

    asset_id: str
    attempt: int
    evidence_id: str
    modality: Modality
    kind: str
    span: Span
    text: str
    score: float
    source: str
    name: str
    profile: str
    member: str = ""
    keyframe_id: str = ""
    matched: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchRequest:
    """What to find: a ``text``, a ``picture`` (base64 of a JPEG), or what is like ``similar_to`` (asset ids).

    ``profile`` and ``modality`` narrow it down, ``since`` (ISO 8601) to what was processed from then on. With
    ``nearest`` also what is probably not meant is shown.
    """

    text: str = ""
    picture: str = ""
    similar_to: tuple[str, ...] = ()
    profile: str = ""
    modality: str = ""
    since: str = ""
    limit: int = 10
    nearest: bool = False


@dataclass(frozen=True)
class SearchAnswer:
    """The hits, the best first; ``near_misses`` counts what was found and not thought to be meant.

    ``models`` are those that were asked; ``missing`` says in words which lists couldn't be had. Where
    ``is_nearest`` the hits are what lies nearest: nothing says that they are meant.
    """

    hits: tuple[Hit, ...]
    near_misses: int = 0
    models: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    is_nearest: bool = False
