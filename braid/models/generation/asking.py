"""Asks image and video models, each in its provider's dialect and region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from braid.aws.bedrock.async_invoke import AsyncInvocation, get_invocation, start_invocation
from braid.aws.bedrock.invoke_model import invoke_model
from braid.aws.clients import client
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.providers import Provider
from braid.domain.generation.request import GenerationRequest
from braid.models.generation import luma, stability, stand_in
from braid.models.generation.answers import ImageAnswer, read_image_answer
from braid.models.generation.inputs import Inputs

__all__ = ["ImageModel", "body_of"]

_BODIES: Mapping[str, Callable[[GenerationRequest, FilledPrompt, Inputs], dict[str, Any]]] = {
    "stability": stability.body,
    "luma": luma.body,
    "stand_in": stand_in.body,
}
_PATIENCE_SECONDS = 240


class ImageModel:
    """One provider, in the region where it is called. Twice its patience is less than the function's time."""

    def __init__(self, provider: Provider, region: str, *, bedrock: Any = None) -> None:
        self._provider = provider
        self._bedrock = bedrock or client(
            "bedrock-runtime", read_timeout_seconds=_PATIENCE_SECONDS, region=region
        )

    def make(self, plan: GenerationPlan, inputs: Inputs) -> ImageAnswer:
        """The picture. Raises as ``read_image_answer`` and ``invoke_model`` do."""
        body = body_of(self._provider, plan, inputs)
        return read_image_answer(invoke_model(self._bedrock, self._provider.invocation_id, body))

    def start(self, plan: GenerationPlan, inputs: Inputs, *, output_uri: str, token: str) -> str:
        """Begins a video, once for each ``token``, and gives its invocation's ARN."""
        body = body_of(self._provider, plan, inputs)
        return start_invocation(
            self._bedrock, self._provider.invocation_id, body, output_uri=output_uri, token=token
        )

    def standing(self, invocation_arn: str) -> AsyncInvocation:
        """How a video stands."""
        return get_invocation(self._bedrock, invocation_arn)


def body_of(provider: Provider, plan: GenerationPlan, inputs: Inputs) -> dict[str, Any]:
    """What the provider is sent."""
    return _BODIES[provider.dialect](plan.request, plan.prompt, inputs)
