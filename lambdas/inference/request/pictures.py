"""Which keyframes are shown to a model that a profile wants to see them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from braid.domain.evidence.observation import Evidence

__all__ = ["is_shown_picture", "picture_names", "picture_of", "shown_picture", "within_request"]

# Nova is believed to take requests of 25 MB at most (not confirmed in its documentation); pictures travel in
# base64, which adds a third; the rest is text.
_MAX_PICTURE_BYTES = 18_000_000
_SHOWN = "keyframe:"
_KEYFRAME = re.compile(r"(?:rekognition:\w+|textract:\w+|bedrock:description|keyframe):(k\w+)")


def picture_of(source: str) -> str | None:
    """The keyframe that an observation with this source was made in, if in any."""
    match = _KEYFRAME.match(source)
    return match.group(1) if match else None


def shown_picture(keyframe_id: str) -> str:
    """The source of a piece of evidence that is the picture itself, not what an analyzer said of it."""
    return f"{_SHOWN}{keyframe_id}"


def is_shown_picture(source: str) -> bool:
    """Whether a piece of evidence with this source is a picture itself."""
    return source.startswith(_SHOWN)


def picture_names(evidence: Sequence[Evidence], limit: int) -> list[str]:
    """The keyframes that the evidence was seen in, ``limit`` of them, spread over the whole.

    Where some are evidence themselves, those alone.
    """
    names: dict[str, None] = {}
    for piece in [each for each in evidence if is_shown_picture(each.source)] or evidence:
        if (name := picture_of(piece.source)) is not None:
            names[name] = None
    found = list(names)
    if len(found) <= limit:
        return found
    return [found[index * len(found) // limit] for index in range(limit)]


def within_request(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """As many of the pictures as one request can carry, spread over the whole."""
    total_bytes = sum(map(len, pictures.values()))
    step = max(1, -(-total_bytes // _MAX_PICTURE_BYTES))
    return dict(list(pictures.items())[::step])
