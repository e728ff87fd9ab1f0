"""Bedrock's custom models and what serves them: deployments on demand, and provisioned throughput.

What is in use can't be deleted (ConflictException), so that only the right order of a teardown works.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.engines.tuning.text_head import TextHead
from local.services.protocol import Caller, Operation, ServiceError
from local.services.tuning.shelf import (
    CustomModel,
    Deployment,
    Shelf,
    Throughput,
    new_id,
    page,
    resource_arn,
)

__all__ = ["CustomModels"]


class CustomModels:
    """The operations on one account's shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def operations(self) -> dict[str, Operation]:
        """By their names in the service model."""
        return {
            "CreateCustomModel": self.create_model,
            "GetCustomModel": self.get_model,
            "ListCustomModels": self.list_models,
            "DeleteCustomModel": self.delete_model,
            "CreateCustomModelDeployment": self.create_deployment,
            "GetCustomModelDeployment": self.get_deployment,
            "ListCustomModelDeployments": self.list_deployments,
            "DeleteCustomModelDeployment": self.delete_deployment,
            "CreateProvisionedModelThroughput": self.create_throughput,
            "GetProvisionedModelThroughput": self.get_throughput,
            "ListProvisionedModelThroughputs": self.list_throughputs,
            "DeleteProvisionedModelThroughput": self.delete_throughput,
        }

    def create_model(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """From a model package of a training job; files of S3 hold nothing that would run here."""
        source = request.get("customModelDataSource") or {}
        package = (source.get("modelPackageArnDataSource") or {}).get("modelPackageArn")
        if not package:
            raise ServiceError(
                "ValidationException",
                "Here a custom model comes from a model package (customModelDataSource): files in S3 hold "
                "nothing that would run on this machine.",
            )
        with self._shelf.lock:
            if any(model.name == request["modelName"] for model in self._shelf.models.values()):
                raise ServiceError(
                    "ConflictException", f"There is a custom model named {request['modelName']} already"
                )
            trained = self._shelf.packages.get(str(package))
            if trained is None:
                raise ServiceError(
                    "ResourceNotFoundException", f"Could not find the model package {package}", status=404
                )
            arn = resource_arn(caller, f"custom-model/imported/{new_id()}")
            self._shelf.models[arn] = CustomModel(
                arn,
                str(request["modelName"]),
                trained,
                self._shelf.clock(),
                {"customizationType": "IMPORTED"},
            )
        return {"modelArn": arn}

    def get_model(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """By ARN or name."""
        with self._shelf.lock:
            model = self._shelf.model(str(request["modelIdentifier"]))
            return {**_listed(model, self._shelf, caller, whole=True), **model.source}

    def list_models(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """The newest first."""
        with self._shelf.lock:
            models = [
                _listed(model, self._shelf, caller, whole=False) for model in self._shelf.models.values()
            ]
        wanted = request.get("modelStatus")
        chosen = [
            item for item in page(request, models, "modelName") if wanted in (None, item["modelStatus"])
        ]
        return {"modelSummaries": chosen}

    def delete_model(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """What still serves the model has to go first."""
        with self._shelf.lock:
            model = self._shelf.model(str(request["modelIdentifier"]))
            if users := self._shelf.users_of(model):
                raise ServiceError(
                    "ConflictException", f"The custom model {model.name} is still used by {', '.join(users)}"
                )
            del self._shelf.models[model.arn]
        return {}

    def create_deployment(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """On demand, which is for text models tuned by LoRA."""
        # https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html
        name, token = str(request["modelDeploymentName"]), str(request.get("clientRequestToken", ""))
        with self._shelf.lock:
            model = self._ready(str(request["modelArn"]))
            if not isinstance(model.trained.weights, TextHead):
                raise ServiceError(
                    "ValidationException",
                    f"{model.trained.base_model_id} can't be deployed on demand, only provisioned",
                )
            for known in self._shelf.deployments.values():
                if token and known.token == token:
                    return {"customModelDeploymentArn": known.arn}
                if known.name == name:
                    raise ServiceError("ValidationException", f"There is a deployment named {name} already")
            arn = resource_arn(caller, f"custom-model-deployment/{new_id()}")
            self._shelf.deployments[arn] = Deployment(arn, name, model.arn, self._shelf.clock(), token)
        return {"customModelDeploymentArn": arn}

    def get_deployment(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """By ARN or name."""
        with self._shelf.lock:
            found = self._shelf.deployment(str(request["customModelDeploymentIdentifier"]))
            return self._deployment(found, "modelDeploymentName")

    def list_deployments(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """The newest first."""
        with self._shelf.lock:
            items = [
                self._deployment(item, "customModelDeploymentName")
                for item in self._shelf.deployments.values()
            ]
        return {"modelDeploymentSummaries": page(request, items, "customModelDeploymentName")}

    def delete_deployment(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Not while it is being created."""
        with self._shelf.lock:
            found = self._shelf.deployment(str(request["customModelDeploymentIdentifier"]))
            if not self._shelf.is_settled(found.created):
                raise ServiceError("ConflictException", f"The deployment {found.name} is still being created")
            del self._shelf.deployments[found.arn]
        return {}

    def create_throughput(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """By the hour from now on."""
        name, token = str(request["provisionedModelName"]), str(request.get("clientRequestToken", ""))
        with self._shelf.lock:
            model = self._ready(str(request["modelId"]))
            for known in self._shelf.throughputs.values():
                if token and known.token == token:
                    return {"provisionedModelArn": known.arn}
                if known.name == name:
                    raise ServiceError("ValidationException", f"There is throughput named {name} already")
            arn = resource_arn(caller, f"provisioned-model/{new_id()}")
            commitment = request.get("commitmentDuration")
            units = int(request["modelUnits"])
            self._shelf.throughputs[arn] = Throughput(
                arn, name, model.arn, units, self._shelf.clock(), commitment, token
            )
        return {"provisionedModelArn": arn}

    def get_throughput(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """By ARN or name."""
        with self._shelf.lock:
            return self._throughput(self._shelf.throughput(str(request["provisionedModelId"])), caller)

    def list_throughputs(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """The newest first."""
        with self._shelf.lock:
            items = [self._throughput(item, caller) for item in self._shelf.throughputs.values()]
        return {"provisionedModelSummaries": page(request, items, "provisionedModelName")}

    def delete_throughput(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """Not before its commitment is over, and not while it is being created."""
        with self._shelf.lock:
            found = self._shelf.throughput(str(request["provisionedModelId"]))
            if found.commitment:
                raise ServiceError(
                    "ConflictException",
                    f"{found.name} has a commitment ({found.commitment}) and can't be deleted before its end",
                )
            if not self._shelf.is_settled(found.created):
                raise ServiceError("ConflictException", f"The throughput {found.name} is still being created")
            del self._shelf.throughputs[found.arn]
        return {}

    def _ready(self, identifier: str) -> CustomModel:
        model = self._shelf.model(identifier)
        if not self._shelf.is_settled(model.created):
            raise ServiceError("ValidationException", f"The custom model {model.name} is still being created")
        return model

    def _deployment(self, item: Deployment, name_member: str) -> dict[str, Any]:
        return {
            "customModelDeploymentArn": item.arn,
            name_member: item.name,
            "modelArn": item.model_arn,
            "createdAt": item.created,
            "status": "Active" if self._shelf.is_settled(item.created) else "Creating",
        }

    def _throughput(self, item: Throughput, caller: Caller) -> dict[str, Any]:
        base = self._shelf.models[item.model_arn].trained.base_model_id
        return {
            "provisionedModelName": item.name,
            "provisionedModelArn": item.arn,
            "modelArn": item.model_arn,
            "desiredModelArn": item.model_arn,
            "foundationModelArn": _foundation(base, caller),
            "modelUnits": item.units,
            "desiredModelUnits": item.units,
            "status": "InService" if self._shelf.is_settled(item.created) else "Creating",
            "creationTime": item.created,
            "lastModifiedTime": item.created,
            **({"commitmentDuration": item.commitment} if item.commitment else {}),
        }


def _listed(model: CustomModel, shelf: Shelf, caller: Caller, *, whole: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "modelArn": model.arn,
        "modelName": model.name,
        "creationTime": model.created,
        "baseModelArn": _foundation(model.trained.base_model_id, caller),
        "modelStatus": "Active" if shelf.is_settled(model.created) else "Creating",
        "customizationType": model.source.get("customizationType", "FINE_TUNING"),
    }
    if not whole:
        told["baseModelName"] = model.trained.base_model_id
        told["ownerAccountId"] = caller.account_id
    return told


def _foundation(model_id: str, caller: Caller) -> str:
    return f"arn:aws:bedrock:{caller.region}::foundation-model/{model_id}"
