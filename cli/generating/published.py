"""Where a deployment publishes what it made."""

from __future__ import annotations

from botocore.exceptions import ClientError

from cli.target import Target

__all__ = ["published_bucket"]


def published_bucket(target: Target) -> str:
    """The bucket of what a person approved of; empty where the deployment makes nothing."""
    name = f"{target.stack_name.removesuffix('-pipeline')}-generation"
    try:
        (stack,) = target.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"].get("Message", ""):
            raise
        return ""
    outputs = {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}
    return str(outputs.get("PublishedBucketName", ""))
