"""What Bedrock runs a batch job as; whoever submits one passes it."""

from __future__ import annotations

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from stacks.constructs.grants import Grant, granted_role

__all__ = ["batch_job_role"]


def batch_job_role(
    stack: cdk.Stack, construct_id: str, *, description: str, grants: Iterable[Grant]
) -> iam.IRole:
    """A role for model invocation jobs of this account alone.

    https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
    """
    jobs = stack.format_arn(service="bedrock", resource="model-invocation-job", resource_name="*")
    return granted_role(
        stack,
        construct_id,
        service="bedrock.amazonaws.com",
        description=description,
        grants=grants,
        only_for={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": jobs},
        },
    )
