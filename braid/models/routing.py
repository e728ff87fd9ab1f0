"""Which model is asked, and why: a little text goes to the cheapest, the rest up from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.errors import ConfigError
from braid.domain.model_registry import Model, ModelRegistry
from braid.domain.profile.sections.inference import InferencePlan

__all__ = ["TUNED", "Route", "route_to", "routes"]

# The tier of a profile's own tuned model.
TUNED = "tuned"

# A prompt may fill this share of a model's context; the rest is its answer and our estimate's error.
_CONTEXT_SHARE = 0.7


@dataclass(frozen=True)
class Route:
    """A model to ask. ``profile_id`` is what Bedrock is called with, ``model`` what the registry knows."""

    tier: str
    profile_id: str
    model: Model
    reason: str

    @property
    def priced_as(self) -> str:
        """The id by which the price book knows what is asked: a tuned model costs what its base does."""
        return self.model.model_id if self.tier == TUNED else self.profile_id

    def takes(self, prompt_tokens: int) -> bool:
        """Whether a prompt of that size fits, with room for the answer."""
        return prompt_tokens <= _CONTEXT_SHARE * self.model.context_tokens


def routes(
    plan: InferencePlan,
    model_ids: Mapping[str, str],
    registry: ModelRegistry,
    *,
    prompt_tokens: int,
    picture_count: int,
) -> list[Route]:
    """The models to ask in order: the first by what is asked, then the one that it escalates to.

    ``model_ids`` are the deployment's inference profiles by tier. Raises ConfigError for a tier that the
    deployment lacks and for a model that is retired or unknown.
    """
    if picture_count:
        first, reason = plan.picture_tier, f"{picture_count} pictures beside the evidence"
    elif prompt_tokens <= plan.small_evidence_tokens:
        first, reason = plan.text_tier, f"text alone, about {prompt_tokens} tokens"
    else:
        first = plan.large_tier
        reason = f"about {prompt_tokens} tokens are more than {plan.small_evidence_tokens}"
    found = [route_to(first, reason, model_ids, registry)]
    # Where a region lacks a tier's models, another tier's stands for it: nobody is asked the same twice.
    if model_ids.get(plan.escalation_tier) != model_ids.get(first):
        found.append(
            route_to(plan.escalation_tier, f"the answer of {first} did not pass", model_ids, registry)
        )
    if plan.tuned is not None:
        base = registry.find(plan.tuned.base)
        found.insert(0, Route(TUNED, plan.tuned.model, base, "the profile's tuned model"))
    fitting = [route for route in found if route.takes(prompt_tokens)]
    return fitting or [max(found, key=lambda route: route.model.context_tokens)]


def route_to(tier: str, reason: str, model_ids: Mapping[str, str], registry: ModelRegistry) -> Route:
    """The deployment's model of a tier.

    Raises ConfigError where it has none, and for a model that is retired or unknown.
    """
    if tier not in model_ids:
        raise ConfigError(f"MODEL_IDS has no model of tier {tier!r}; it has {', '.join(sorted(model_ids))}")
    return Route(tier, model_ids[tier], registry.find(model_ids[tier]), reason)
