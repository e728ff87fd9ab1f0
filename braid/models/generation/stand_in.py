"""What a model id of the embedded AWS's own is asked: the request's members under their own names."""

from __future__ import annotations

from typing import Any

from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.models.generation.inputs import Inputs, text_of

__all__ = ["body"]

_DEFAULT_SIDE = 1024


def body(request: GenerationRequest, prompt: FilledPrompt, inputs: Inputs) -> dict[str, Any]:
    """The body of InvokeModel for a picture in given colours."""
    return {
        "prompt": prompt.text,
        "colours": list(request.colours),
        "width": request.width or _DEFAULT_SIDE,
        "height": request.height or _DEFAULT_SIDE,
        **({"image": text_of(inputs.references[0])} if inputs.references else {}),
        **({"seed": request.seed} if request.seed is not None else {}),
    }
