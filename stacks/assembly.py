"""The stacks of one deployment, their tags, and the rules that every synth is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict, TypeVar

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from stacks.config import DeploymentConfig
from stacks.constructs.encryption import EncryptWith
from stacks.data_catalog.processing_stack import ProcessingStack
from stacks.data_catalog.stack import DataCatalogStack
from stacks.erasing.stack import ErasingStack
from stacks.generation_stack import GenerationStack
from stacks.image_models import check_generation
from stacks.models import check_residency
from stacks.operations.stack import OperationsStack
from stacks.pipeline_stack import PipelineStack
from stacks.profiles import check_profiles, read_profiles
from stacks.regions import check_region, region_warnings
from stacks.search_stack import SearchStack
from stacks.storage_stack import Storage, StorageStack
from stacks.tuning_stack import TuningStack

__all__ = ["Deployment", "add_stacks"]

StackType = TypeVar("StackType", bound=cdk.Stack)


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
    operations: OperationsStack | None = None
    processing: ProcessingStack | None = None


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
    name = config.deployment_name
    storage = StorageStack(app, f"{name}-storage", config=config, env=environment)
    shared = _Shared(config=config, storage=storage.storage, env=environment)
    pipeline = _after(storage, PipelineStack(app, f"{name}-pipeline", **shared, today=today))
    search = tuning = generation = data_catalog = erasing = operations = processing = None
    if config.search:
        search = _after(storage, SearchStack(app, f"{name}-search", **shared, today=today))
    if config.tuning:
        tuning = _after(storage, TuningStack(app, f"{name}-tuning", **shared))
    if config.generation:
        check_generation(config)
        generation = _after(pipeline, GenerationStack(app, f"{name}-generation", **shared))
    if config.data_catalog:
        data_catalog = _after(storage, DataCatalogStack(app, f"{name}-data-catalog", **shared))
    if config.processing:
        processing = _after(storage, ProcessingStack(app, f"{name}-processing", **shared))
    if config.delete_with_source:
        erasing = ErasingStack(app, f"{name}-erasing", **shared, search=search, generation=generation)
        _after(storage, erasing)
    if config.operations:
        operations = _after(storage, OperationsStack(app, f"{name}-operations", **shared, today=today))
    for warning in region_warnings(config, profiles, today):
        cdk.Annotations.of(pipeline).add_warning_v2("braid:missing-in-region", warning)
    for warning in (each for profile in profiles for each in profile.warnings):
        cdk.Annotations.of(pipeline).add_warning_v2("braid:renamed-in-profile", warning)
    _bound_and_encrypt(app, config, storage)
    cdk.Tags.of(app).add("project", "braid")
    cdk.Tags.of(app).add("environment", config.environment_name)
    cdk.Validations.of(app).add_plugins(
        AwsSolutionsChecks(app, verbose=True), ServerlessChecks(app, verbose=True)
    )
    return Deployment(
        storage, pipeline, search, tuning, generation, data_catalog, erasing, operations, processing
    )


def _bound_and_encrypt(app: cdk.App, config: DeploymentConfig, storage: cdk.Stack) -> None:
    """What an organisation asks of everything that is deployed: a boundary for roles, a key for data."""
    if config.permissions_boundary:
        boundary = iam.ManagedPolicy.from_managed_policy_arn(storage, "Boundary", config.permissions_boundary)
        iam.PermissionsBoundary.of(app).apply(boundary)
    if config.data_key_arn:
        cdk.Aspects.of(app).add(EncryptWith(config.data_key_arn))


class _Shared(TypedDict):
    """What every stack but storage is given."""

    config: DeploymentConfig
    storage: Storage
    env: cdk.Environment


def _after(needed: cdk.Stack, stack: StackType) -> StackType:
    """The stack, deployed once the other stands."""
    stack.add_stack_dependency(needed)
    return stack
