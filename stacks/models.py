"""Which Bedrock model each tier runs on in this deployment's geography."""

from __future__ import annotations

from collections.abc import Mapping

from stacks.config import DeploymentConfig

__all__ = ["foundation_model_id", "model_ids"]

# A model is offered through inference profiles, whose prefix says where requests may be processed.
_TIERS: Mapping[str, str] = {
    "micro": "amazon.nova-micro-v1:0",
    "lite": "amazon.nova-2-lite-v1:0",
    "pro": "amazon.nova-pro-v1:0",
}
_PREFIX_BY_REGION = {"us": "us", "ca": "us", "eu": "eu", "ap": "apac"}


def model_ids(config: DeploymentConfig) -> dict[str, str]:
    """The inference profile of every tier."""
    geography = config.region.partition("-")[0]
    prefix = _PREFIX_BY_REGION.get(geography, "us") if config.model_prefix == "auto" else config.model_prefix
    return {tier: f"{prefix}.{model_id}" for tier, model_id in _TIERS.items()}


def foundation_model_id(profile_id: str) -> str:
    """The model behind an inference profile: ``amazon.nova-micro-v1:0`` of ``us.amazon.nova-micro-v1:0``."""
    return profile_id.partition(".")[2]
