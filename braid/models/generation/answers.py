"""What an image model answered: a picture, or HTTP 200 with a filter's reason in place of one.

``finish_reasons[i]`` is null for a picture, else "Filter reason: prompt", "Filter reason: output image",
"Filter reason: input image" or "Inference error", and there is no picture then
(https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidAssetError, InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted

__all__ = ["ImageAnswer", "read_image_answer"]

_OPERATION = "bedrock:InvokeModel"
_FILTERS = {
    "filter reason: prompt": "the provider refused the prompt: word it another way",
    "filter reason: input image": "the provider refused a reference or the mask: give another picture",
    "filter reason: output image": "the provider made a picture, and held it back: word it another way",
}
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# The whole response is capped at 16 MiB, so that a larger PNG arrives cut off or not at all.
MAX_RESPONSE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class ImageAnswer:
    """The picture as the model encoded it, with the seed that it used, where it says."""

    picture: bytes
    seed: int | None


def read_image_answer(raw: bytes) -> ImageAnswer:
    """The picture in InvokeModel's body.

    Raises ``InvalidAssetError`` where a filter held it back: the same again would end the same.
    ``InvalidServiceOutputError``, which is retried once, for an inference error and for what is no picture.
    """
    try:
        answer = parse_json(raw)
    except ValueError as error:
        raise InvalidServiceOutputError(f"{_OPERATION}: the model's answer is no JSON: {error}") from error
    if not isinstance(answer, Mapping):
        raise InvalidServiceOutputError(f"{_OPERATION}: the model's answer is no JSON object")
    reason = _first(answer.get("finish_reasons"))
    if isinstance(reason, str):
        for opening, sentence in _FILTERS.items():
            if reason.lower().startswith(opening):
                raise InvalidAssetError(f"Nothing was made: {sentence} ({reason}).")
        raise InvalidServiceOutputError(f"{_OPERATION}: the model ended with {quoted(reason)}")
    try:
        picture = base64.b64decode(str(_first(answer.get("images")) or ""), validate=True)
    except ValueError as error:  # what isn't ASCII, or no base64
        raise InvalidServiceOutputError(f"{_OPERATION}: the picture isn't base64") from error
    if not picture.startswith(_SIGNATURES):
        raise InvalidServiceOutputError(f"{_OPERATION}: the model answered with neither a PNG nor a JPEG")
    seed = _first(answer.get("seeds"))
    return ImageAnswer(picture, seed if isinstance(seed, int) and not isinstance(seed, bool) else None)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None
