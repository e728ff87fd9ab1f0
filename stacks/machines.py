"""State machines by name: which there are beside the pipeline's own, and their ARNs before they exist."""

from __future__ import annotations

import aws_cdk as cdk

from braid.domain.asset.asset import GENERATE_FOLDER
from stacks.config import DeploymentConfig

__all__ = ["asset_machines", "generation_machine", "machine_arn", "other_machines"]


def generation_machine(config: DeploymentConfig) -> str:
    """The name of the machine that makes what is asked for."""
    return f"{config.deployment_name}-generate-content"


def other_machines(config: DeploymentConfig) -> dict[str, str]:
    """By folder of the inbox the name of the machine that works on what is dropped there."""
    return {GENERATE_FOLDER: generation_machine(config)} if config.generation else {}


def asset_machines(config: DeploymentConfig) -> tuple[str, ...]:
    """The names of the machines whose executions are assets' own: files, and files of posts."""
    return tuple(f"{config.deployment_name}-{name}" for name in ("analyze-asset", "moderate-posts"))


def machine_arn(stack: cdk.Stack, name: str) -> str:
    """The ARN of the machine of that name, in this deployment's region and account."""
    return stack.format_arn(
        service="states",
        resource="stateMachine",
        resource_name=name,
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
