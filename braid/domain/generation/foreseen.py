"""Who will make what is asked for, of which words, where: known before anything is asked or paid."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.errors import InvalidAssetError
from braid.domain.generation.linter import Finding, lint
from braid.domain.generation.prompts import FilledPrompt, PromptTemplate, fill, fill_free
from braid.domain.generation.providers import Estimate, ImageProviders, Provider, estimate
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.shapes import video_shape
from braid.domain.generation.tasks import NEEDS

__all__ = ["Foreseen", "Rules", "foresee"]


@dataclass(frozen=True)
class Rules:
    """What a deployment lets be made: where, by which stand-ins, from which prompts, decided on by whom."""

    region: str
    regions: tuple[str, ...]
    stand_ins: tuple[str, ...]
    only_vetted: bool
    four_eyes: bool


@dataclass(frozen=True)
class Foreseen:
    """What follows from a request. ``not_honoured`` says in words what the provider has nothing for."""

    request: GenerationRequest
    prompt: FilledPrompt
    findings: tuple[Finding, ...]
    provider: Provider
    region: str
    not_honoured: tuple[str, ...]

    def estimate(self) -> Estimate:
        """What it costs. Raises ``InvalidAssetError`` where that isn't known, or is above ``max_usd``."""
        shape = video_shape(self.request)
        return estimate(self.provider, self.request, seconds=shape.seconds, resolution=shape.resolution)


def foresee(
    request: GenerationRequest, template: PromptTemplate | None, *, rules: Rules, providers: ImageProviders
) -> Foreseen:
    """``template`` is the one that the request names, if it names any.

    Raises ``InvalidAssetError`` for whoever asked.
    """
    if rules.four_eyes and not request.requested_by.strip():
        raise InvalidAssetError("say who asks, under requested_by: somebody else has to approve (four eyes)")
    prompt = (
        fill(template, request, only_vetted=rules.only_vetted)
        if template is not None
        else fill_free(request, only_vetted=rules.only_vetted)
    )
    provider, region = providers.choose(
        request, region=rules.region, regions=rules.regions, stand_ins=rules.stand_ins
    )
    longest = provider.max_prompt_characters
    if len(prompt.text) > longest:
        raise InvalidAssetError(
            f"the prompt has {len(prompt.text)} characters; {provider.name} takes {longest}"
        )
    needs = NEEDS[request.task]
    findings = lint(prompt.text, request.task, max_characters=longest) if needs.prompt else ()
    instead = video_shape(request).instead if needs.makes == "video" else ()
    return Foreseen(request, prompt, findings, provider, region, (*instead, *provider.not_honoured(request)))
