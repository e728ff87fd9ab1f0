"""InvokeModel of ``braid.embedding-server-text`` and ``-joint``: the user's own embedding server.

The body is OpenAI's ``/v1/embeddings`` without a model; pictures are data URIs under ``"modality": "image"``,
as Infinity takes them (https://github.com/michaelfeil/infinity). The answer is the server's own, but for the
vector, which is brought to length 1 and filled up with zeros to ``DIMENSIONS``: cosines stay what they are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.foreign_json import is_number
from local.services.bedrock.model_server import ModelServer
from local.services.protocol import ServiceError, not_offered, read_object

__all__ = ["DIMENSIONS", "JOINT", "TEXT", "EmbeddingServer"]

TEXT = "braid.embedding-server-text"
JOINT = "braid.embedding-server-joint"
# As registry/models.toml has it: what most models fit into.
DIMENSIONS = 2_048
_VARIABLES = {TEXT: "BRAID_EMBED_MODEL", JOINT: "BRAID_EMBED_PICTURE_MODEL"}
_MEMBERS = {"input", "modality", "encoding_format"}


@dataclass(frozen=True)
class EmbeddingServer:
    """Which server, which of its models embeds texts, and which texts and pictures in one space.

    ``dimensions`` is asked of a model that can give fewer numbers than it has; 0 leaves it to the model.
    """

    server: ModelServer | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    dimensions: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> EmbeddingServer:
        """The server that ``BRAID_EMBED_URL`` names, if any.

        ``BRAID_EMBED_MODEL`` or ``BRAID_EMBED_PICTURE_MODEL`` must name a model, both may;
        ``BRAID_EMBED_DIMENSIONS``, ``BRAID_EMBED_API_KEY`` and ``BRAID_EMBED_TIMEOUT_SECONDS`` may be set.
        Raises ValueError that lists all that is wrong.
        """
        server, wrong = ModelServer.from_environment(environment, "BRAID_EMBED")
        if server is None:
            return cls()
        models = {
            model_id: model
            for model_id, name in _VARIABLES.items()
            if (model := environment.get(name, "").strip())
        }
        if not models:
            wrong.append(
                "BRAID_EMBED_MODEL is missing; it must name a model of the server that embeds texts, or"
                " BRAID_EMBED_PICTURE_MODEL one that embeds texts and pictures"
            )
        text = environment.get("BRAID_EMBED_DIMENSIONS", "").strip() or "0"
        dimensions = int(text) if text.isdecimal() else DIMENSIONS + 1
        if dimensions > DIMENSIONS:
            wrong.append(f"BRAID_EMBED_DIMENSIONS is {text!r}; it must be a number up to {DIMENSIONS}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return cls(server, models, dimensions)

    def invoke_model(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The server's answer for the body. Raises ``ServiceError`` with Bedrock's names."""
        model = self.models.get(request["modelId"])
        if self.server is None or model is None:
            raise _not_configured(
                "BRAID_EMBED_URL" if self.server is None else _VARIABLES[request["modelId"]]
            )
        asked = _read(request.get("body", b""))
        wanted = {"dimensions": self.dimensions} if self.dimensions else {}
        answer = self.server.post("/embeddings", {"model": model, **asked, **wanted})
        found = {**answer, "data": [{**_first(answer), "embedding": _filled(_first(answer))}]}
        return {"body": json.dumps(found).encode(), "contentType": "application/json"}


def _not_configured(variable: str) -> ServiceError:
    return not_offered(
        f"The embedded AWS was started without {variable}: set it, then `braid down` and `braid up`."
    )


def _read(body: bytes) -> dict[str, Any]:
    asked = read_object(body)
    match asked:
        case {"input": [str(given)]} if given.strip() and asked.keys() <= _MEMBERS:
            return dict(asked)
    raise ServiceError("ValidationException", "The body needs input, a list of one text or one data URI.")


def _first(answer: Mapping[str, Any]) -> dict[str, Any]:
    match answer.get("data"):
        case [{"embedding": [*_]} as first]:
            return dict(first)
    raise ServiceError("ModelErrorException", "The model server's answer is no embedding.", status=424)


def _filled(first: Mapping[str, Any]) -> list[float]:
    values = first["embedding"]
    if not all(map(is_number, values)):
        raise ServiceError("ModelErrorException", "The model server's vector isn't all numbers.", status=424)
    if len(values) > DIMENSIONS:
        raise ServiceError(
            "ValidationException",
            f"The model server's vector has {len(values)} numbers, more than the {DIMENSIONS} of the index:"
            " let BRAID_EMBED_DIMENSIONS ask for fewer, where the model can give that, or name another.",
        )
    length = math.hypot(*values)
    if not 0 < length < math.inf:
        raise ServiceError("ModelErrorException", "The model server's vector has no direction.", status=424)
    return [value / length for value in values] + [0.0] * (DIMENSIONS - len(values))
