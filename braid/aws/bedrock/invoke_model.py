"""Bedrock InvokeModel: a model's own JSON in, its own JSON out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError

__all__ = ["OPERATION", "invoke_model"]

OPERATION = "bedrock:InvokeModel"
_OWN_CODES = {
    # As for Converse: a model that this region or account doesn't have, or that refuses what it is sent.
    "ModelErrorException": InvalidServiceOutputError,
    "ResourceNotFoundException": UnsupportedError,
    "ValidationException": UnsupportedError,
}


def invoke_model(bedrock: Any, model_id: str, body: Mapping[str, Any]) -> bytes:
    """The body of the model's answer.

    Raises the service errors of ``braid.domain.errors``; UnsupportedError also where there is no such model.
    """
    with service_errors(OPERATION, _OWN_CODES):
        answer = bedrock.invoke_model(
            modelId=model_id,
            contentType="application/json",
            accept="application/json",
            body=json.dumps(body),
        )
        raw: bytes = answer["body"].read()
    return raw
