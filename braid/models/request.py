"""A question as the Converse request that its model's dialect makes of it. Pure."""

from __future__ import annotations

from typing import Any

from braid.domain.tokens import estimate_tokens
from braid.models.dialects.dialect import ChatDialect
from braid.models.dialects.table import chat_dialect
from braid.models.question import Correction, Picture, Question, Text, Tool

__all__ = ["converse_request"]


def converse_request(question: Question) -> dict[str, Any]:
    """The members of botocore's Converse. Raises ConfigError where the model's dialect is unknown."""
    model = question.route.model
    dialect = chat_dialect(model.dialect)
    system: list[dict[str, Any]] = [{"text": question.instructions}]
    if question.caches_instructions and estimate_tokens(question.instructions) >= model.cache_min_tokens:
        system.append({"cachePoint": {"type": "default"}})
    content = [_block(part, is_guarded=question.guardrail is not None) for part in question.content]
    turns = [turn for correction in question.corrections for turn in _turns(correction)]
    request: dict[str, Any] = {
        "modelId": question.route.profile_id,
        "system": system,
        "messages": [{"role": "user", "content": content}, *turns],
        **({"toolConfig": _forced(question.tool, dialect)} if question.tool else {}),
        "inferenceConfig": {
            "maxTokens": min(question.max_output_tokens, model.max_output_tokens),
            "temperature": question.temperature,
        },
        "additionalModelRequestFields": dict(dialect.greedy),
    }
    if question.guardrail:
        request["guardrailConfig"] = {
            "guardrailIdentifier": question.guardrail.id,
            "guardrailVersion": question.guardrail.version,
            "trace": "enabled",
        }
    if question.service_tier in model.service_tiers:
        request["serviceTier"] = {"type": question.service_tier}
    return request


def _block(part: Text | Picture, *, is_guarded: bool) -> dict[str, Any]:
    if isinstance(part, Picture):
        return {"image": {"format": "jpeg", "source": {"bytes": part.jpeg}}}
    text = {"text": part.text}
    # Only what stands in guardContent is held to the guardrail's input filters: our instructions aren't.
    return {"guardContent": {"text": text}} if is_guarded and part.is_evidence else text


def _turns(correction: Correction) -> list[dict[str, Any]]:
    """The refused reply as it came, and the refusal as the result of each of its tool calls."""
    results = [
        {
            "toolResult": {
                "toolUseId": call.tool_use_id,
                "content": [{"text": correction.text}],
                "status": "error",
            }
        }
        for call in correction.reply.tool_uses
    ]
    return [correction.reply.message, {"role": "user", "content": results}]


def _forced(tool: Tool, dialect: ChatDialect) -> dict[str, Any]:
    """``toolConfig`` by which the answer must be a call of the tool."""
    specification = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": {"json": dialect.tool_schema(tool.schema)},
    }
    return {"tools": [{"toolSpec": specification}], "toolChoice": {"tool": {"name": tool.name}}}
