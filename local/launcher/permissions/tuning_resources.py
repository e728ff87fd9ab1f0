"""On which resource IAM asks about a request that tunes: Bedrock's control plane by path, SageMaker by body.

Source: the service authorization reference of Amazon Bedrock and Amazon SageMaker, November 2026. A resource
that a request names by its name alone is asked about under that name: AWS asks about its ARN, whose last part
nobody can choose, so that grants have a wildcard there anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from local.launcher.permissions.model_resources import model_arns

__all__ = ["bedrock_arn", "sagemaker_arn"]

_BEDROCK_PATHS = (
    (re.compile(r"^/model-customization/custom-model-deployments/(?P<name>.+)$"), "custom-model-deployment"),
    (re.compile(r"^/model-customization-jobs/(?P<name>.+?)(?:/stop)?$"), "model-customization-job"),
    (re.compile(r"^/model-invocation-job/(?P<name>.+?)(?:/stop)?$"), "model-invocation-job"),
    (re.compile(r"^/custom-models/(?!create-custom-model$)(?P<name>.+)$"), "custom-model"),
    (re.compile(r"^/provisioned-model-throughput/(?P<name>.+)$"), "provisioned-model"),
)
# What a creation is asked on: the model that it takes, by the member that names it, or a new custom model.
_CREATED_FROM = {
    "/model-customization-jobs": ("baseModelIdentifier", "foundation-model"),
    "/custom-models/create-custom-model": ("modelName", "custom-model"),
    "/model-customization/custom-model-deployments": ("modelArn", "custom-model"),
    "/provisioned-model-throughput": ("modelId", "custom-model"),
}
_SAGEMAKER_MEMBERS = (
    ("TrainingJobName", "training-job"),
    ("ProcessingJobName", "processing-job"),
    ("ModelPackageName", "model-package"),
    ("ModelPackageGroupName", "model-package-group"),
    ("EndpointName", "endpoint"),
    ("EndpointConfigName", "endpoint-config"),
    ("ModelName", "model"),
)


def bedrock_arn(
    method: str, path: str, members: Mapping[str, Any], region: str, account_id: str
) -> str | None:
    """The resource of a request to Bedrock's control plane; ``None`` for one that lists."""
    path = unquote(path)
    if method == "POST" and path == "/model-invocation-job":
        # An inference profile is asked about as itself, as where it is invoked.
        return model_arns(str(members.get("modelId", "")), region, account_id)[0]
    if method == "POST" and path in _CREATED_FROM:
        member, kind = _CREATED_FROM[path]
        named = str(members.get(member, ""))
        owner = "" if kind == "foundation-model" else account_id
        return named if named.startswith("arn:") else f"arn:aws:bedrock:{region}:{owner}:{kind}/{named}"
    for pattern, kind in _BEDROCK_PATHS:
        if found := pattern.match(path):
            named = found["name"]
            return (
                named if named.startswith("arn:") else f"arn:aws:bedrock:{region}:{account_id}:{kind}/{named}"
            )
    return None


def sagemaker_arn(target: str, members: Mapping[str, Any], region: str, account_id: str) -> str | None:
    """The resource of a request to SageMaker; ``None`` for one that lists."""
    if target.rpartition(".")[2].startswith("List"):
        return None
    for member, kind in _SAGEMAKER_MEMBERS:
        if member in members:
            named = str(members[member])
            return (
                named
                if named.startswith("arn:")
                else f"arn:aws:sagemaker:{region}:{account_id}:{kind}/{named}"
            )
    return None
