"""What a request's keys were read as, and how pictures stand in a body."""

from __future__ import annotations

import base64
from dataclasses import dataclass

__all__ = ["RATIOS", "Inputs", "text_of"]

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
