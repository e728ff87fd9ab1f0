"""Which Bedrock models this deployment may ask: one per tier, from the registry, by geography."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from braid.domain.embedding_models import EmbeddingModel
from braid.domain.errors import ConfigError
from braid.domain.model_registry import ModelRegistry, foundation_model_id, read_model_registry
from braid.domain.profile.profile import Profile
from braid.domain.search.space import PICTURE_DIMENSIONS, TEXT_DIMENSIONS, Space
from braid.domain.tier_models import TierModels, tier_models
from stacks.config import DeploymentConfig
from stacks.packaging.code import REPOSITORY

__all__ = [
    "check_residency",
    "description_model_ids",
    "embedding_model_ids",
    "foundation_model_id",
    "model_ids",
    "model_registry",
    "models_ending_soon",
    "models_in_use",
    "search_spaces",
    "stand_ins",
    "unknown_sources",
]

_ROUTES = {
    "geography": "may be processed outside the region's geography: set model_prefix to auto",
    "region": "may be processed in any region of its geography: no inference profile stays in one region",
}


def model_registry() -> ModelRegistry:
    """The registry that ships with the code. Raises ``ConfigError`` that lists everything wrong with it."""
    return read_model_registry((REPOSITORY / "registry" / "models.toml").read_text("utf-8"))


def model_ids(config: DeploymentConfig, on: date | None = None) -> dict[str, str]:
    """The inference profile of every tier, of models that live ``on`` that day and the region can call.

    With the knob ``model_prefix`` on ``global`` a tier that no global profile offers stays in the region's
    own geography. A tier that the region lacks has another's model. Raises ``ConfigError`` where no tier has
    any, and where one has reached its end of life.
    """
    return _tier_models(config, on).ids


def stand_ins(config: DeploymentConfig, on: date | None = None) -> dict[str, tuple[str, str]]:
    """Each tier that the region lacks: why, and the inference profile that stands in for it."""
    models = _tier_models(config, on)
    return {tier: (reason, models.ids[tier]) for tier, reason in models.lacking.items()}


def unknown_sources(config: DeploymentConfig, on: date | None = None) -> list[str]:
    """The inference profiles in use of which the registry doesn't know where they can be called."""
    registry = model_registry()
    return [
        profile_id
        for profile_id in sorted(set(model_ids(config, on).values()))
        if profile_id.partition(".")[0] not in registry.find(profile_id).source_regions
    ]


def check_residency(config: DeploymentConfig, profiles: Iterable[Profile], on: date | None = None) -> None:
    """Holds the models in use against where each profile lets them process (``targets.data_residency``).

    Raises ``ConfigError`` that names every profile whose model may leave it.
    """
    ids, problems = model_ids(config, on), []
    for profile in profiles:
        residency = profile.targets.data_residency
        for profile_id in sorted({ids[tier] for tier in _tiers(profile)}):
            geography = profile_id.partition(".")[0]
            if residency == "region" or (residency == "geography" and geography != config.region_geography):
                problems.append(
                    f"profiles/{profile.name}: profile.toml: targets.data_residency is {residency}, and"
                    f" {profile_id} {_ROUTES[residency]}"
                )
    if problems:
        raise ConfigError("\n".join(problems))


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


def search_spaces(config: DeploymentConfig, on: date | None = None) -> list[Space]:
    """The spaces in which the deployment lets assets be found; none without the knob ``search``.

    Raises ``ConfigError`` for a model that isn't in the registry, has ended by that day, or isn't offered in
    the region, and for a length of vectors that it doesn't offer.
    """
    if not config.search:
        return []
    registry = model_registry()
    text = registry.find_embedding(config.search_text_model, on=on)
    spaces = [
        Space("text", text.model_id, _dimensions(text, config, "search_text_dimensions", TEXT_DIMENSIONS))
    ]
    if config.search_picture_model:
        joint = registry.find_joint(config.search_picture_model, on=on)
        if joint.regions and config.region not in joint.regions:
            raise ConfigError(
                f"search_picture_model: {joint.model_id} is offered in {', '.join(joint.regions)}, not in"
                f" {config.region}: name another one of registry/models.toml, or none"
            )
        length = _dimensions(joint, config, "search_picture_dimensions", PICTURE_DIMENSIONS)
        spaces.append(Space("pictures", joint.model_id, length))
    return spaces


def _dimensions(model: EmbeddingModel, config: DeploymentConfig, knob: str, default: int) -> int:
    """The length that a knob names, or for 0 the default as far as the model offers it."""
    wanted: int = getattr(config, knob)
    if wanted and wanted not in model.dimensions:
        offered = ", ".join(map(str, model.dimensions))
        raise ConfigError(
            f"{knob}: {model.model_id} has no vectors of {wanted} numbers: name one of {offered}, or 0"
        )
    return model.dimensions_for(wanted or default)


def models_ending_soon(config: DeploymentConfig, on: date) -> list[str]:
    """A warning for each model in use that is legacy, or ends within 90 days of ``on``."""
    return model_registry().warnings(on, models_in_use(config, on))


def models_in_use(config: DeploymentConfig, on: date) -> set[str]:
    """The ids of all models that the deployment asks, of any kind."""
    used = {foundation_model_id(profile_id) for profile_id in model_ids(config, on).values()}
    used.update(embedding_model_ids(config, on), (space.model_id for space in search_spaces(config, on)))
    return used


def _tiers(profile: Profile) -> set[str]:
    """The tiers that a profile asks."""
    plan = profile.inference
    wanted = {plan.text_tier, plan.picture_tier, plan.large_tier, plan.escalation_tier}
    return {*wanted, profile.vision.description_tier} - {""}


def _tier_models(config: DeploymentConfig, on: date | None) -> TierModels:
    return tier_models(model_registry(), model_prefix=config.model_prefix, region=config.region, on=on)
