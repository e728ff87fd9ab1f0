"""Which Bedrock models this deployment may ask: one per tier, from the registry, by geography."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from braid.domain.errors import ConfigError
from braid.domain.model_registry import TIERS, ModelRegistry, foundation_model_id, read_model_registry
from braid.domain.profile.profile import Profile
from stacks.config import DeploymentConfig
from stacks.packaging import REPOSITORY

__all__ = [
    "description_model_ids",
    "embedding_model_ids",
    "foundation_model_id",
    "model_ids",
    "model_registry",
    "models_ending_soon",
]


def model_registry() -> ModelRegistry:
    """The registry that ships with the code. Raises ``ConfigError`` that lists everything wrong with it."""
    return read_model_registry((REPOSITORY / "registry" / "models.toml").read_text("utf-8"))


def model_ids(config: DeploymentConfig, on: date | None = None) -> dict[str, str]:
    """The inference profile of every tier, of models that live ``on`` that day.

    With the knob ``model_prefix`` on ``global`` a tier that no global profile offers stays in the region's
    own geography. Raises ``ConfigError`` where a tier can't be had, or no longer.
    """
    registry = model_registry()
    return {tier: _profile(registry, tier, config, on) for tier in TIERS}


def description_model_ids(
    config: DeploymentConfig, profiles: Iterable[Profile], on: date | None = None
) -> dict[str, str]:
    """The inference profile of every tier that some profile has descriptions written by.

    Raises ``ConfigError`` that names every profile whose model can't see pictures here.
    """
    registry, ids = model_registry(), model_ids(config, on)
    found, problems = {}, []
    for profile in profiles:
        tier = profile.vision.description_tier
        if not tier:
            continue
        found[tier] = ids[tier]
        if not registry.find(ids[tier]).reads_images:
            problems.append(
                f"profiles/{profile.name}: profile.toml: vision.description_tier is {tier}, whose model"
                f" {ids[tier]} sees no pictures"
            )
    if problems:
        raise ConfigError("\n".join(problems))
    return found


def embedding_model_ids(config: DeploymentConfig, on: date | None = None) -> list[str]:
    """The model that the knob ``embedding_model`` names, or none.

    Raises ``ConfigError`` for a model that the registry doesn't have among those that live ``on`` that day.
    """
    if not config.embedding_model:
        return []
    return [model_registry().find_embedding(config.embedding_model, on=on).model_id]


def models_ending_soon(config: DeploymentConfig, on: date) -> list[str]:
    """A warning for each model in use that is legacy, or ends within 90 days of ``on``."""
    used = {foundation_model_id(profile_id) for profile_id in model_ids(config, on).values()}
    used.update(embedding_model_ids(config, on))
    return model_registry().warnings(on, used)


def _profile(registry: ModelRegistry, tier: str, config: DeploymentConfig, on: date | None) -> str:
    try:
        return registry.resolve(tier, config.model_geography, on=on)
    except ConfigError:
        if config.model_geography != "global" or config.region_geography is None:
            raise
        return registry.resolve(tier, config.region_geography, on=on)
