"""Luma Ray 2 on Bedrock, asked by StartAsyncInvoke.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html: 5 or 9 seconds, 540p or
720p, seven ratios, keyframes; no seed, no frame rate, no pixels.
"""

from __future__ import annotations

from typing import Any

from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.shapes import video_shape
from braid.models.generation.inputs import Inputs, text_of

__all__ = ["body"]

_JPEG = b"\xff\xd8\xff"


def body(request: GenerationRequest, prompt: FilledPrompt, inputs: Inputs) -> dict[str, Any]:
    """``modelInput``. Two references are the first and the last frame."""
    shape = video_shape(request)
    asked: dict[str, Any] = {
        "prompt": prompt.text,
        "aspect_ratio": shape.aspect_ratio,
        "loop": bool(request.loop),
        "duration": f"{shape.seconds}s",
        "resolution": shape.resolution,
    }
    if inputs.references:
        asked["keyframes"] = {
            f"frame{number}": _frame(picture) for number, picture in enumerate(inputs.references)
        }
    return asked


def _frame(picture: bytes) -> dict[str, Any]:
    media_type = "image/jpeg" if picture.startswith(_JPEG) else "image/png"
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": text_of(picture)}}
