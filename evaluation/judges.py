"""Who answers Converse: a stack's models in AWS, the user's model server, or the engine of this machine."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from braid.domain.money.accounting import Meter
from braid.domain.wire import decode
from braid.models.asking import Ask, Models
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.runtime.library import model_registry
from cli.target import find_target
from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.protocol import Caller, Service, ServiceError

__all__ = ["Judge", "LocalBedrock", "deployed_judge", "local_judge"]

_REGION = "us-east-1"
_MODEL_SECONDS = 600


@dataclass(frozen=True)
class Judge:
    """What inference needs, and in ``engine`` what it is, for people. ``meter`` counts what is billed."""

    engine: str
    is_local: bool
    ask: Ask
    model_ids: dict[str, str]
    meter: Meter
    guardrails: dict[str, Guardrail]

    def guardrail(self, profile_name: str) -> Guardrail | None:
        """The deployed guardrail of a profile, if there is one."""
        return self.guardrails.get(profile_name)


def deployed_judge(stack: str) -> Judge:
    """The models and guardrails of a deployed pipeline, asked with the caller's own permissions.

    Raises ``CommandError`` where there is no such stack.
    """
    target = find_target(stack)
    configuration = target.lambda_.get_function_configuration(FunctionName=target.trial_function)
    settings = configuration["Environment"]["Variables"]
    patience = Config(read_timeout=_MODEL_SECONDS, retries={"mode": "adaptive", "total_max_attempts": 8})
    bedrock = target.session.client("bedrock-runtime", endpoint_url=target.endpoint_url, config=patience)
    meter = Meter()
    return Judge(
        engine=f"Bedrock of {target.where}",
        is_local=target.is_local,
        ask=Models(ANSWER, bedrock=bedrock).on(meter),
        model_ids=json.loads(settings["MODEL_IDS"]),
        meter=meter,
        guardrails={
            name: decode(Guardrail, value) for name, value in json.loads(settings["GUARDRAILS"]).items()
        },
    )


@contextmanager
def local_judge() -> Iterator[Judge]:
    """The local Converse in this process: ``BRAID_LLM_URL`` where it is set, else what quotes evidence.

    Raises ``ValueError`` where ``BRAID_LLM_URL`` makes no sense.
    """
    with EnginePool() as engines:
        service = bedrock_runtime.build_service(engines, environment=os.environ)
        url = os.environ.get("BRAID_LLM_URL", "").strip()
        meter = Meter()
        yield Judge(
            engine=f"model server {url} ({os.environ.get('BRAID_LLM_MODEL')})"
            if url
            else "local engine that quotes evidence (no model is configured)",
            is_local=True,
            ask=Models(ANSWER, bedrock=LocalBedrock(service)).on(meter),
            model_ids={tier: model_registry().resolve(tier, "us") for tier in ("micro", "lite", "pro")},
            meter=meter,
            guardrails={},
        )


class LocalBedrock:
    """The local service as boto3's client, errors included."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def converse(self, **request: Any) -> Any:
        """Answers as ``bedrock-runtime`` does."""
        return self._answer("Converse", request)

    def invoke_model(self, **request: Any) -> Any:
        """The same, with the body as a stream."""
        answer = self._answer("InvokeModel", {**request, "body": request["body"].encode()})
        return {**answer, "body": io.BytesIO(answer["body"])}

    def _answer(self, operation: str, request: dict[str, Any]) -> Any:
        try:
            return self._service.operations[operation](request, Caller("evaluation", "0" * 12, _REGION))
        except ServiceError as error:
            told = {"Error": {"Code": error.code, "Message": error.message}}
            raise ClientError(
                {**told, "ResponseMetadata": {"HTTPStatusCode": error.status}},  # type: ignore[typeddict-item]  # all that is read of it
                operation,
            ) from error
