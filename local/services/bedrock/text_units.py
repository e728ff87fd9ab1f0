"""How much a guardrail is shown at once, and how Bedrock refuses more.

One quota, two refusals (https://github.com/BerriAI/litellm/issues/19501): ApplyGuardrail throttles, Converse
calls the request wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local.services.bedrock.converse_request import user_texts
from local.services.protocol import ServiceError

__all__ = ["check_assessed", "check_guarded", "text_units_at_once"]

_CHARACTERS = 1_000
_USUAL = 106
# As of November 2026; https://docs.aws.amazon.com/general/latest/gr/bedrock.html
_AT_ONCE = {
    **dict.fromkeys(("eu-south-1", "eu-west-3", "sa-east-1"), 25),
    **dict.fromkeys(
        (
            "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
            "eu-central-1", "us-east-1", "us-east-2", "us-west-2",
        ),
        1000,
    ),
}  # fmt: skip


def text_units_at_once(region: str) -> int:
    """The region's quota in units of 1,000 characters."""
    return _AT_ONCE.get(region, _USUAL)


def check_guarded(request: Mapping[str, Any], region: str) -> None:
    """Raises ``ServiceError`` where a Converse shows its guardrail too much: of what is guarded, or all."""
    if not (request.get("guardrailConfig") or {}).get("guardrailIdentifier"):
        return
    guarded = [
        block["guardContent"]["text"]["text"]
        for message in request["messages"]
        for block in message["content"]
        if "text" in block.get("guardContent", {})
    ]
    _check(guarded or user_texts(request), region, "ValidationException", 400)


def check_assessed(request: Mapping[str, Any], region: str) -> None:
    """Raises ``ServiceError`` where an ApplyGuardrail shows the guardrail too much."""
    texts = [block["text"]["text"] for block in request["content"] if "text" in block]
    _check(texts, region, "ThrottlingException", 429)


def _check(texts: Iterable[str], region: str, code: str, status: int) -> None:
    units = sum(-(-len(text) // _CHARACTERS) for text in texts)
    if units > (most := text_units_at_once(region)):
        message = f"Input of {units} text units exceeds the maximum allowed number of text units, {most}."
        raise ServiceError(code, message, status=status)
