"""Bedrock StartAsyncInvoke and GetAsyncInvoke: what takes minutes, into a bucket of the model's region.

No event says that it is done (Bedrock has none for this): it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import UnsupportedError

__all__ = ["OPERATION", "AsyncInvocation", "get_invocation", "start_invocation"]

OPERATION = "bedrock:StartAsyncInvoke"
_OWN_CODES = {"ResourceNotFoundException": UnsupportedError, "ValidationException": UnsupportedError}


@dataclass(frozen=True)
class AsyncInvocation:
    """``status`` is InProgress, Completed or Failed; ``output_uri`` the folder that the output lies below."""

    status: str
    output_uri: str
    failure: str = ""


def start_invocation(
    bedrock: Any, model_id: str, model_input: Mapping[str, Any], *, output_uri: str, token: str
) -> str:
    """The invocation's ARN. The same ``token`` again gives the same one, and is paid for once."""
    with service_errors(OPERATION, _OWN_CODES):
        answer = bedrock.start_async_invoke(
            modelId=model_id,
            modelInput=model_input,
            outputDataConfig={"s3OutputDataConfig": {"s3Uri": output_uri}},
            clientRequestToken=token,
        )
    return ServiceAnswer(OPERATION, answer, "answer").text("invocationArn")


def get_invocation(bedrock: Any, arn: str) -> AsyncInvocation:
    """How it stands."""
    operation = "bedrock:GetAsyncInvoke"
    with service_errors(operation):
        answer = bedrock.get_async_invoke(invocationArn=arn)
    read = ServiceAnswer(operation, answer, "answer")
    place = read.object("outputDataConfig").object("s3OutputDataConfig").text("s3Uri")
    return AsyncInvocation(read.text("status"), place, str(answer.get("failureMessage") or ""))
