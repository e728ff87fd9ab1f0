"""Bedrock guardrails, asked about a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError

__all__ = ["MAX_CHARACTERS", "OPERATION", "Assessment", "apply_guardrail"]

OPERATION = "bedrock:ApplyGuardrail"
# One request takes 25 units of 1,000 characters ("Amazon Bedrock endpoints and quotas").
MAX_CHARACTERS = 20_000
_OWN_CODES = {"ResourceNotFoundException": UnsupportedError, "ValidationException": UnsupportedError}


@dataclass(frozen=True)
class Assessment:
    """What a guardrail found where it intervenes, and how many units of 1,000 characters are billed."""

    intervention: dict[str, Any] | None
    text_units: int


def apply_guardrail(bedrock: Any, guardrail_id: str, version: str, text: str) -> Assessment:
    """Shows ``text`` of at most ``MAX_CHARACTERS`` to the guardrail's output filters.

    Raises the service errors of ``braid.domain.errors``; UnsupportedError where there is no such guardrail.
    """
    with service_errors(OPERATION, _OWN_CODES):
        answer = bedrock.apply_guardrail(
            guardrailIdentifier=guardrail_id,
            guardrailVersion=version,
            source="OUTPUT",
            content=[{"text": {"text": text}}],
        )
    units = answer["usage"]["contentPolicyUnits"]
    action = answer["action"]
    if action == "GUARDRAIL_INTERVENED":
        return Assessment({"action": action, "outputAssessments": answer["assessments"]}, units)
    if action != "NONE":
        raise InvalidServiceOutputError(f"{OPERATION}: an unknown action {action!r}")
    return Assessment(None, units)
