"""Bedrock guardrails, asked about what a model wrote: Converse doesn't show them a tool's call."""

from __future__ import annotations

from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError
from braid.domain.money.accounting import Meter

__all__ = ["OPERATION", "assess_output"]

OPERATION = "bedrock:ApplyGuardrail"
# One request takes 25 units of 1,000 characters ("Amazon Bedrock endpoints and quotas").
_MAX_CHARACTERS = 20_000
_OWN_CODES = {"ResourceNotFoundException": UnsupportedError, "ValidationException": UnsupportedError}


def assess_output(
    guardrail_id: str, version: str, text: str, meter: Meter, *, bedrock: Any = None
) -> dict[str, Any] | None:
    """What the output filters found in ``text`` where they intervene; ``None`` where they let it pass.

    Raises the service errors of ``braid.domain.errors``; UnsupportedError where there is no such guardrail.
    """
    bedrock = bedrock or client("bedrock-runtime")
    for begin in range(0, len(text), _MAX_CHARACTERS):
        with service_errors(OPERATION, _OWN_CODES):
            answer = bedrock.apply_guardrail(
                guardrailIdentifier=guardrail_id,
                guardrailVersion=version,
                source="OUTPUT",
                content=[{"text": {"text": text[begin : begin + _MAX_CHARACTERS]}}],
            )
        if units := answer["usage"]["contentPolicyUnits"]:
            meter.count("bedrock", "ApplyGuardrail:content", "text_unit", units)
        action = answer["action"]
        if action == "GUARDRAIL_INTERVENED":
            return {"action": action, "outputAssessments": answer["assessments"]}
        if action != "NONE":
            raise InvalidServiceOutputError(f"{OPERATION}: an unknown action {action!r}")
    return None
