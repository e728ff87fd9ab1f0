"""A keyframe as this package makes it: the picture's bytes and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.span import Span

__all__ = ["MAX_KEYFRAMES", "Still", "StillList"]

MAX_KEYFRAMES = 40


@dataclass(frozen=True)
class Still:
    """A JPEG (RGB, upright) and where it is from: ``at_ms`` of what moves, a ``page``, or the whole image.

    ``span`` is what it stands for: in a video from the change that began it to the next still's.
    """

    jpeg: bytes
    width_px: int
    height_px: int
    span: Span
    at_ms: int | None = None
    page: int | None = None


@dataclass(frozen=True)
class StillList:
    """Stills in order of time or page, and in plain words what could not be seen."""

    stills: tuple[Still, ...]
    warnings: tuple[str, ...] = ()
