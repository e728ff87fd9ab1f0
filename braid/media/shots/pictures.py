"""What is known of a video's pictures while its shots are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from braid.media.pictures.signature import Signature

__all__ = ["Picture", "Shot"]

FrameT = TypeVar("FrameT")


@dataclass(frozen=True, eq=False)
class Picture(Generic[FrameT]):
    """A decoded picture: when it is shown, what it looks like in short, and itself."""

    at_ms: int
    signature: Signature
    frame: FrameT


@dataclass(frozen=True, eq=False)
class Shot(Generic[FrameT]):
    """A keyframe candidate: the first picture at rest of what began at ``start_ms``."""

    start_ms: int
    picture: Picture[FrameT]
