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
from stacks.constructs.python_layer import build_layers_ahead
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

__all__ = ["Deployment", "add_rules", "add_stacks"]

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


def add_stacks(scope: cdk.Stage, config: DeploymentConfig, *, today: date) -> Deployment:
    """Adds the deployment to ``scope``: our own app, or a stage of somebody else's.

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
    storage = StorageStack(scope, f"{name}-storage", config=config, env=environment)
    build_layers_ahead(storage, config)
    shared = _Shared(config=config, storage=storage.storage, env=environment)
    pipeline = _after(storage, PipelineStack(scope, f"{name}-pipeline", **shared, today=today))
    search = tuning = generation = data_catalog = erasing = operations = processing = None
    if config.search:
        search = _after(storage, SearchStack(scope, f"{name}-search", **shared, today=today))
    if config.tuning:
        tuning = _after(storage, TuningStack(scope, f"{name}-tuning", **shared))
    if config.generation:
        check_generation(config)
        generation = _after(pipeline, GenerationStack(scope, f"{name}-generation", **shared))
    if config.data_catalog:
        data_catalog = _after(storage, DataCatalogStack(scope, f"{name}-data-catalog", **shared))
    if config.processing:
        processing = _after(storage, ProcessingStack(scope, f"{name}-processing", **shared))
    if config.delete_with_source:
        erasing = ErasingStack(scope, f"{name}-erasing", **shared, search=search, generation=generation)
        # It imports what they export, which by itself orders nothing.
        for needed in filter(None, (storage, search, generation)):
            _after(needed, erasing)
    if config.operations:
        operations = _after(storage, OperationsStack(scope, f"{name}-operations", **shared, today=today))
    for warning in region_warnings(config, profiles, today):
        cdk.Annotations.of(pipeline).add_warning_v2("braid:missing-in-region", warning)
    for warning in (each for profile in profiles for each in profile.warnings):
        cdk.Annotations.of(pipeline).add_warning_v2("braid:renamed-in-profile", warning)
    _bound_and_encrypt(scope, config, storage)
    cdk.Tags.of(scope).add("project", "braid")
    cdk.Tags.of(scope).add("environment", config.environment_name)
    return Deployment(
        storage, pipeline, search, tuning, generation, data_catalog, erasing, operations, processing
    )


def add_rules(app: cdk.App) -> None:
    """Lets cdk-nag look at every stack of ``app`` when it is synthesised; what it finds fails that."""
    cdk.Validations.of(app).add_plugins(
        AwsSolutionsChecks(app, verbose=True), ServerlessChecks(app, verbose=True)
    )


def _bound_and_encrypt(scope: cdk.Stage, config: DeploymentConfig, storage: cdk.Stack) -> None:
    """What an organisation asks of everything that is deployed: a boundary for roles, a key for data."""
    if config.permissions_boundary:
        boundary = iam.ManagedPolicy.from_managed_policy_arn(storage, "Boundary", config.permissions_boundary)
        iam.PermissionsBoundary.of(scope).apply(boundary)
    if config.data_key_arn:
        cdk.Aspects.of(scope).add(EncryptWith(config.data_key_arn))


class _Shared(TypedDict):
    """What every stack but storage is given."""

    config: DeploymentConfig
    storage: Storage
    env: cdk.Environment


def _after(needed: cdk.Stack, stack: StackType) -> StackType:
    """The stack, deployed once the other stands."""
    stack.add_stack_dependency(needed)
    return stack
