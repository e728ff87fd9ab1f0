"""Luma Ray 2 on Bedrock, asked by StartAsyncInvoke.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html: 5 or 9 seconds, 540p or
720p, seven ratios, keyframes; no seed, no frame rate, no pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.models.generation.inputs import Inputs, nearest_ratio, text_of

__all__ = ["VideoShape", "body", "shape_of"]

_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")
_SECONDS = (5, 9)
_LINES = {"540p": 540, "720p": 720}
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class VideoShape:
    """What the model is asked for in place of what was wished; ``instead`` says each difference in words."""

    seconds: int
    resolution: str
    aspect_ratio: str
    instead: tuple[str, ...] = ()


def shape_of(request: GenerationRequest) -> VideoShape:
    """The nearest that the model makes: what is shorter and smaller where two are as near."""
    wished_seconds = request.duration_seconds or _SECONDS[0]
    seconds = min(_SECONDS, key=lambda offered: abs(offered - wished_seconds))
    lines = min(map(int, (request.resolution or "1280x720").split("x")))
    resolution = min(_LINES, key=lambda name: abs(_LINES[name] - lines))
    ratio = nearest_ratio(request, _RATIOS)
    instead = []
    if seconds != wished_seconds:
        instead.append(f"duration_seconds = {wished_seconds}: Luma Ray 2 makes {seconds}")
    if request.resolution is not None and lines != _LINES[resolution]:
        instead.append(f"resolution = {request.resolution}: Luma Ray 2 makes {resolution} at {ratio}")
    return VideoShape(seconds, resolution, ratio, tuple(instead))


def body(request: GenerationRequest, prompt: FilledPrompt, inputs: Inputs) -> dict[str, Any]:
    """``modelInput``. Two references are the first and the last frame."""
    shape = shape_of(request)
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
