"""Requests of the ways that aren't run here, as boto3 takes them: the recipe's jobs, and an endpoint.

They are held against botocore's models by tests. ``commitmentDuration`` and profilers have no place in them.
"""

from __future__ import annotations

import json
import re
from typing import Any

from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json

__all__ = [
    "INSTANCE_TYPE",
    "RECIPE_FILE",
    "REGION",
    "create_endpoint_requests",
    "predict_request",
    "read_prediction",
    "recipe_evaluation_request",
    "recipe_training_request",
]

INSTANCE_TYPE = "ml.p5.48xlarge"
RECIPE_FILE = "recipe.yaml"
REGION = "us-east-1"
_JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
# "Nova recipes" of the SageMaker developer guide names both images, for this region.
_TRAINING_IMAGE = f"708977205387.dkr.ecr.{REGION}.amazonaws.com/nova-fine-tune-repo:SM-TJ-SFT-latest"
_EVALUATION_IMAGE = f"708977205387.dkr.ecr.{REGION}.amazonaws.com/nova-evaluation-repo:SM-TJ-Eval-latest"
# The container reads its recipe out of a channel of this name: so the SageMaker SDK hands it over, whose
# estimator uploads the file (``PyTorch.fit`` and ``ModelTrainer``).
_RECIPE_CHANNEL = "recipe"
_VOLUME_GB = 500
_MOST_SECONDS = 86_400


def recipe_training_request(
    name: str,
    *,
    role_arn: str,
    model: str,
    recipe_uri: str,
    training_uri: str,
    output_uri: str,
    validation_uri: str = "",
    instances: int = 4,
) -> dict[str, Any]:
    """``CreateTrainingJob`` of the recipe at ``recipe_uri``, whose file is called ``RECIPE_FILE``.

    ``model`` is the recipe's ``model_name_or_path``. Channels are ``train``, ``validation``, ``recipe``:
    the article sends the first as ``S3Prefix`` and the second as ``Converse``, both data types of SageMaker.
    Raises ``InvalidInputError`` for a name that no job may have.
    """
    channels = [_channel("train", training_uri, "S3Prefix")]
    if validation_uri:
        channels.append(_channel("validation", validation_uri, "Converse"))
    return _job(name, role_arn, _TRAINING_IMAGE, model, recipe_uri, channels, output_uri, instances)


def recipe_evaluation_request(
    name: str, *, role_arn: str, model: str, recipe_uri: str, data_uri: str, output_uri: str
) -> dict[str, Any]:
    """``CreateTrainingJob`` that evaluates: one file of data, which must be called ``gen_qa.jsonl``."""
    if not data_uri.endswith("/gen_qa.jsonl"):
        raise InvalidInputError(f"the evaluation's file must be called gen_qa.jsonl, not {data_uri}")
    channels = [_channel("train", data_uri, "S3Prefix")]
    return _job(name, role_arn, _EVALUATION_IMAGE, model, recipe_uri, channels, output_uri, 1)


def create_endpoint_requests(
    name: str, *, role_arn: str, image_uri: str, model_uri: str, instance_type: str = "ml.m5.xlarge"
) -> dict[str, dict[str, Any]]:
    """``CreateModel``, ``CreateEndpointConfig`` and ``CreateEndpoint``, in the order in which they are sent.

    They are deleted in the opposite one.
    """
    _check_name(name)
    return {
        "CreateModel": {
            "ModelName": name,
            "ExecutionRoleArn": role_arn,
            "PrimaryContainer": {"Image": image_uri, "ModelDataUrl": model_uri},
        },
        "CreateEndpointConfig": {
            "EndpointConfigName": name,
            "ProductionVariants": [
                {
                    "VariantName": "all",
                    "ModelName": name,
                    "InitialInstanceCount": 1,
                    "InstanceType": instance_type,
                }
            ],
        },
        "CreateEndpoint": {"EndpointName": name, "EndpointConfigName": name},
    }


def predict_request(endpoint: str, *, image_uri: str, text: str) -> dict[str, Any]:
    """``InvokeEndpoint`` with a picture and a text."""
    body = json.dumps({"image": image_uri, "text": text}, ensure_ascii=False).encode()
    return {"EndpointName": endpoint, "ContentType": "application/json", "Body": body}


def read_prediction(body: bytes) -> Any:
    """What the endpoint answered. Raises ``InvalidInputError`` where that isn't JSON."""
    try:
        return parse_json(body)
    except ValueError as error:
        raise InvalidInputError("the endpoint's answer isn't JSON") from error


def _job(
    name: str,
    role_arn: str,
    image_uri: str,
    model: str,
    recipe_uri: str,
    channels: list[dict[str, Any]],
    output_uri: str,
    instances: int,
) -> dict[str, Any]:
    _check_name(name)
    folder, _, file_name = recipe_uri.rpartition("/")
    if file_name != RECIPE_FILE:
        raise InvalidInputError(f"the recipe's file must be called {RECIPE_FILE}, not {recipe_uri}")
    return {
        "TrainingJobName": name,
        "RoleArn": role_arn,
        "AlgorithmSpecification": {"TrainingImage": image_uri, "TrainingInputMode": "File"},
        "HyperParameters": {
            "sagemaker_recipe_local_path": f"/opt/ml/input/data/{_RECIPE_CHANNEL}/{RECIPE_FILE}",
            "base_model_location" if model.startswith("s3://") else "base_model": model,
        },
        "InputDataConfig": [*channels, _channel(_RECIPE_CHANNEL, f"{folder}/", "S3Prefix")],
        "OutputDataConfig": {"S3OutputPath": output_uri},
        "TensorBoardOutputConfig": {"S3OutputPath": output_uri},
        "ProfilerConfig": {"DisableProfiler": True},
        "ResourceConfig": {
            "InstanceType": INSTANCE_TYPE,
            "InstanceCount": instances,
            "VolumeSizeInGB": _VOLUME_GB,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": _MOST_SECONDS},
    }


def _channel(name: str, uri: str, data_type: str) -> dict[str, Any]:
    source = {"S3DataType": data_type, "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def _check_name(name: str) -> None:
    if not _JOB_NAME.fullmatch(name):
        raise InvalidInputError(
            f"{name!r} can't be a job's name: letters, digits and inner hyphens, no underscore, 63 at most"
        )
