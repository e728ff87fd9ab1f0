"""Amazon Nova Canvas and Nova Reel, which ended on 2026-09-30: how they were asked.

Kept so that requests written for them can be read beside what is asked today, and for accounts that still
have a custom Canvas of provisioned throughput. Nothing in a deployment calls them.
https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
"""

from __future__ import annotations

from typing import Any

from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.tasks import Task
from braid.models.generation.inputs import Inputs, text_of

__all__ = ["canvas_body", "reel_body"]

_DEFAULT_SIDE = 1024
_CONTROL_MODES = {"edges": "CANNY_EDGE", "sketch": "SEGMENTATION"}


def canvas_body(request: GenerationRequest, prompt: FilledPrompt, inputs: Inputs) -> dict[str, Any]:
    """InvokeModel's body. Canvas changed what a mask has in black: ``inputs.mask`` must be inverted."""
    pictures = [text_of(picture) for picture in inputs.references]
    if request.task is Task.REMOVE_BACKGROUND:
        return {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": pictures[0]}}
    task_type, params_name, params = _of_task(request, pictures, inputs.mask)
    if prompt.negative:
        params["negativeText"] = prompt.negative
    config: dict[str, Any] = {
        "numberOfImages": request.count or 1,
        "quality": request.quality or "standard",
        "height": request.height or _DEFAULT_SIDE,
        "width": request.width or _DEFAULT_SIDE,
    }
    if request.cfg_scale is not None:
        config["cfgScale"] = request.cfg_scale
    if request.seed is not None:
        config["seed"] = request.seed
    return {
        "taskType": task_type,
        params_name: {"text": prompt.text, **params},
        "imageGenerationConfig": config,
    }


def _of_task(
    request: GenerationRequest, pictures: list[str], mask: bytes | None
) -> tuple[str, str, dict[str, Any]]:
    if request.task is Task.TEXT_TO_IMAGE:
        return "TEXT_IMAGE", "textToImageParams", {}
    if request.task is Task.CONDITION:
        strength = {} if request.strength is None else {"controlStrength": request.strength}
        mode = {"conditionImage": pictures[0], "controlMode": _CONTROL_MODES[request.guide]}
        return "TEXT_IMAGE", "textToImageParams", {**mode, **strength}
    if request.task is Task.VARIATION:
        strength = {} if request.strength is None else {"similarityStrength": round(1 - request.strength, 3)}
        return "IMAGE_VARIATION", "imageVariationParams", {"images": pictures, **strength}
    if request.task is Task.COLOUR_GUIDED:
        reference = {"referenceImage": pictures[0]} if pictures else {}
        colours = {"colors": list(request.colours)}
        return "COLOR_GUIDED_GENERATION", "colorGuidedGenerationParams", {**colours, **reference}
    masked = {"maskPrompt": request.replaces} if mask is None else {"maskImage": text_of(mask)}
    if request.task is Task.INPAINT:
        return "INPAINTING", "inPaintingParams", {"image": pictures[0], **masked}
    return "OUTPAINTING", "outPaintingParams", {"image": pictures[0], **masked, "outPaintingMode": "DEFAULT"}


def reel_body(request: GenerationRequest, prompt: FilledPrompt, inputs: Inputs) -> dict[str, Any]:
    """StartAsyncInvoke's ``modelInput``."""
    params: dict[str, Any] = {"text": prompt.text}
    if inputs.references:
        image_format = "jpeg" if inputs.references[0].startswith(b"\xff\xd8\xff") else "png"
        params["images"] = [{"format": image_format, "source": {"bytes": text_of(inputs.references[0])}}]
    config: dict[str, Any] = {
        "durationSeconds": request.duration_seconds or 6,
        "fps": request.fps or 24,
        "dimension": request.resolution or "1280x720",
    }
    if request.seed is not None:
        config["seed"] = request.seed
    return {"taskType": "TEXT_VIDEO", "textToVideoParams": params, "videoGenerationConfig": config}
