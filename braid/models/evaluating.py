"""Asks a model one question of an evaluation: Converse for texts, as plainly as it was trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.aws.bedrock.converse import read_reply
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.errors import PendingError

__all__ = ["Told", "ask"]

# A deployment that is only just being made answers so.
_OWN_CODES = {"ModelNotReadyException": PendingError}
_MAX_ANSWER_TOKENS = 200


@dataclass(frozen=True)
class Told:
    """The answer's text. ``confidence`` is of its first line, where the model states one; Nova doesn't."""

    text: str
    confidence: float | None
    input_tokens: int = 0
    output_tokens: int = 0


def ask(model_id: str, prompt: str, system: str = "", *, runtime: Any = None) -> Told:
    """Asks at temperature 0. Raises the service errors, ``PendingError`` while the model is being made."""
    runtime = runtime or client("bedrock-runtime")
    request: dict[str, Any] = {
        "modelId": model_id,
        "messages": [{"role": "user", "content": [{"text": prompt}]}],
        "inferenceConfig": {"maxTokens": _MAX_ANSWER_TOKENS, "temperature": 0.0},
    }
    if system:
        request["system"] = [{"text": system}]
    with service_errors("bedrock:Converse", _OWN_CODES):
        answer = runtime.converse(**request)
    fields = answer.get("additionalModelResponseFields") or {}
    stated = fields.get("confidence") if isinstance(fields, dict) else None
    confidence = float(stated) if isinstance(stated, int | float) and 0 <= stated <= 1 else None
    reply = read_reply(answer)
    return Told(reply.text, confidence, reply.input_tokens, reply.output_tokens)
