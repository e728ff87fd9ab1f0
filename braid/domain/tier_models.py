"""Which model stands for each tier in a region: the registry's preferred one, else one of another tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from braid.domain.errors import ConfigError
from braid.domain.model_registry import TIERS, ModelRegistry, NotCallableError

__all__ = ["TierModels", "geography_asked", "geography_of", "tier_models"]

# https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
_GEOGRAPHIES = {"us": "us", "ca": "us", "eu": "eu", "ap": "apac"}
# Which tiers may stand in for one, best first: what sees pictures is needed where pictures are shown.
_INSTEAD = {"micro": ("lite", "pro"), "lite": ("pro",), "pro": ("lite",)}


@dataclass(frozen=True)
class TierModels:
    """``own`` has the inference profile of each tier that has one, ``lacking`` why the others have none."""

    own: Mapping[str, str]
    lacking: Mapping[str, str]

    @property
    def ids(self) -> dict[str, str]:
        """The inference profile of every tier, another's where it has none of its own."""
        instead = {
            tier: next(self.own[other] for other in _INSTEAD[tier] if other in self.own)
            for tier in self.lacking
        }
        return {tier: self.own.get(tier) or instead[tier] for tier in TIERS}


def geography_of(region: str) -> str | None:
    """The geography whose inference profiles the region offers; nothing where none is known."""
    return _GEOGRAPHIES.get(region.partition("-")[0])


def geography_asked(model_prefix: str, region: str) -> str:
    """The geography in which models are asked, by ``model_prefix``: named, or with ``auto`` the region's."""
    return (geography_of(region) or "") if model_prefix == "auto" else model_prefix


def tier_models(
    registry: ModelRegistry, *, model_prefix: str, region: str, on: date | None = None
) -> TierModels:
    """The models that live ``on`` that day and that the region can call.

    With ``model_prefix`` on ``global`` a tier that no global profile offers stays in the region's own
    geography. Raises ``ConfigError`` where nothing can stand in for a tier, or a tier's models have ended.
    """
    geography = geography_asked(model_prefix, region)
    own: dict[str, str] = {}
    lacking: dict[str, str] = {}
    for tier in TIERS:
        try:
            own[tier] = _profile(registry, tier, geography, region, on)
        except NotCallableError as error:
            lacking[tier] = str(error)
    if any(not own.keys() & set(_INSTEAD[tier]) for tier in lacking):
        sought = "model that sees pictures" if own else "model"
        raise ConfigError(
            f"no {sought} can be called from {region} through {geography!r} profiles"
            " (registry/models.toml): choose another region, or set model_prefix to global, which may process"
            " anywhere"
        )
    return TierModels(own, lacking)


def _profile(registry: ModelRegistry, tier: str, geography: str, region: str, on: date | None) -> str:
    try:
        return registry.resolve(tier, geography, on=on, region=region)
    except ConfigError:
        if geography != "global" or (near := geography_of(region)) is None:
            raise
        return registry.resolve(tier, near, on=on, region=region)
