"""Bedrock guardrails, asked about a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from braid.aws.service_errors import error_code, service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError

__all__ = [
    "MAX_CHARACTERS",
    "OPERATION",
    "Assessment",
    "PictureAssessment",
    "PictureFinding",
    "apply_guardrail",
    "apply_to_picture",
    "is_over_text_units",
]

OPERATION = "bedrock:ApplyGuardrail"
# One request takes 25 units of 1,000 characters ("Amazon Bedrock endpoints and quotas").
MAX_CHARACTERS = 20_000
_OWN_CODES = {"ResourceNotFoundException": UnsupportedError, "ValidationException": UnsupportedError}
# A request over the region's quota (registry/services.toml) has no code of its own: it comes as the 429 of a
# busy service and as the 400 of a wrong request; its words tell
# (https://github.com/BerriAI/litellm/issues/19501).
_OVER_TEXT_UNITS = re.compile(r"text[ -]?units?\b", re.IGNORECASE)
_ITS_CODES = ("ThrottlingException", "ServiceQuotaExceededException", "ValidationException")


@dataclass(frozen=True)
class Assessment:
    """What a guardrail found where it intervenes, and how many units of 1,000 characters are billed."""

    intervention: dict[str, Any] | None
    text_units: int


def apply_guardrail(bedrock: Any, guardrail_id: str, version: str, text: str) -> Assessment | None:
    """Shows ``text`` of at most ``MAX_CHARACTERS`` to the guardrail's output filters.

    ``None`` where it is more than the region's guardrails take at once: waiting is no remedy, less text is.
    Raises the service errors of ``braid.domain.errors``; UnsupportedError where there is no such guardrail.
    """
    with service_errors(OPERATION, _OWN_CODES):
        try:
            answer = bedrock.apply_guardrail(
                guardrailIdentifier=guardrail_id,
                guardrailVersion=version,
                source="OUTPUT",
                content=[{"text": {"text": text}}],
            )
        except ClientError as error:
            if not is_over_text_units(error):
                raise
            return None
    units = answer["usage"]["contentPolicyUnits"]
    action = answer["action"]
    if action == "GUARDRAIL_INTERVENED":
        return Assessment({"action": action, "outputAssessments": answer["assessments"]}, units)
    if action != "NONE":
        raise InvalidServiceOutputError(f"{OPERATION}: an unknown action {action!r}")
    return Assessment(None, units)


@dataclass(frozen=True)
class PictureFinding:
    """What one content filter saw: its name (``VIOLENCE``), how sure it is (``LOW`` to ``HIGH``)."""

    name: str
    confidence: str
    is_blocked: bool


@dataclass(frozen=True)
class PictureAssessment:
    """What a guardrail's filters saw in a picture, and how many pictures are billed."""

    findings: tuple[PictureFinding, ...]
    pictures: int


def apply_to_picture(bedrock: Any, guardrail_id: str, version: str, jpeg: bytes) -> PictureAssessment:
    """Shows a JPEG of at most 4 MB and 8,000 pixels a side to the guardrail's output filters.

    Raises the service errors of ``braid.domain.errors``; UnsupportedError where there is no such guardrail,
    or it takes no pictures.
    """
    with service_errors(OPERATION, _OWN_CODES):
        answer = bedrock.apply_guardrail(
            guardrailIdentifier=guardrail_id,
            guardrailVersion=version,
            source="OUTPUT",
            content=[{"image": {"format": "jpeg", "source": {"bytes": jpeg}}}],
        )
    found = [
        PictureFinding(found["type"], found["confidence"], found["action"] == "BLOCKED")
        for assessment in answer["assessments"]
        for found in assessment.get("contentPolicy", {}).get("filters", [])
        if found["confidence"] != "NONE"
    ]
    if (answer["action"] == "GUARDRAIL_INTERVENED") != any(finding.is_blocked for finding in found):
        action = answer["action"]
        raise InvalidServiceOutputError(f"{OPERATION}: the action {action!r} isn't that of its assessments")
    return PictureAssessment(tuple(found), answer["usage"].get("contentPolicyImageUnits", 0))


def is_over_text_units(error: ClientError) -> bool:
    """Whether a request was refused because it shows a guardrail more than it takes at once."""
    said = error.response.get("Error", {}).get("Message", "")
    return error_code(error) in _ITS_CODES and _OVER_TEXT_UNITS.search(said) is not None
