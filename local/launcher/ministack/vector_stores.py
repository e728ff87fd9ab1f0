"""Vector buckets and indexes in CloudFormation, through the API of our own S3 Vectors.

Symptom: ``AWS::S3Vectors::VectorBucket`` and ``AWS::S3Vectors::Index`` can't be deployed.
Upstream: none filed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from local.services.protocol import Caller, Operation, Service, ServiceError

RELIES_ON = ("ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",)

Properties = Mapping[str, Any]
_LONGEST_NAME = 63


def apply(services: Iterable[Service]) -> None:
    """Registers the two resource types, where the service is among those hosted."""
    for service in services:
        if service.name == "s3vectors":
            types = _Types(service.operations)
            provisioners._RESOURCE_HANDLERS["AWS::S3Vectors::VectorBucket"] = {
                "create": types.create_bucket,
                "update": types.update,
                "delete": types.delete_bucket,
            }
            provisioners._RESOURCE_HANDLERS["AWS::S3Vectors::Index"] = {
                "create": types.create_index,
                "update": types.update,
                "delete": types.delete_index,
            }


class _Types:
    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self._operations = operations

    def create_bucket(
        self, logical_id: str, properties: Properties, stack: str
    ) -> tuple[str, dict[str, str]]:
        name = properties.get("VectorBucketName") or _generated(stack, logical_id)
        asked = {"vectorBucketName": name, **_api(properties, "EncryptionConfiguration")}
        arn = self._call("CreateVectorBucket", asked)["vectorBucketArn"]
        return arn, {"VectorBucketArn": arn}

    def create_index(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
        asked = _api(
            {"IndexName": _generated(stack, logical_id), **properties},
            *("IndexName", "VectorBucketArn", "VectorBucketName"),
            *("DataType", "Dimension", "DistanceMetric"),
            *("MetadataConfiguration", "EncryptionConfiguration"),
        )
        asked["dimension"] = int(asked["dimension"])
        arn = self._call("CreateIndex", asked)["indexArn"]
        return arn, {"IndexArn": arn}

    def update(self, arn: str, old: Properties, new: Properties, *_rest: Any) -> tuple[str, dict[str, str]]:
        """Tags alone change in place here; all else is another resource, with another name."""
        changed = [name for name in {*old, *new} if name != "Tags" and old.get(name) != new.get(name)]
        if changed:
            raise ValueError(f"{', '.join(sorted(changed))} can't change in place: give it another name")
        return arn, {"IndexArn" if "/index/" in arn else "VectorBucketArn": arn}

    def delete_bucket(self, arn: str, _properties: Properties) -> None:
        self._gone("DeleteVectorBucket", {"vectorBucketArn": arn})

    def delete_index(self, arn: str, _properties: Properties) -> None:
        self._gone("DeleteIndex", {"indexArn": arn})

    def _gone(self, operation: str, request: Properties) -> None:
        try:
            self._operations[operation](request, _caller())
        except ServiceError as error:
            if error.code != "NotFoundException":
                raise ValueError(error.message) from error

    def _call(self, operation: str, request: Properties) -> dict[str, Any]:
        """Fails the resource, and with it the deployment, when the API refuses."""
        try:
            return dict(self._operations[operation](request, _caller()))
        except ServiceError as error:
            raise ValueError(error.message) from error


def _caller() -> Caller:
    return Caller("cloudformation", get_account_id(), get_region())


def _generated(stack: str, logical_id: str) -> str:
    """A name as CloudFormation makes them, of the stack and the resource."""
    digest = hashlib.sha256(f"{stack}/{logical_id}".encode()).hexdigest()[:12]
    beginning = f"{stack}-{logical_id}".lower()[: _LONGEST_NAME - len(digest) - 1].rstrip("-")
    return f"{beginning}-{digest}"


def _api(properties: Properties, *names: str) -> dict[str, Any]:
    """These properties in the API's spelling."""
    return {_spelled(name): _camel(properties[name]) for name in names if name in properties}


def _camel(value: Any) -> Any:
    """CloudFormation spells ``MetadataKey`` what the API spells ``metadataKey``; values stay."""
    if isinstance(value, Mapping):
        return {_spelled(key): _camel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_camel(item) if isinstance(item, Mapping) else item for item in value]
    return value


def _spelled(name: str) -> str:
    return name[:1].lower() + name[1:]
