"""The optional writer behind Converse: a small model on this machine, asked as a model server is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from local.engines.pool import EnginePool
from local.engines.writing import writer as engine
from local.foreign_json import parse_json
from local.services.bedrock.citations import cited_by_words
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import ServiceError

__all__ = ["Writer"]

SETTING = "BRAID_WRITER"
# The longest prompt and answer take about ten minutes on one core.
_TIMEOUT_SECONDS = 1500.0
# A small model that finds no end goes round in circles: long passages aren't repeated.
_SAMPLING = {"temperature": 0.0, "dry_multiplier": 0.8, "dry_allowed_length": 12}
_MOST_CITED = 3
# An answer that doesn't pass is asked for once more of a stronger model, which here is the same.
_KEPT_ANSWERS = 8
_EVIDENCE_LINE = re.compile(r'^\{"evidence_id":.*\}$', re.MULTILINE)


class Writer:
    """Completes chats with the engine in the worker of that name."""

    model = engine.NAME
    # Four minutes of an idle core, and as much again for the answer and a repair: a function waits for 15.
    max_input_tokens = 6_000

    def __init__(self, engines: EnginePool) -> None:
        self._engines = engines
        self._answered: dict[str, Mapping[str, Any]] = {}

    @classmethod
    def where_installed(cls, engines: EnginePool, environment: Mapping[str, str]) -> Writer | None:
        """The writer, where it is installed and ``BRAID_WRITER`` isn't ``off``."""
        wanted = environment.get(SETTING, "on").strip().lower() or "on"
        if wanted not in ("on", "off"):
            raise ValueError(f"{SETTING} is {wanted!r}; it must be on or off")
        return cls(engines) if wanted == "on" and engine.is_there() else None

    def complete(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a chat completion request. Raises ``ServiceError`` with Bedrock's names.

        A forced function is asked for by its schema, which holds the model to it word by word; the answer is
        then the function's arguments, as text. Pictures are passed over: the model sees none. What was asked
        lately is answered as it was then, without minutes of thought: it would be the same.
        """
        chat = _readable(request)
        asked = json.dumps({**chat, "model": self.model}, sort_keys=True)
        answer = self._answered.get(asked) or self._written(chat)
        self._answered = dict(list(self._answered.items())[1 - _KEPT_ANSWERS :]) | {asked: answer}
        return {**answer, "choices": _well_cited(answer["choices"], request), "model": self.model}

    def _written(self, chat: dict[str, Any]) -> Mapping[str, Any]:
        with engine_errors_answered(unreadable="ModelErrorException", internal="InternalServerException"):
            answer: Mapping[str, Any] = self._engines.run(
                "writing.writer:complete", chat, timeout_seconds=_TIMEOUT_SECONDS
            )
        if "error" in answer:
            raise _refused(answer["error"])
        return answer


def _readable(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request without pictures, and with the forced function's schema in place of the function."""
    chat = {name: value for name, value in request.items() if name not in ("tools", "tool_choice")}
    chat["messages"] = [_text_alone(message) for message in request["messages"]]
    chat |= _SAMPLING
    function = _forced_function(request)
    if function is not None:
        schema = function["parameters"]
        citable = tuple(line["evidence_id"] for line in _evidence(chat["messages"]))
        held_to = {"schema": _holding(schema, citable) if citable else schema}
        chat["response_format"] = {"type": "json_schema", "json_schema": held_to}
        told = f"Answer with JSON for this schema: {json.dumps(schema, ensure_ascii=False)}"
        chat["messages"] = _with_system_text(chat["messages"], told)
    return chat


def _evidence(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of evidence in messages of plain text; a repair's messages hold none again.

    What only begins like one, in a question that somebody typed, is none.
    """
    found = []
    for message in messages:
        for written in _EVIDENCE_LINE.findall(message["content"]):
            try:
                line = parse_json(written)
            except ValueError:
                continue
            if all(isinstance(line.get(name), str) for name in ("evidence_id", "modality", "text")):
                found.append(line)
    return found


def _well_cited(choices: Sequence[Mapping[str, Any]], request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices, with their citations put right where they are a function's arguments."""
    if _forced_function(request) is None:
        return [dict(choice) for choice in choices]
    lines = _evidence([_text_alone(message) for message in request["messages"]])
    return [{**choice, "message": _cited(choice["message"], lines)} for choice in choices]


def _cited(message: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    try:
        arguments = parse_json(message.get("content") or "")
    except ValueError:
        return dict(message)  # cut off: whoever asked finds out
    return {**message, "content": json.dumps(cited_by_words(arguments, lines), ensure_ascii=False)}


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


def _forced_function(request: Mapping[str, Any]) -> Mapping[str, Any] | None:
    choice = request.get("tool_choice")
    functions = [tool["function"] for tool in request.get("tools") or []]
    if isinstance(choice, Mapping):
        name = choice["function"]["name"]
        return next((function for function in functions if function["name"] == name), None)
    return functions[0] if choice == "required" and functions else None


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


def _refused(error: Mapping[str, Any]) -> ServiceError:
    if error.get("type") == "exceed_context_size_error":
        return ServiceError("ValidationException", "Input is too long for requested model.")
    return ServiceError("ModelErrorException", f"The writer can't answer: {error.get('message')}", status=424)
