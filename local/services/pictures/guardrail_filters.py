"""ApplyGuardrail on pictures: whether one is explicit, which is all that this machine's engine judges.

Of the other filters nothing is said: an assessment has no line for what wasn't judged, and ``actionReason``
says so. A text is refused: nothing here judges one as a guardrail does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.engines.pool import EnginePool
from local.services.bedrock.text_units import check_assessed
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import Caller, ServiceError, not_offered

__all__ = ["PictureFilters"]

# Documented: at most 4 MB and twenty pictures a request.
_MOST_BYTES = 4 * 1024 * 1024
_MOST_PICTURES = 20
_SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
# From which probability on the engine is as sure as Bedrock's words say; a filter of strength MEDIUM blocks
# the two surest.
_CONFIDENCES = ((0.9, "HIGH"), (0.7, "MEDIUM"), (0.5, "LOW"))
_BLOCKED = ("HIGH", "MEDIUM")
_USAGE = (
    *("topicPolicyUnits", "contentPolicyUnits", "wordPolicyUnits", "sensitiveInformationPolicyUnits"),
    *("sensitiveInformationPolicyFreeUnits", "contextualGroundingPolicyUnits"),
)


class PictureFilters:
    """The operation, over the engine that judges pictures."""

    def __init__(self, engines: EnginePool) -> None:
        self._engines = engines

    def apply(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answers as Bedrock does about pictures; refuses texts in words."""
        check_assessed(request, caller.region)
        blocks = request["content"]
        if any("image" not in block for block in blocks):
            message = "This machine has nothing that judges texts as a guardrail does. It works on AWS."
            raise not_offered(message)
        if len(blocks) > _MOST_PICTURES:
            message = f"{len(blocks)} images are too many: a request takes {_MOST_PICTURES}."
            raise ServiceError("ValidationException", message)
        found = [finding for block in blocks for finding in self._judged(block["image"])]
        is_blocked = any(finding["action"] == "BLOCKED" for finding in found)
        return {
            "usage": {**dict.fromkeys(_USAGE, 0), "contentPolicyImageUnits": len(blocks)},
            "action": "GUARDRAIL_INTERVENED" if is_blocked else "NONE",
            "actionReason": "On this machine pictures are judged as explicit or not, and as nothing else.",
            "outputs": [],
            "assessments": [{"contentPolicy": {"filters": found}}] if found else [],
            "guardrailCoverage": {"images": {"guarded": len(blocks), "total": len(blocks)}},
        }

    def _judged(self, image: Mapping[str, Any]) -> list[dict[str, str]]:
        body = image["source"].get("bytes", b"")
        if len(body) > _MOST_BYTES or not body.startswith(_SIGNATURES[image["format"]]):
            message = f"The image must be a {image['format']} of at most {_MOST_BYTES:,} bytes."
            raise ServiceError("ValidationException", message)
        with engine_errors_answered(unreadable="ValidationException"):
            probability = float(self._engines.run("pictures.explicit:explicit_probability", body))
        confidence = next((name for least, name in _CONFIDENCES if probability >= least), None)
        if confidence is None:
            return []
        action = "BLOCKED" if confidence in _BLOCKED else "NONE"
        return [{"type": "SEXUAL", "confidence": confidence, "action": action}]
