"""Model package groups in CloudFormation: a name under which SageMaker keeps what training jobs made.

Symptom: ``AWS::SageMaker::ModelPackageGroup`` can't be deployed. Upstream: none filed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

RELIES_ON = ("ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",)

Properties = Mapping[str, Any]


def apply() -> None:
    """Registers the resource type. The group has no content of its own: packages name it."""
    provisioners._RESOURCE_HANDLERS["AWS::SageMaker::ModelPackageGroup"] = {
        "create": _create,
        "update": _update,
        "delete": _delete,
    }


def _create(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, dict[str, str]]:
    name = str(properties["ModelPackageGroupName"])
    arn = f"arn:aws:sagemaker:{get_region()}:{get_account_id()}:model-package-group/{name}"
    return arn, {"ModelPackageGroupArn": arn}


def _update(arn: str, old: Properties, new: Properties, *_rest: Any) -> tuple[str, dict[str, str]]:
    if old.get("ModelPackageGroupName") != new.get("ModelPackageGroupName"):
        raise ValueError("ModelPackageGroupName can't change in place: give the resource another name")
    return arn, {"ModelPackageGroupArn": arn}


def _delete(_arn: str, _properties: Properties) -> None:
    """Nothing is kept of a group."""
