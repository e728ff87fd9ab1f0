"""Bounds of the pictures that Titan Multimodal Embeddings is tuned with."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LEAST_PIXELS", "MOST_BYTES", "MOST_PIXELS", "ImageFacts", "image_problems"]

# Titan Multimodal Embeddings, model customization: PNG or JPEG, 5 MB, 128 to 4096 pixels, aspect 1:4 to 4:1
_MEDIA_TYPES = ("image/png", "image/jpeg")
MOST_BYTES = 5 * 1024 * 1024
LEAST_PIXELS, MOST_PIXELS = 128, 4_096
_LEAST_ASPECT, _MOST_ASPECT = 0.25, 4.0


@dataclass(frozen=True)
class ImageFacts:
    """What who can open it says of a picture. ``content`` is equal for equal pixels, however they are stored.

    ``mode`` is the colour mode as Pillow names it: anything but ``RGB`` has to be converted.
    """

    media_type: str
    size_bytes: int
    width: int
    height: int
    content: str
    mode: str = "RGB"


def image_problems(facts: ImageFacts) -> list[str]:
    """Each bound that a picture breaks, with the bound."""
    found = []
    if facts.media_type not in _MEDIA_TYPES:
        found.append(f"it is {facts.media_type}, not PNG or JPEG")
    if facts.size_bytes > MOST_BYTES:
        found.append(f"it has {facts.size_bytes:,} bytes; the most is {MOST_BYTES:,}")
    for side, pixels in (("wide", facts.width), ("high", facts.height)):
        if not LEAST_PIXELS <= pixels <= MOST_PIXELS:
            found.append(f"it is {pixels:,} pixels {side}; {LEAST_PIXELS} to {MOST_PIXELS:,} are allowed")
    aspect = facts.width / facts.height if facts.height else 0.0
    if not _LEAST_ASPECT <= aspect <= _MOST_ASPECT:
        found.append(
            f"its width is {aspect:.2f} of its height; {_LEAST_ASPECT} to {_MOST_ASPECT:g} are allowed"
        )
    return found
