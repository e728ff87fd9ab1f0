"""Real boto3 clients whose answers come from a function instead of the network.

botocore validates every request against its service model before the function sees it; answers are held
against the model here. Errors become the ``ClientError`` that boto3 raises.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.model import OperationModel
from botocore.session import Session
from botocore.validate import ParamValidator

from local.service_models import LAYER_BOTOCORE
from local.services.protocol import Caller, Service, ServiceError

CALLER = Caller("AKIDEXAMPLE", "111122223333", "us-east-1")

# Whose requests the botocore that MiniStack pins doesn't know yet.
_NEWER_IN_THE_LAYER = ("bedrock", "bedrock-agent-runtime", "sagemaker", "s3vectors")

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


def answered_by(service: str, operations: Mapping[str, Answer]) -> Any:
    """A client of ``service``; operations get the request's members and may raise ``ServiceError``."""
    session = _layers_session() if service in _NEWER_IN_THE_LAYER else Session()
    client = boto3.Session(botocore_session=session).client(
        service,
        region_name=CALLER.region,
        aws_access_key_id=CALLER.access_key_id,
        aws_secret_access_key="secret",
        config=Config(parameter_validation=True, retries={"total_max_attempts": 1}),
    )

    def remember(params: dict[str, Any], context: dict[str, Any], **_event: Any) -> None:
        context["members"] = params

    def answer(model: OperationModel, context: dict[str, Any], **_event: Any) -> tuple[Any, dict[str, Any]]:
        try:
            members = dict(operations[model.name](context["members"]))
        except ServiceError as error:
            parsed = {
                "Error": {"Code": error.code, "Message": error.message},
                "ResponseMetadata": {"HTTPStatusCode": error.status},
            }
            return AWSResponse("http://memory", error.status, {}, None), parsed
        if model.output_shape is not None:
            report = ParamValidator().validate(members, model.output_shape)
            assert not report.has_errors(), report.generate_report()
            payload = model.output_shape.serialization.get("payload")
            if payload and isinstance(members.get(payload), bytes):  # boto3 hands blobs over as streams
                members[payload] = io.BytesIO(members[payload])
        return AWSResponse("http://memory", 200, {}, None), {**members, "ResponseMetadata": {}}

    client.meta.events.register_first("provide-client-params.*.*", remember)
    client.meta.events.register_first("before-call.*.*", answer)
    return client


@functools.cache
def _layers_session() -> Session:
    """Reads the models of the layer's botocore; it keeps them, and is asked for many clients."""
    session = Session()
    session.set_config_variable("data_path", str(LAYER_BOTOCORE / "botocore" / "data"))
    return session


def local_client(service: Service) -> Any:
    """A client that is answered by a local service's engines."""
    return answered_by(
        service.name,
        {
            name: lambda members, operation=operation: operation(members, CALLER)
            for name, operation in service.operations.items()
        },
    )
