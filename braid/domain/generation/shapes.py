"""The nearest to the size and length that were asked for that a model makes.

Luma Ray 2 makes 5 or 9 seconds of 540p or 720p in seven ratios
(https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html).
"""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.generation.request import GenerationRequest

__all__ = ["VideoShape", "nearest_ratio", "video_shape"]

_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")
_SECONDS = (5, 9)
_LINES = {"540p": 540, "720p": 720}


@dataclass(frozen=True)
class VideoShape:
    """What the model is asked for in place of what was wished; ``instead`` says each difference in words."""

    seconds: int
    resolution: str
    aspect_ratio: str
    instead: tuple[str, ...] = ()


def video_shape(request: GenerationRequest) -> VideoShape:
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
