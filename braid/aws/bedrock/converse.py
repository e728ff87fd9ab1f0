"""Bedrock Converse: one model call, read strictly. A model's ``stopReason`` is part of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from braid.aws.bedrock.guardrails import is_over_text_units
from braid.aws.service_errors import error_code, service_errors
from braid.domain.errors import InvalidServiceOutputError, UnsupportedError
from braid.domain.legible import legible
from braid.domain.money.accounting import Usage

__all__ = ["Reply", "StopReason", "ToolUse", "converse", "read_reply"]

OPERATION = "bedrock:Converse"
_OWN_CODES = {
    # A model that wrote an invalid tool call writes the same one again: asking another model helps, waiting
    # doesn't.
    "ModelErrorException": InvalidServiceOutputError,
    # Bedrock's words for "not to be had here": a model that the region lacks ("model identifier is invalid"),
    # an account that may not use Bedrock yet ("Operation not allowed"), a prompt that the model finds too
    # long. None passes by itself, and none is a reason to throw away what all other services found.
    "ResourceNotFoundException": UnsupportedError,
    "ValidationException": UnsupportedError,
}
# How Bedrock refuses a prompt that a model has no room for: it has no code of its own, and answers
# ``model_context_window_exceeded`` only where the room ends while the model writes.
_TOO_LONG = re.compile(
    r"(?:input|prompt) is too long|too many (?:input )?tokens|input (?:token|length).* exceed"
    r"|context (?:limit|window|length)",
    re.IGNORECASE,
)


class StopReason(StrEnum):
    """Why the model stopped, as Converse names it."""

    END_TURN = "end_turn"
    TOOL_USE = "tool_use"
    MAX_TOKENS = "max_tokens"
    STOP_SEQUENCE = "stop_sequence"
    GUARDRAIL_INTERVENED = "guardrail_intervened"
    CONTENT_FILTERED = "content_filtered"
    MALFORMED_MODEL_OUTPUT = "malformed_model_output"
    MALFORMED_TOOL_USE = "malformed_tool_use"
    MODEL_CONTEXT_WINDOW_EXCEEDED = "model_context_window_exceeded"


@dataclass(frozen=True)
class ToolUse:
    """A tool call that the model wrote; the texts in its ``input`` as people see them."""

    tool_use_id: str
    name: str
    input: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer. ``message`` is the assistant's turn as it came, to be sent back with a correction.

    ``usage`` is what it cost, as the price book names it; who counts the call fills it in. ``method`` is
    ``model`` unless the service says that something else wrote the answer. ``guardrail`` is its trace, or
    what the service says instead of one; ``guardrail_units`` are billed, of 1,000 characters.
    ``no_room`` says whose limit the prompt was refused for.
    """

    stop_reason: StopReason
    text: str
    tool_uses: tuple[ToolUse, ...]
    message: dict[str, Any]
    input_tokens: int
    output_tokens: int
    latency_ms: int
    method: str = "model"
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    guardrail: dict[str, Any] | None = None
    guardrail_units: int = 0
    service_tier: str = "default"
    is_billed: bool = True
    no_room: str = ""
    usage: tuple[Usage, ...] = ()


def converse(bedrock: Any, request: Mapping[str, Any]) -> Reply:
    """Sends a request as botocore's service model has it.

    A prompt that Bedrock refuses as too long, for the model or for the guardrail that looks at it, is a reply
    too, with that ``stop_reason`` and unbilled. Raises
    the service errors of ``braid.domain.errors``; InvalidServiceOutputError also where the model wrote what
    Bedrock can't read, UnsupportedError where there is no such model or Bedrock refuses the request.
    """
    with service_errors(OPERATION, _OWN_CODES):
        try:
            answer = bedrock.converse(**request)
        except ClientError as error:
            if is_over_text_units(error):
                return replace(_NO_ROOM, no_room="it was more than the region's guardrails take at once")
            if not _is_too_long(error):
                raise
            return _NO_ROOM
    return read_reply(answer)


# What every caller handles already: the model has no room for the question.
_NO_ROOM = Reply(
    stop_reason=StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED,
    text="",
    tool_uses=(),
    message={"role": "assistant", "content": []},
    input_tokens=0,
    output_tokens=0,
    latency_ms=0,
    is_billed=False,
    no_room="the model's context was too small",
)


def _is_too_long(error: ClientError) -> bool:
    """Whether the prompt is what Bedrock refuses. Its code is that of every wrong request: its words tell."""
    if error_code(error) != "ValidationException":
        return False
    return _TOO_LONG.search(error.response["Error"].get("Message", "")) is not None


def read_reply(answer: Mapping[str, Any]) -> Reply:
    """Reads the members of a Converse response.

    Raises InvalidServiceOutputError that names what is missing or unknown.
    """
    usage = _member(answer, "usage", Mapping)
    message = _member(_member(answer, "output", Mapping), "message", Mapping)
    if message.get("role") != "assistant":
        raise InvalidServiceOutputError(
            f"{OPERATION}: a message of {message.get('role')!r}, not the assistant"
        )
    texts = []
    tool_uses = []
    for block in _member(message, "content", list):
        kind = next(iter(block), "") if isinstance(block, Mapping) else ""
        if kind == "text":
            texts.append(str(block["text"]))
        elif kind == "toolUse":
            tool_uses.append(_tool_use(_member(block, "toolUse", Mapping)))
        elif kind not in ("reasoningContent", "citationsContent"):
            raise InvalidServiceOutputError(f"{OPERATION}: a content block {kind!r} that was not asked for")
    fields = answer.get("additionalModelResponseFields")
    fields = fields if isinstance(fields, Mapping) else {}
    guardrail = _guardrail(answer.get("trace"), fields)
    tier = answer.get("serviceTier")
    return Reply(
        stop_reason=_stop_reason(answer),
        text="\n".join(texts),
        tool_uses=tuple(tool_uses),
        message=dict(message),
        input_tokens=_member(usage, "inputTokens", int),
        output_tokens=_member(usage, "outputTokens", int),
        latency_ms=_count(_member(answer, "metrics", Mapping), "latencyMs"),
        method=str(fields.get("method", "model")),
        cache_read_tokens=_count(usage, "cacheReadInputTokens"),
        cache_write_tokens=_count(usage, "cacheWriteInputTokens"),
        guardrail=guardrail,
        guardrail_units=_content_units(guardrail),
        service_tier=str(tier.get("type", "default")) if isinstance(tier, Mapping) else "default",
    )


def _guardrail(trace: Any, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    if isinstance(trace, Mapping) and isinstance(trace.get("guardrail"), Mapping):
        return dict(trace["guardrail"])
    return {"status": str(fields["guardrail"])} if "guardrail" in fields else None


def _content_units(value: Any) -> int:
    """The content policy's units over every assessment of a trace, of input and output alike."""
    if isinstance(value, Mapping):
        own = value.get("contentPolicyUnits")
        return (own if isinstance(own, int) else 0) + sum(
            _content_units(item) for name, item in value.items() if name != "contentPolicyUnits"
        )
    return sum(map(_content_units, value)) if isinstance(value, list) else 0


def _member(value: Mapping[str, Any], name: str, kind: Any) -> Any:
    member = value.get(name)
    if not isinstance(member, kind) or isinstance(member, bool):
        raise InvalidServiceOutputError(f"{OPERATION}: the answer has no {name} that can be read")
    return member


def _count(value: Mapping[str, Any], name: str) -> int:
    """A count that not every answer has."""
    found: int = _member(value, name, int) if name in value else 0
    return found


def _tool_use(block: Mapping[str, Any]) -> ToolUse:
    return ToolUse(
        tool_use_id=_member(block, "toolUseId", str),
        name=_member(block, "name", str),
        input=_legible_texts(dict(_member(block, "input", Mapping))),
    )


def _legible_texts(value: Any) -> Any:
    """The value with every text in it legible: what a model hides in its answer goes nowhere."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {name: _legible_texts(item) for name, item in value.items()}
    return [_legible_texts(item) for item in value] if isinstance(value, list) else value


def _stop_reason(answer: Mapping[str, Any]) -> StopReason:
    reason = answer.get("stopReason")
    try:
        return StopReason(str(reason))
    except ValueError as error:
        raise InvalidServiceOutputError(f"{OPERATION}: an unknown stopReason {reason!r}") from error
