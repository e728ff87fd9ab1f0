"""What the writer is asked: a chat completion request in the form that a small model copes with, and soonest.

It reads every token at 35 ms of a core, and mixes up what it reads: so it is shown of each line of evidence
what it can use, of the schema what its sampling doesn't hold it to anyway, and is asked for no more than
what an answer must have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from local.engines.writing.slot_lists import Slots, read_slots
from local.foreign_json import parse_json

__all__ = ["evidence_in", "forced_function", "readable"]

# A small model that finds no end goes round in circles: long passages aren't repeated.
_SAMPLING = {"temperature": 0.0, "dry_multiplier": 0.8, "dry_allowed_length": 12}
# Of more values than these the references have the list; the sampling keeps to it.
_MOST_TOLD_VALUES = 12
# Every blank and every line end is a token, at a sixth of a second.
_ASKED = "Answer with JSON on one line, without blanks, for this schema"
_MOST_CITED = 3
_EVIDENCE_LINE = re.compile(r'^\{"evidence_id":.*\}$', re.MULTILINE)
# What a statement may rest on or go wrong about; places and confidences are looked up by the id.
_SHOWN = ("evidence_id", "modality", "kind", "text", "member", "contradicted_by")
_WORDS = frozenset({"utterance", "passage", "detected_text"})  # kinds that their modality tells
# Sampling follows these whatever the model knows of them.
_HELD = frozenset(
    {
        *("$schema", "additionalProperties", "required", "minItems", "minLength", "minimum"),
        *("maxLength", "maximum"),
    }
)


def readable(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request without pictures, with the evidence shortened and the forced function's schema in place of
    the function, which then holds the answer to it word by word.
    """
    chat = {name: value for name, value in request.items() if name not in ("tools", "tool_choice")}
    messages = [_text_alone(message) for message in request["messages"]]
    function = forced_function(request)
    if function is not None:
        schema = _necessary(function["parameters"])
        citable = tuple(line["evidence_id"] for line in evidence_in(request))
        slots = read_slots("\n".join(message["content"] for message in messages))
        held = _filling(_holding(schema, citable) if citable else schema, slots)
        chat["response_format"] = {"type": "json_schema", "json_schema": {"schema": held}}
        told = json.dumps(_told(schema), ensure_ascii=False, separators=(",", ":"))
        messages = _with_system_text(messages, f"{_ASKED}: {told}")
    return {**chat, **_SAMPLING, "messages": [_shortened(message) for message in messages]}


def evidence_in(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of evidence in a request's messages; a repair's messages hold none again.

    What only begins like one, in a question that somebody typed, is none.
    """
    found = []
    for message in request["messages"]:
        for written in _EVIDENCE_LINE.findall(_text_alone(message)["content"]):
            line = _line(written)
            if line is not None:
                found.append(line)
    return found


def forced_function(request: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The function that has to be called, if one has."""
    choice = request.get("tool_choice")
    functions = [tool["function"] for tool in request.get("tools") or []]
    if isinstance(choice, Mapping):
        name = choice["function"]["name"]
        return next((function for function in functions if function["name"] == name), None)
    return functions[0] if choice == "required" and functions else None


def _line(written: str) -> dict[str, Any] | None:
    try:
        line: dict[str, Any] = parse_json(written)
    except ValueError:
        return None
    is_one = all(isinstance(line.get(name), str) for name in ("evidence_id", "modality", "text"))
    return line if is_one else None


def _shortened(message: Mapping[str, Any]) -> dict[str, Any]:
    """The message with the evidence's lines cut down to what the model can use."""

    def short(match: re.Match[str]) -> str:
        line = _line(match[0])
        if line is None:
            return match[0]
        shown = {name: line[name] for name in _SHOWN if name in line}
        if shown.get("kind") in _WORDS:
            del shown["kind"]
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))

    return {**message, "content": _EVIDENCE_LINE.sub(short, message["content"])}


def _necessary(schema: Any) -> Any:
    """The schema without the members that an answer may leave out."""
    if isinstance(schema, list):
        return [_necessary(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {name: _necessary(part) for name, part in schema.items()}
    properties, required = kept.get("properties"), kept.get("required")
    if isinstance(properties, Mapping) and isinstance(required, Sequence):
        kept["properties"] = {name: part for name, part in properties.items() if name in required}
    return kept


def _told(schema: Any) -> Any:
    """What the model has to know of a schema that holds its sampling."""
    if isinstance(schema, list):
        return [_told(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    told = {name: _told(value) for name, value in schema.items() if name not in _HELD}
    if isinstance(properties := schema.get("properties"), Mapping):
        told["properties"] = {name: _told(part) for name, part in properties.items()}
    if len(schema.get("enum") or ()) > _MOST_TOLD_VALUES:
        del told["enum"]
    return told


def _holding(schema: Any, citable: Sequence[str]) -> Any:
    """A stricter schema: lists of evidence are short and name evidence that there is.

    Sampling follows it, so that a small model neither invents an id nor lists them all.
    """
    if isinstance(schema, list):
        return [_holding(part, citable) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    held = {name: _holding(part, citable) for name, part in schema.items()}
    evidence = (schema.get("properties") or {}).get("evidence_ids")
    if evidence is not None:
        most = min(_MOST_CITED, evidence.get("maxItems", _MOST_CITED))
        held["properties"]["evidence_ids"] = {**evidence, "maxItems": most, "items": {"enum": list(citable)}}
    return held


def _filling(schema: Mapping[str, Any], slots: Slots) -> dict[str, Any]:
    """A schema whose lists hold an item at most for each slot that the question names, by the name given."""
    properties = dict(schema.get("properties") or {})
    for name, rows in slots.items():
        items = (properties.get(name) or {}).get("items") or {}
        members = items.get("properties") or {}
        if not rows and members:
            properties[name] = {"const": []}
            continue
        key = next((key for key in rows[0] if key in members), None) if rows else None
        if key is not None:
            named = {**members, key: {"enum": [row[key] for row in rows if key in row]}}
            properties[name] = {
                **properties[name],
                "maxItems": len(rows),
                "items": {**items, "properties": named},
            }
    return {**schema, **({"properties": properties} if properties else {})}


def _text_alone(message: Mapping[str, Any]) -> dict[str, Any]:
    """The message as plain text: calls that the model made are shown as the JSON that it wrote."""
    content = message.get("content") or ""
    if not isinstance(content, str):
        content = "\n".join(part["text"] for part in content if part["type"] == "text")
    calls = [call["function"]["arguments"] for call in message.get("tool_calls") or []]
    role = "user" if message["role"] == "tool" else message["role"]
    return {"role": role, "content": "\n".join([*([content] if content else []), *calls])}


def _with_system_text(messages: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    if messages and messages[0]["role"] == "system":
        first = {**messages[0], "content": f"{messages[0]['content']}\n\n{text}"}
        return [first, *messages[1:]]
    return [{"role": "system", "content": text}, *messages]
