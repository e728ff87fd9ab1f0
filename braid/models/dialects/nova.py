"""Amazon Nova: https://docs.aws.amazon.com/nova/latest/nova2-userguide/request-response-schema.html"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from braid.models.dialects.dialect import ChatDialect

__all__ = ["NOVA"]

# Nova takes three members at the top of a tool's schema, ignores tools with others, and asks for greedy
# decoding where tools are used, see
# https://docs.aws.amazon.com/nova/latest/userguide/prompting-tool-troubleshooting.html
_TOOL_SCHEMA_MEMBERS = ("type", "properties", "required")


def _tool_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {member: schema[member] for member in _TOOL_SCHEMA_MEMBERS if member in schema}


def _batch_input(request: Mapping[str, Any]) -> dict[str, Any]:
    """Nova's own request differs from Converse's in how bytes are written and where ``topK`` stands."""
    config = {
        **request["inferenceConfig"],
        **request["additionalModelRequestFields"]["inferenceConfig"],
    }
    native = {
        "system": [block for block in request["system"] if "cachePoint" not in block],
        "messages": request["messages"],
        "inferenceConfig": config,
        **({"toolConfig": request["toolConfig"]} if "toolConfig" in request else {}),
    }
    found: dict[str, Any] = _with_text_for_bytes(native)
    return found


def _batch_output(output: Mapping[str, Any]) -> dict[str, Any]:
    """Nova's own answer has Converse's shape but for the metrics."""
    return {"metrics": {}, **output}


def _with_text_for_bytes(value: Any) -> Any:
    """The value with bytes as base64, which is how InvokeModel's JSON carries them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _with_text_for_bytes(item) for name, item in value.items()}
    return [_with_text_for_bytes(item) for item in value] if isinstance(value, list) else value


NOVA = ChatDialect(_tool_schema, {"inferenceConfig": {"topK": 1}}, _batch_input, _batch_output)
