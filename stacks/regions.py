"""Whether a region can run the deployment, and what an asset will lack there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from braid.domain.profile.profile import Profile
from braid.domain.region_registry import RegionRegistry, read_region_registry
from stacks.config import DeploymentConfig
from stacks.models import stand_ins, unknown_sources
from stacks.packaging.code import REPOSITORY

__all__ = ["check_region", "region_registry", "region_warnings"]

_CHARACTERS_PER_TOKEN = 3.5


def region_registry() -> RegionRegistry:
    """The registry that ships with the code. Raises ``ConfigError`` that lists everything wrong with it."""
    return read_region_registry((REPOSITORY / "registry" / "services.toml").read_text("utf-8"))


def check_region(config: DeploymentConfig) -> None:
    """Raises ``ConfigError`` where the region isn't known or lacks a resource type."""
    region_registry().check(config.region)


def region_warnings(
    config: DeploymentConfig, profiles: Iterable[Profile], on: date | None = None
) -> Iterator[str]:
    """What will be missing from every asset in the region, and which models stand in for others."""
    for service in region_registry().missing(config.region, _knobs_on(config, profiles)):
        yield f"{config.region} has no {service.name.capitalize()}: {service.gives} will be missing"
    for tier, (wanted, profile_id) in stand_ins(config, on).items():
        yield f"tier {tier}: {wanted}; {profile_id} stands in for it"
    units = region_registry().text_units(config.region)
    # A token of evidence is some 3.5 characters of a Latin script (braid/domain/tokens.py).
    if (most := int(units * 1000 / _CHARACTERS_PER_TOKEN)) < config.evidence_budget_tokens:
        yield (
            f"evidence: guardrails of {config.region} are shown {units} text units at once, about {most} "
            f"tokens; evidence_budget_tokens is {config.evidence_budget_tokens}: what is more will be thinned"
        )
    for profile_id in unknown_sources(config, on):
        yield (
            f"registry/models.toml doesn't say whether {profile_id} can be called from {config.region}; "
            "`braid doctor --stack NAME` asks Bedrock"
        )


def _knobs_on(config: DeploymentConfig, profiles: Iterable[Profile]) -> set[str]:
    """The knobs of optional services that the deployment or one of its profiles turns on."""
    found = set()
    for profile in profiles:
        if profile.captions.languages or config.translated_languages:
            found.add("caption_languages")
        if profile.audio_description.spoken or config.spoken_descriptions:
            found.add("spoken_descriptions")
    return found
