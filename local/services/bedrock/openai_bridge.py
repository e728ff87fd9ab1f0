"""Converse requests as OpenAI chat completions, and their answers as Converse's."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from local.foreign_json import parse_json
from local.services.bedrock.converse_request import chosen_tool
from local.services.protocol import ServiceError

__all__ = ["chat_request", "converse_answer"]

_SETTINGS = (
    ("maxTokens", "max_tokens"),
    ("temperature", "temperature"),
    ("topP", "top_p"),
    ("stopSequences", "stop"),
)
_STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "content_filtered",
}
_BROKEN_OFF = ("length", "content_filter")
_TOOL_USE_ID = re.compile(r"[a-zA-Z0-9_.:-]{1,64}")
_FENCED_JSON = re.compile(r"```(?:json)?\s*(?P<json>\{.*\})\s*```", re.DOTALL)


def chat_request(request: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The body of a ``/chat/completions`` call that asks the same."""
    messages: list[dict[str, Any]] = []
    system = "\n".join(block["text"] for block in request.get("system") or [] if "text" in block)
    if system:
        messages.append({"role": "system", "content": system})
    for message in request["messages"]:
        messages += _chat_messages(message["role"], message["content"])
    chat: dict[str, Any] = {"model": model, "messages": messages, "stream": False}
    settings = request.get("inferenceConfig") or {}
    chat |= {theirs: settings[ours] for ours, theirs in _SETTINGS if ours in settings}
    configuration = request.get("toolConfig") or {}
    functions = [
        _function(tool["toolSpec"]) for tool in configuration.get("tools") or [] if "toolSpec" in tool
    ]
    if functions:
        chat |= {"tools": functions, "tool_choice": _tool_choice(configuration.get("toolChoice") or {})}
    return chat


def _chat_messages(role: str, blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One message, and before it one for each tool result, as that protocol wants them."""
    parts: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for block in blocks:
        if "text" in block:
            parts.append({"type": "text", "text": block["text"]})
        elif "text" in block.get("guardContent", {}):
            parts.append({"type": "text", "text": block["guardContent"]["text"]["text"]})
        elif "image" in block:
            encoded = base64.b64encode(block["image"]["source"]["bytes"]).decode()
            url = f"data:image/{block['image']['format']};base64,{encoded}"
            parts.append({"type": "image_url", "image_url": {"url": url}})
        elif "toolUse" in block:
            use = block["toolUse"]
            arguments = json.dumps(use["input"], ensure_ascii=False)
            function = {"name": use["name"], "arguments": arguments}
            calls.append({"id": use["toolUseId"], "type": "function", "function": function})
        elif "toolResult" in block:
            result = block["toolResult"]
            content = "\n".join(
                part["text"] if "text" in part else json.dumps(part.get("json"), ensure_ascii=False)
                for part in result["content"]
            )
            results.append({"role": "tool", "tool_call_id": result["toolUseId"], "content": content})
    if not parts and not calls:
        return results
    only_text = all(part["type"] == "text" for part in parts)
    message: dict[str, Any] = {"role": role}
    # Plain strings are what every server reads; lists of parts only those that know pictures.
    message["content"] = "\n".join(part["text"] for part in parts) if only_text else parts
    if calls:
        message["tool_calls"] = calls
        message["content"] = message["content"] or None
    return [*results, message]


def _function(specification: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": specification["name"],
            "description": specification.get("description", ""),
            "parameters": specification["inputSchema"]["json"],
        },
    }


def _tool_choice(choice: Mapping[str, Any]) -> Any:
    if "tool" in choice:
        return {"type": "function", "function": {"name": choice["tool"]["name"]}}
    return "required" if "any" in choice else "auto"


def converse_answer(reply: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Converse's answer from a chat completion; ``usage`` is left out where the server doesn't count.

    Raises ``ServiceError`` ModelErrorException if the reply isn't a chat completion.
    """
    try:
        choice = reply["choices"][0]
        message = choice["message"]
        text = message.get("content") or ""
        calls = message.get("tool_calls") or []
        finish = str(choice.get("finish_reason") or "stop")
        content, stop_reason = _content(text, calls, finish, request)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ServiceError(
            "ModelErrorException", f"The model server's answer isn't a chat completion: {error!r}", status=424
        ) from error
    answer: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop_reason,
        "additionalModelResponseFields": {"method": "model", "served_by": str(reply.get("model", ""))},
    }
    counted = reply.get("usage") or {}
    if counted.get("prompt_tokens") is not None:
        sent, received = int(counted["prompt_tokens"]), int(counted.get("completion_tokens") or 0)
        answer["usage"] = {"inputTokens": sent, "outputTokens": received, "totalTokens": sent + received}
    return answer


def _content(
    text: str, calls: Sequence[Mapping[str, Any]], finish: str, request: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], str]:
    """The content blocks and Bedrock's stop reason."""
    content: list[dict[str, Any]] = [{"text": text}] if text.strip() else []
    stop_reason = _STOP_REASONS.get(finish, "end_turn")
    if calls:
        uses = [_tool_use(call, index, request) for index, call in enumerate(calls)]
        if all(use is not None for use in uses):
            # However whole a call looks that was cut off or filtered: it isn't known to be.
            stop_reason = stop_reason if finish in _BROKEN_OFF else "tool_use"
            return content + [{"toolUse": use} for use in uses], stop_reason
        # A call cut off by the limit is no malformed one. What the model wrote shows what went wrong.
        raw = json.dumps([call.get("function") for call in calls], ensure_ascii=False)
        return [*content, {"text": raw}], stop_reason if finish in _BROKEN_OFF else "malformed_tool_use"
    tool = chosen_tool(request)
    choice = (request.get("toolConfig") or {}).get("toolChoice") or {}
    if tool is not None and ("tool" in choice or "any" in choice) and finish == "stop":
        # Not every server honours tool_choice: the arguments then come as the text.
        arguments = _object_in(text)
        if arguments is not None:
            use = {"toolUseId": "tooluse_0", "name": tool["name"], "input": arguments}
            return [{"toolUse": use}], "tool_use"
    return content, "end_turn" if stop_reason == "tool_use" else stop_reason


def _tool_use(call: Mapping[str, Any], index: int, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """The call as Bedrock writes it; None for arguments that aren't an object or an unknown tool."""
    function = call["function"]
    names = [tool["toolSpec"]["name"] for tool in request["toolConfig"]["tools"] if "toolSpec" in tool]
    arguments = function.get("arguments") or "{}"
    if isinstance(arguments, str):
        try:
            arguments = parse_json(arguments)
        except ValueError:
            return None
    if not isinstance(arguments, dict) or function["name"] not in names:
        return None
    identifier = str(call.get("id") or "")
    if not _TOOL_USE_ID.fullmatch(identifier):
        identifier = f"tooluse_{index}"
    return {"toolUseId": identifier, "name": function["name"], "input": arguments}


def _object_in(text: str) -> dict[str, Any] | None:
    fenced = _FENCED_JSON.search(text)
    try:
        found = parse_json(fenced["json"] if fenced else text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
