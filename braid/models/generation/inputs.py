"""What a request's keys were read as, and how pictures stand in a body."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from braid.domain.generation.request import GenerationRequest

__all__ = ["RATIOS", "Inputs", "nearest_ratio", "text_of"]

# Those of Stability AI's models; Luma's seven are among them but for 4:3 and 3:4.
RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")


@dataclass(frozen=True)
class Inputs:
    """The encoded pictures, PNG or JPEG, in the request's order. In ``mask`` white is changed."""

    references: tuple[bytes, ...] = ()
    mask: bytes | None = None


def text_of(picture: bytes) -> str:
    """Base64, as bodies hold pictures."""
    return base64.b64encode(picture).decode()


def nearest_ratio(request: GenerationRequest, ratios: tuple[str, ...]) -> str:
    """The ratio of ``ratios`` nearest to the pixels that were asked for, else 1:1 (a video's 16:9)."""
    width, height = request.width, request.height
    if request.resolution is not None:
        width, height = (int(side) for side in request.resolution.split("x"))
    if width is None or height is None:
        return "16:9" if "4:3" in ratios else "1:1"

    def distance(ratio: str) -> float:
        across, down = (int(part) for part in ratio.split(":"))
        wanted, is_there = width / height, across / down
        return max(wanted / is_there, is_there / wanted)

    return min(ratios, key=distance)
