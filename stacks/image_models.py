"""Which image and video models this deployment may ask, and where."""

from __future__ import annotations

from braid.domain.errors import ConfigError
from braid.domain.generation.providers import ImageProviders, Provider, read_providers
from braid.domain.generation.tasks import Task
from stacks.config import DeploymentConfig
from stacks.packaging.code import REPOSITORY

__all__ = ["callable_providers", "check_generation", "image_providers", "video_buckets"]


def image_providers() -> ImageProviders:
    """The registry that ships with the code. Raises ``ConfigError`` that lists everything wrong with it."""
    return read_providers((REPOSITORY / "registry" / "image_models.toml").read_text("utf-8"))


def check_generation(config: DeploymentConfig) -> None:
    """Raises ``ConfigError`` where nothing can be made of words from here, with the regions where it can."""
    rows = image_providers().providers
    unknown = set(config.generation_stand_in_list) - {
        row.model_id for row in rows if row.status == "stand_in"
    }
    if unknown:
        raise ConfigError(
            f"generation_stand_ins: {', '.join(sorted(unknown))} isn't a stand-in of"
            " registry/image_models.toml"
        )
    reachable = {task for row, _ in callable_providers(config) for task in row.tasks}
    if Task.TEXT_TO_IMAGE in reachable:
        return
    offered = sorted({region for row in rows if Task.TEXT_TO_IMAGE in row.tasks for region in row.regions})
    edits = sorted({region for row in rows for region in row.regions} - set(offered))
    raise ConfigError(
        f"generation: pictures are made of words in {', '.join(offered)}, edited in {', '.join(edits)} too,"
        f" and {config.region} has neither. Prompts and references would go there: name what you allow in"
        " the knob generation_regions, or leave generation off"
    )


def callable_providers(config: DeploymentConfig) -> list[tuple[Provider, str]]:
    """The rows that may be asked, each with the region where it is."""
    allowed = config.generation_region_list
    return [
        (row, region)
        for row in image_providers().providers
        if row.status == "active" or row.model_id in config.generation_stand_in_list
        if (region := row.region_for(config.region, allowed)) is not None
    ]


def video_buckets(config: DeploymentConfig, results_bucket_name: str) -> dict[str, str]:
    """By region of a video model the bucket that it writes into."""
    found = {}
    for row, region in callable_providers(config):
        if row.second_usd and region == config.region:
            found[region] = results_bucket_name
        elif row.second_usd and config.generation_video_bucket:
            found[region] = config.generation_video_bucket
    return found
