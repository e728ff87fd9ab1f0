"""Amazon Bedrock at run time: InvokeModel embeds texts (``text_embeddings``) and pictures (``label_bridge``),
or the user's own server does (``embedding_server``), and makes pictures (``image_models``); StartAsyncInvoke
makes videos (``async_invocations``). ApplyGuardrail looks at pictures alone (``pictures``).

Converse is answered by the user's own model server, by the writer where it is installed and the evidence is
short enough for it, or by quoting the evidence.

A deployment of a tuned model is answered by what was trained. A question under a policy (``S1: …``, the text
between marks) is judged, where no model is, by how near the text lies to it. Else the answer is extractive
and says so in ``additionalModelResponseFields.method``: it fills the tool's schema with what stands in the
evidence, and looks at no picture.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from local.engines.errors import CannotDeriveError
from local.engines.pool import EnginePool
from local.services.bedrock.async_invocations import AsyncInvocations
from local.services.bedrock.chat_server import ChatServer
from local.services.bedrock.converse_request import chosen_tool, counted_texts, user_texts, validate
from local.services.bedrock.embedding_server import JOINT, TEXT, EmbeddingServer
from local.services.bedrock.image_models import ImageModels, is_image_model
from local.services.bedrock.image_server import ImageServer
from local.services.bedrock.label_bridge import LABEL_BRIDGE, LabelBridge
from local.services.bedrock.models import find_model
from local.services.bedrock.openai_bridge import chat_request, converse_answer
from local.services.bedrock.text_embeddings import TextEmbeddings
from local.services.bedrock.text_units import check_guarded
from local.services.bedrock.writer.writer import Writer
from local.services.engine_errors import engine_errors_answered
from local.services.pictures.guardrail_filters import PictureFilters
from local.services.protocol import Caller, Objects, Operation, Service, ServiceError, not_offered
from local.services.tuning.answering import TunedAnswers
from local.services.tuning.shelf import Shelf

__all__ = ["build_service"]

_EVIDENCE_MARK = '"evidence_id"'
# Decomposed, a character is four at most, and each of those a token at most: what is far from a limit isn't
# counted, which takes a turn at the engines.
_MOST_TOKENS_A_CHARACTER = 4


def build_service(
    engines: EnginePool,
    objects: Objects | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    shelf: Shelf | None = None,
) -> Service:
    """The service; the environment names servers of the user's own.

    ``BRAID_LLM_URL`` with ``BRAID_LLM_MODEL`` one that writes, ``BRAID_EMBED_URL`` with ``BRAID_EMBED_MODEL``
    one that embeds, ``BRAID_IMAGE_URL`` one that draws. With ``BRAID_WRITER=off`` an installed writer is left
    alone.

    Without ``objects`` there is nowhere that videos could be written to.
    Raises ValueError if they don't make sense.
    """
    server = ChatServer.from_environment(environment)
    writer = Writer.where_installed(engines, environment) if server is None else None
    shelf, tuned = shelf or Shelf(), TunedAnswers(engines)
    runtime = _BedrockRuntime(
        engines, server or writer, sees_pictures=server is not None, shelf=shelf, tuned=tuned
    )
    images = ImageModels(engines, ImageServer.from_environment(environment))
    embeddings, bridge = TextEmbeddings(engines), LabelBridge(engines)
    embedding_server = EmbeddingServer.from_environment(environment)

    def invoke_model(request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        if is_image_model(request["modelId"]):
            return images.invoke_model(request, caller)
        if request["modelId"] == LABEL_BRIDGE:
            return bridge.invoke_model(request)
        if (trained := shelf.served(str(request["modelId"]))) is not None:
            body = tuned.embed(trained, request.get("body", b""))
            return {"body": json.dumps(body).encode(), "contentType": "application/json"}
        if request["modelId"] in (TEXT, JOINT):
            return embedding_server.invoke_model(request)
        return embeddings.invoke_model(request, caller)

    operations: dict[str, Operation] = {
        "ApplyGuardrail": PictureFilters(engines).apply,
        "Converse": runtime.converse,
        "InvokeModel": invoke_model,
    }
    if objects is not None:
        videos = AsyncInvocations(objects, engines)
        operations |= {
            "StartAsyncInvoke": videos.start,
            "GetAsyncInvoke": videos.get,
            "ListAsyncInvokes": videos.list,
        }
    return Service("bedrock-runtime", operations)


class _BedrockRuntime:
    def __init__(
        self,
        engines: EnginePool,
        model: ChatServer | Writer | None,
        *,
        sees_pictures: bool,
        shelf: Shelf,
        tuned: TunedAnswers,
    ) -> None:
        self._engines = engines
        self._shelf, self._tuned = shelf, tuned
        self._model = model
        self._sees_pictures = sees_pictures

    def converse(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        started = time.monotonic()
        trained = self._shelf.served(str(request["modelId"]))
        base = str(request["modelId"]) if trained is None else trained.base_model_id
        model = find_model(base, caller.region, custom=trained is not None)
        validate(request, model)
        check_guarded(request, caller.region)
        texts = counted_texts(request)
        input_tokens = functools.cache(lambda: sum(self._count(texts)))
        if _MOST_TOKENS_A_CHARACTER * sum(map(len, texts)) > model.context_tokens < input_tokens():
            raise ServiceError("ValidationException", "Input is too long for requested model.")
        if not self._sees_pictures:
            _refuse_to_look(request)
        asked = self._model
        if isinstance(asked, Writer) and input_tokens() > asked.max_input_tokens:
            asked = None  # it would take longer over it than a function waits
        if trained is not None:
            text, probability = self._tuned.complete(trained, _prompt(request))
            answer = self._answer(text, input_tokens(), {"method": "tuned head", "confidence": probability})
        elif asked is not None:
            reply = asked.complete(chat_request(request, asked.model))
            answer = converse_answer(reply, request)
            if "usage" not in answer:
                answer["usage"] = self._usage(input_tokens(), answer["output"]["message"]["content"])
        elif not chosen_tool(request) and (judged := self._tuned.judge(_prompt(request))) is not None:
            answer = self._answer(judged, input_tokens(), {"method": "zero-shot"})
        else:
            answer = self._extract(request, input_tokens())
        fields = answer["additionalModelResponseFields"]
        if (request.get("guardrailConfig") or {}).get("guardrailIdentifier"):
            fields["guardrail"] = "not_applied"  # nothing here can judge as a guardrail does
        return {**answer, "metrics": {"latencyMs": round(1000 * (time.monotonic() - started))}}

    def _extract(self, request: Mapping[str, Any], input_tokens: int) -> dict[str, Any]:
        texts = user_texts(request)
        # A repair asks again without repeating the evidence: it stands in the message before.
        prompt = next(
            (text for text in reversed(texts) if _EVIDENCE_MARK in text), texts[-1] if texts else ""
        )
        tool = chosen_tool(request)
        try:
            with engine_errors_answered(unreadable="ModelErrorException", internal="InternalServerException"):
                if tool is None:
                    content = [{"text": self._engines.run("writing.extractive:summarise", prompt)}]
                else:
                    schema = tool["inputSchema"]["json"]
                    value = self._engines.run("writing.extractive:fill_from_evidence", prompt, schema)
                    content = [{"toolUse": _tool_use(tool["name"], value, prompt)}]
        except CannotDeriveError as error:
            message = f"Without a language model the answer can only quote evidence, and {error}"
            raise ServiceError("ModelErrorException", message, status=424) from error
        stop_reason = "end_turn" if tool is None else "tool_use"
        usage = self._usage(input_tokens, content)
        most = (request.get("inferenceConfig") or {}).get("maxTokens")
        if most is not None and usage["outputTokens"] > most:
            # Half a tool call is none: Bedrock stops without it too.
            stop_reason, content = "max_tokens", []
            usage = self._usage(input_tokens, content)
        return {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": stop_reason,
            "usage": usage,
            "additionalModelResponseFields": {"method": "extractive"},
        }

    def _answer(self, text: str, input_tokens: int, fields: Mapping[str, Any]) -> dict[str, Any]:
        content = [{"text": text}]
        return {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": "end_turn",
            "usage": self._usage(input_tokens, content),
            "additionalModelResponseFields": dict(fields),
        }

    def _usage(self, input_tokens: int, content: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        texts = [
            block["text"] if "text" in block else json.dumps(block["toolUse"]["input"], ensure_ascii=False)
            for block in content
        ]
        output_tokens = sum(self._count(texts))
        return {
            "inputTokens": input_tokens,
            "outputTokens": output_tokens,
            "totalTokens": input_tokens + output_tokens,
        }

    def _count(self, texts: list[str]) -> list[int]:
        """Tokens by MiniLM's tokenizer: an estimate, as Nova's isn't public. Pictures aren't counted."""
        with engine_errors_answered(unreadable="ModelErrorException", internal="InternalServerException"):
            counts: list[int] = self._engines.run("text.wordpiece:count_tokens", texts)
        return counts


def _prompt(request: Mapping[str, Any]) -> str:
    """All that is asked as one text, as training joined it."""
    system = "\n".join(block["text"] for block in request.get("system") or [] if "text" in block)
    asked = "\n".join(block["text"] for block in request["messages"][-1]["content"] if "text" in block)
    return f"{system}\n{asked}" if system else asked


def _refuse_to_look(request: Mapping[str, Any]) -> None:
    """A question about pictures alone has no evidence to quote; beside evidence they are passed over."""
    shows_pictures = any("image" in block for message in request["messages"] for block in message["content"])
    if shows_pictures and not any(_EVIDENCE_MARK in text for text in user_texts(request)):
        raise not_offered(
            "This machine has no engine that describes pictures: let BRAID_LLM_URL and BRAID_LLM_MODEL name"
            " an OpenAI-compatible server whose model does."
        )


def _tool_use(name: str, value: Any, prompt: str) -> dict[str, Any]:
    digest = hashlib.sha256(prompt.encode()).digest()[:16]  # the same question gets the same id
    identifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"toolUseId": f"tooluse_{identifier}", "name": name, "input": value}
