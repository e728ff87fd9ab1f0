"""Looks through an account for what tuning can leave, class by class; a class that can't be read says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["CLASSES", "Class", "Leftover", "find_leftovers", "list_class"]


@dataclass(frozen=True)
class Leftover:
    """One thing, or a class that holds nothing (no name) or can't be read (``unknown`` says why)."""

    kind: str
    name: str = ""
    status: str = ""
    is_ours: bool = False
    is_in_use: bool = False
    unknown: str = ""


@dataclass(frozen=True)
class Class:
    """How a class is listed: service, operation, its request, and where items and their names are."""

    kind: str
    service: str
    operation: str
    items: str
    name: str
    status: str = ""
    request: Mapping[str, Any] | None = None
    # What of the account's many is worth a look: everything where it says nothing.
    is_of_tuning: Callable[[str], bool] = lambda _name: True
    # Deployed with the stacks, which `braid leftovers` looks after: one line for all of ours.
    is_of_deployment: bool = False


def _named_as_tuning(name: str) -> bool:
    return any(word in name.lower() for word in ("tuning", "sagemaker", "hyperpod", "bedrock"))


CLASSES = (
    Class(
        "training job",
        "sagemaker",
        "list_training_jobs",
        "TrainingJobSummaries",
        "TrainingJobName",
        "TrainingJobStatus",
    ),
    Class(
        "customization job",
        "bedrock",
        "list_model_customization_jobs",
        "modelCustomizationJobSummaries",
        "jobName",
        "status",
    ),
    Class("endpoint", "sagemaker", "list_endpoints", "Endpoints", "EndpointName", "EndpointStatus"),
    Class(
        "endpoint configuration",
        "sagemaker",
        "list_endpoint_configs",
        "EndpointConfigs",
        "EndpointConfigName",
    ),
    Class("model of an endpoint", "sagemaker", "list_models", "Models", "ModelName"),
    Class(
        "provisioned throughput",
        "bedrock",
        "list_provisioned_model_throughputs",
        "provisionedModelSummaries",
        "provisionedModelName",
        "status",
    ),
    Class(
        "deployment",
        "bedrock",
        "list_custom_model_deployments",
        "modelDeploymentSummaries",
        "customModelDeploymentName",
        "status",
    ),
    Class("custom model", "bedrock", "list_custom_models", "modelSummaries", "modelName", "modelStatus"),
    Class(
        "model package",
        "sagemaker",
        "list_model_packages",
        "ModelPackageSummaryList",
        "ModelPackageArn",
        "ModelPackageStatus",
    ),
    Class(
        "search collection",
        "opensearchserverless",
        "list_collections",
        "collectionSummaries",
        "name",
        "status",
        is_of_deployment=True,
    ),
    Class(
        "vector index",
        "s3vectors",
        "list_vector_buckets",
        "vectorBuckets",
        "vectorBucketName",
        is_of_deployment=True,
    ),
    Class(
        "log group",
        "logs",
        "describe_log_groups",
        "logGroups",
        "logGroupName",
        is_of_tuning=_named_as_tuning,
        is_of_deployment=True,
    ),
    Class(
        "role", "iam", "list_roles", "Roles", "RoleName", is_of_tuning=_named_as_tuning, is_of_deployment=True
    ),
    Class("container repository", "ecr", "describe_repositories", "repositories", "repositoryName"),
    Class("FSx file system", "fsx", "describe_file_systems", "FileSystems", "FileSystemId", "Lifecycle"),
    Class(
        "EBS volume",
        "ec2",
        "describe_volumes",
        "Volumes",
        "VolumeId",
        "State",
        {"Filters": [{"Name": "status", "Values": ["available"]}]},
        is_of_deployment=True,
    ),
    Class(
        "HyperPod cluster", "sagemaker", "list_clusters", "ClusterSummaries", "ClusterName", "ClusterStatus"
    ),
    Class("VPC endpoint", "ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", "State"),
    Class(
        "security group",
        "ec2",
        "describe_security_groups",
        "SecurityGroups",
        "GroupName",
        is_of_tuning=_named_as_tuning,
    ),
    Class("subnet", "ec2", "describe_subnets", "Subnets", "SubnetId", "State"),
)


def find_leftovers(tuning: DeployedTuning) -> list[Leftover]:
    """All classes in their order, and at the end what lies in S3 of runs that are over."""
    runs = set(tuning.run_ids())
    used = {book.in_use.run_id for book in tuning.books() if book.in_use is not None}
    packages = f"model-package/{tuning.target.deployment_name}-tuning/"
    found: list[Leftover] = []
    for each in CLASSES:
        items, unknown = list_class(tuning, each)
        shown = [
            Leftover(
                each.kind,
                name,
                status,
                is_ours=_is_ours(name, runs, tuning) or packages in name,
                is_in_use=name in used,
            )
            for name, status in items
            if each.is_of_tuning(name)
        ]
        if each.is_of_deployment:
            shown = _together(each.kind, shown)
        found += shown or [Leftover(each.kind, unknown=unknown)]
    kept = tuning.keys("work/tuning/")
    found.append(
        Leftover("S3", "work/tuning/", f"{len(kept)} objects, which expire", is_ours=True)
        if kept
        else Leftover("S3")
    )
    return found


def _together(kind: str, items: list[Leftover]) -> list[Leftover]:
    ours = [item for item in items if item.is_ours]
    others = [item for item in items if not item.is_ours]
    if not ours:
        return others
    return [Leftover(kind, f"{len(ours)} of this deployment", "of its stacks", is_ours=True), *others]


def _pages(call: Callable[..., Mapping[str, Any]], request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What botocore has no paginator for, page by page."""
    answer = call(**request)
    yield answer
    while token := answer.get("nextToken"):
        answer = call(**request, nextToken=token)
        yield answer


def list_class(tuning: DeployedTuning, each: Class) -> tuple[list[tuple[str, str]], str]:
    """Names and statuses; and why they can't be listed."""
    try:
        client = tuning.target.client(each.service)
        if client.can_paginate(each.operation):
            pages: Iterable[Any] = client.get_paginator(each.operation).paginate(**(each.request or {}))
        else:
            pages = _pages(getattr(client, each.operation), each.request or {})
        return [
            (str(item.get(each.name, "")), str(item.get(each.status, "")) if each.status else "")
            for page in pages
            for item in page.get(each.items, [])
        ], ""
    except ClientError as error:
        return [], f"can't be listed: {error.response['Error'].get('Code', 'an error')}"
    except BotoCoreError as error:
        return [], f"can't be listed: {type(error).__name__}"


def _is_ours(name: str, runs: set[str], tuning: DeployedTuning) -> bool:
    """Named after a run, or by the deployment."""
    deployment = tuning.target.deployment_name
    return name in runs or any(name.startswith(f"{run_id}-") for run_id in runs) or deployment in name
