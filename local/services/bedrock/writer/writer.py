"""The optional writer behind Converse: a small model on this machine, asked as a model server is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.engines.pool import EnginePool
from local.engines.writing import writer as engine
from local.foreign_json import parse_json
from local.services.bedrock.writer.citations import cited_by_words
from local.services.bedrock.writer.question import evidence_in, forced_function, readable
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import ServiceError

__all__ = ["Writer", "is_wanted"]

SETTING = "BRAID_WRITER"
# The longest prompt and answer take about ten minutes on one core.
_TIMEOUT_SECONDS = 1500.0
# An answer that doesn't pass is asked for once more of a stronger model, which here is the same.
_KEPT_ANSWERS = 8


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
        return cls(engines) if is_wanted(environment) and engine.is_there() else None

    def complete(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a chat completion request. Raises ``ServiceError`` with Bedrock's names.

        A forced function is asked for by its schema, which holds the model to it word by word; the answer is
        then the function's arguments, as text. Pictures are passed over: the model sees none. What was asked
        lately is answered as it was then, without minutes of thought: it would be the same.
        """
        chat = readable(request)
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


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether ``BRAID_WRITER`` lets an installed writer answer. Raises ValueError: it says neither."""
    wanted = environment.get(SETTING, "on").strip().lower() or "on"
    if wanted not in ("on", "off"):
        raise ValueError(f"{SETTING} is {wanted!r}; it must be on or off")
    return wanted == "on"


def _well_cited(choices: Sequence[Mapping[str, Any]], request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices, with their citations put right where they are a function's arguments."""
    if forced_function(request) is None:
        return [dict(choice) for choice in choices]
    lines = evidence_in(request)
    return [{**choice, "message": _cited(choice["message"], lines)} for choice in choices]


def _cited(message: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    try:
        arguments = parse_json(message.get("content") or "")
    except ValueError:
        return dict(message)  # cut off: whoever asked finds out
    return {**message, "content": json.dumps(cited_by_words(arguments, lines), ensure_ascii=False)}


def _refused(error: Mapping[str, Any]) -> ServiceError:
    if error.get("type") == "exceed_context_size_error":
        return ServiceError("ValidationException", "Input is too long for requested model.")
    return ServiceError("ModelErrorException", f"The writer can't answer: {error.get('message')}", status=424)
