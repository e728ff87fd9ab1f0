"""The stacks of one deployment, their tags, and the rules that every synth is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from stacks.config import DeploymentConfig
from stacks.data_catalog.stack import DataCatalogStack
from stacks.erasing.stack import ErasingStack
from stacks.generation_stack import GenerationStack
from stacks.image_models import check_generation
from stacks.models import check_residency
from stacks.pipeline_stack import PipelineStack
from stacks.profiles import check_profiles, read_profiles
from stacks.regions import check_region, region_warnings
from stacks.search_stack import SearchStack
from stacks.storage_stack import StorageStack
from stacks.tuning_stack import TuningStack

__all__ = ["Deployment", "add_stacks"]


@dataclass(frozen=True)
class Deployment:
    """What was added to the app."""

    storage: StorageStack
    pipeline: PipelineStack
    search: SearchStack | None = None
    tuning: TuningStack | None = None
    generation: GenerationStack | None = None
    data_catalog: DataCatalogStack | None = None
    erasing: ErasingStack | None = None


def add_stacks(app: cdk.App, config: DeploymentConfig, *, today: date) -> Deployment:
    """Adds the deployment to ``app``; synthesising it runs the AwsSolutions rules, and a finding fails it.

    Models that reach their end of life within 90 days of ``today`` give a warning, and so does what the
    region lacks. Raises ``ConfigError`` where a profile is malformed, no model can be called from the region
    or one may leave the profile's data residency, ``LayerBuildError`` where a layer's packages can't be had.
    """
    check_profiles()
    check_region(config)
    profiles = read_profiles()
    check_residency(config, profiles, today)
    # The account comes from whoever deploys; the region is a knob because model ids depend on it.
    environment = cdk.Environment(region=config.region)
    storage = StorageStack(app, f"{config.deployment_name}-storage", config=config, env=environment)
    pipeline = PipelineStack(
        app,
        f"{config.deployment_name}-pipeline",
        config=config,
        storage=storage.storage,
        env=environment,
        today=today,
    )
    pipeline.add_stack_dependency(storage)
    search = None
    if config.search:
        search = SearchStack(
            app,
            f"{config.deployment_name}-search",
            config=config,
            storage=storage.storage,
            env=environment,
            today=today,
        )
        search.add_stack_dependency(storage)
    tuning = None
    if config.tuning:
        tuning = TuningStack(
            app,
            f"{config.deployment_name}-tuning",
            config=config,
            storage=storage.storage,
            env=environment,
        )
        tuning.add_stack_dependency(storage)
    generation = None
    if config.generation:
        check_generation(config)
        generation = GenerationStack(
            app,
            f"{config.deployment_name}-generation",
            config=config,
            storage=storage.storage,
            env=environment,
        )
        generation.add_stack_dependency(pipeline)
    data_catalog = None
    if config.data_catalog:
        data_catalog = DataCatalogStack(
            app,
            f"{config.deployment_name}-data-catalog",
            config=config,
            storage=storage.storage,
            env=environment,
        )
        data_catalog.add_stack_dependency(storage)
    erasing = None
    if config.delete_with_source:
        erasing = ErasingStack(
            app,
            f"{config.deployment_name}-erasing",
            config=config,
            storage=storage.storage,
            search=search,
            generation=generation,
            env=environment,
        )
        erasing.add_stack_dependency(storage)
    for warning in region_warnings(config, profiles, today):
        cdk.Annotations.of(pipeline).add_warning_v2("braid:missing-in-region", warning)
    for warning in (each for profile in profiles for each in profile.warnings):
        cdk.Annotations.of(pipeline).add_warning_v2("braid:renamed-in-profile", warning)
    cdk.Tags.of(app).add("project", "braid")
    cdk.Tags.of(app).add("environment", config.environment_name)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))
    return Deployment(storage, pipeline, search, tuning, generation, data_catalog, erasing)
