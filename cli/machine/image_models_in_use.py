"""Which models that make pictures and videos a deployment may ask, and whether Bedrock lets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.generation.foreseen import Rules
from braid.domain.generation.providers import ImageProviders, Provider
from braid.domain.generation.tasks import Task
from cli.machine.doctor import Finding
from cli.machine.refusals import refused
from cli.target import Target

__all__ = ["image_model_findings", "image_models_of"]

_UNKNOWN = frozenset({"ResourceNotFoundException", "ValidationException"})
_REGISTRY = "registry/image_models.toml"


def image_models_of(target: Target) -> Iterator[Finding]:
    """A finding for each model and each task that can't be made; none where the deployment makes nothing.

    Raises botocore's errors where the functions' settings can't be read.
    """
    from braid.runtime.provider_library import image_providers
    from cli.generating.request_plan import rules_of_stack

    if not target.generation_machine_arn:
        return
    rules = rules_of_stack(target)
    name = f"{target.deployment_name}-generation-collect"
    found = target.lambda_.get_function_configuration(FunctionName=name)
    buckets = json.loads(found["Environment"]["Variables"]["VIDEO_BUCKETS"])
    yield from image_model_findings(rules, image_providers(), buckets, target.bedrock)


def image_model_findings(
    rules: Rules,
    providers: ImageProviders,
    video_buckets: Mapping[str, str],
    bedrock: Callable[[str], Any],
) -> Iterator[Finding]:
    """Asks Bedrock about each model where it would be called; ``bedrock`` gives its client for a region."""
    live = [row for row in providers.providers if row.status == "active"]
    reachable = [(row, region) for row in live if (region := row.region_for(rules.region, rules.regions))]
    for row, region in reachable:
        yield _asked(row, region, bedrock)
        if row.second_usd and region not in video_buckets:
            yield Finding(
                f"Videos of {row.name}",
                False,
                f"it writes into a bucket of {region}, and none is named",
                "make a bucket there, name it in the knob generation_video_bucket, and deploy",
            )
    made = {task for row, _ in reachable for task in row.tasks}
    for task in (task for task in Task if task not in made):
        yield _not_made(task, live, providers)


def _asked(row: Provider, region: str, bedrock: Callable[[str], Any]) -> Finding:
    """What Bedrock says of the model's life, and of whether this account may call it."""
    name, client = f"Bedrock: {row.model_id}", bedrock(region)
    try:
        details = client.get_foundation_model(modelIdentifier=row.model_id)["modelDetails"]
        access = client.get_foundation_model_availability(modelId=row.model_id)
    except ClientError as error:
        if error.response["Error"].get("Code", "") in _UNKNOWN:
            told = f"Bedrock in {region} doesn't offer it"
            return Finding(name, False, told, f"check what it offers there, then change {_REGISTRY}")
        needs = "bedrock:GetFoundationModel and bedrock:GetFoundationModelAvailability"
        return refused(name, error, needs)
    status = details.get("modelLifecycle", {}).get("status", "ACTIVE")
    if status != "ACTIVE":
        told = f"Bedrock in {region} calls it {status.lower()}: accounts that are new to it never get it"
        return Finding(name, False, told, f"put another model first in {_REGISTRY}, and deploy")
    if lacking := list(_lacking(access)):
        told = f"in {region} {', '.join(lacking)}"
        return Finding(
            name,
            False,
            told,
            f"subscribe once in Bedrock's console in {region} (it is sold through AWS Marketplace)",
        )
    return Finding(name, True, f"active in {region}, and this account may call it")


def _lacking(access: Mapping[str, Any]) -> Iterator[str]:
    """In words, what GetFoundationModelAvailability says is missing."""
    if access["regionAvailability"] != "AVAILABLE":
        yield "it isn't offered"
    if access["agreementAvailability"]["status"] != "AVAILABLE":
        yield "its terms aren't accepted"
    if access["authorizationStatus"] != "AUTHORIZED":
        yield "this account isn't authorised"
    if access["entitlementAvailability"] != "AVAILABLE":
        yield "this account isn't subscribed"


def _not_made(task: Task, live: list[Provider], providers: ImageProviders) -> Finding:
    where = sorted({region for row in live if task in row.tasks for region in row.regions})
    if not where:
        return Finding(f"Task {task}", True, f"no live provider does it: {providers.instead.get(task, '')}")
    return Finding(
        f"Task {task}",
        False,
        f"it is offered in {', '.join(where)}, where nothing may be sent",
        "name one of them in the knob generation_regions, and deploy",
    )
