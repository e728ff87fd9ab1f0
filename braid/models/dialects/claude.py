"""Anthropic Claude 4.5 on Bedrock. Its own JSON, which batch jobs take, is that of Anthropic's Messages:
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html

``temperature`` and ``top_p`` exclude each other since version 4.5 (Bedrock answers ``ValidationException``,
https://github.com/aws-samples/bedrock-access-gateway/issues/191); ``top_k`` goes with either.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from braid.models.dialects.dialect import ChatDialect

__all__ = ["CLAUDE"]

_VERSION = "bedrock-2023-05-31"
_STOP_REASONS = {"refusal": "content_filtered"}
_USAGE = {
    "inputTokens": "input_tokens",
    "outputTokens": "output_tokens",
    "cacheReadInputTokens": "cache_read_input_tokens",
    "cacheWriteInputTokens": "cache_creation_input_tokens",
}


def _tool_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Whole: what it says beside the members, such as ``additionalProperties``, is read too."""
    return dict(schema)


def _batch_input(request: Mapping[str, Any]) -> dict[str, Any]:
    config = request["inferenceConfig"]
    return {
        "anthropic_version": _VERSION,
        "max_tokens": config["maxTokens"],
        "temperature": config["temperature"],
        **request["additionalModelRequestFields"],
        "system": "\n\n".join(block["text"] for block in request["system"] if "text" in block),
        "messages": [
            {"role": message["role"], "content": [_block(block) for block in message["content"]]}
            for message in request["messages"]
        ],
        **(_tools(request["toolConfig"]) if "toolConfig" in request else {}),
    }


def _tools(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tools": [
            {
                "name": tool["toolSpec"]["name"],
                "description": tool["toolSpec"]["description"],
                "input_schema": tool["toolSpec"]["inputSchema"]["json"],
            }
            for tool in config["tools"]
        ],
        "tool_choice": {"type": "tool", "name": config["toolChoice"]["tool"]["name"]},
    }


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block of a first question: text or a picture."""
    if "text" in block:
        return {"type": "text", "text": block["text"]}
    image = block["image"]
    return {
        "type": "image",
        "source": {
            "type": "base64",
            "media_type": f"image/{image['format']}",
            "data": base64.b64encode(image["source"]["bytes"]).decode(),
        },
    }


def _batch_output(output: Mapping[str, Any]) -> dict[str, Any]:
    content = output.get("content")
    usage = output.get("usage")
    reason = output.get("stop_reason")
    found: dict[str, Any] = {"metrics": {}, "stopReason": _STOP_REASONS.get(str(reason), reason)}
    if isinstance(content, list):
        blocks = [block for part in content for block in _converse_blocks(part)]
        found["output"] = {"message": {"role": output.get("role"), "content": blocks}}
    if isinstance(usage, Mapping):
        found["usage"] = {ours: usage[theirs] for ours, theirs in _USAGE.items() if theirs in usage}
    return found


def _converse_blocks(part: Any) -> Iterator[dict[str, Any]]:
    """The block that Converse would have of a part; none of what the model thought before it wrote."""
    match part:
        case {"type": "text", "text": text}:
            yield {"text": text}
        case {"type": "tool_use"}:
            yield {
                "toolUse": {
                    "toolUseId": part.get("id"),
                    "name": part.get("name"),
                    "input": part.get("input"),
                }
            }
        case {"type": "thinking" | "redacted_thinking"}:
            return
        case {"type": kind}:
            yield {str(kind): {}}
        case _:
            yield {"": {}}


CLAUDE = ChatDialect(_tool_schema, {"top_k": 1}, _batch_input, _batch_output)
