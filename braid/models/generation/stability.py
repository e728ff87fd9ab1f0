"""Stability AI's models and image services on Bedrock: a flat JSON object each.

https://docs.aws.amazon.com/bedrock/latest/userguide/stable-image-services.html. A mask's white is changed,
as in our requests; Canvas had it the other way round.
"""

from __future__ import annotations

from typing import Any

from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.shapes import nearest_ratio
from braid.domain.generation.tasks import Task
from braid.models.generation.inputs import RATIOS, Inputs, text_of

__all__ = ["body"]

_DEFAULT_STRENGTH = 0.7


def body(request: GenerationRequest, prompt: FilledPrompt, inputs: Inputs) -> dict[str, Any]:
    """InvokeModel's body for the request's task; ``output_format`` is PNG: we encode what is published."""
    common: dict[str, Any] = {"output_format": "png"}
    if request.task is Task.REMOVE_BACKGROUND:
        return {"image": text_of(inputs.references[0]), **common}
    common["prompt"] = prompt.text
    if request.seed is not None:
        common["seed"] = request.seed
    if prompt.negative and request.task is not Task.OUTPAINT:
        common["negative_prompt"] = prompt.negative
    return {**common, **_of_task(request, inputs)}


def _of_task(request: GenerationRequest, inputs: Inputs) -> dict[str, Any]:
    if request.task is Task.TEXT_TO_IMAGE:
        return {"mode": "text-to-image", "aspect_ratio": nearest_ratio(request, RATIOS)}
    first, *more = (text_of(picture) for picture in inputs.references)
    if request.task is Task.CONDITION:
        return {
            "image": first,
            **({"control_strength": request.strength} if request.strength is not None else {}),
        }
    if request.task is Task.OUTPAINT:
        expand = request.expand
        assert expand is not None  # the request was checked
        sides = {"left": expand.left, "right": expand.right, "up": expand.up, "down": expand.down}
        creativity = {"creativity": request.strength} if request.strength is not None else {}
        return {"image": first, **{side: pixels for side, pixels in sides.items() if pixels}, **creativity}
    if request.task is Task.INPAINT and inputs.mask is not None:
        return {"image": first, "mask": text_of(inputs.mask)}
    if request.task is Task.INPAINT:
        return {"image": first, "search_prompt": request.replaces}
    if more:
        strength = {"style_strength": request.strength} if request.strength is not None else {}
        return {"init_image": first, "style_image": more[0], **strength}
    strength_of_change = _DEFAULT_STRENGTH if request.strength is None else request.strength
    return {"mode": "image-to-image", "image": first, "strength": strength_of_change}
