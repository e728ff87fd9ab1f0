"""InvokeModel of ``braid.label-bridge-v1``: pictures and texts in one space where no joint model is.

The model id is this machine's own, and no model of Bedrock is imitated. The body holds ``inputText`` or
``inputImage`` (base64, with ``isQuery`` where it searches), the answer a unit vector of 384 numbers as
``embedding``, and says what it is: ``"model": "braid.label-bridge-v1", "method": "bridge"``.
``local.engines.pictures.bridge`` says how well.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from local.engines.errors import CannotDeriveError
from local.engines.pool import EnginePool
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import ServiceError, read_object

__all__ = ["LABEL_BRIDGE", "LabelBridge"]

LABEL_BRIDGE = "braid.label-bridge-v1"
_MAX_CHARACTERS = 50_000


class LabelBridge:
    """The operation InvokeModel, for this model."""

    def __init__(self, engines: EnginePool) -> None:
        self._engines = engines

    def invoke_model(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The vector of a text or a picture.

        Raises ``ServiceError``: ValidationException for a body that is neither, or a picture that can't be
        read; ModelErrorException for a picture that nothing here can name anything of.
        """
        answer = self.embed(*_read(request.get("body", b"")))
        return {"body": json.dumps(answer).encode(), "contentType": "application/json"}

    def in_place_of_titan(self, body: bytes) -> dict[str, Any]:
        """The answer to a record of a batch job that asks Titan, whose body names a length beside."""
        asked = read_object(body)
        length = (asked.pop("embeddingConfig", None) or {}).get("outputEmbeddingLength", 1024)
        answer = self.embed(*_read(json.dumps(asked).encode()))
        answer["embedding"] = answer["embedding"] + [0.0] * (length - len(answer["embedding"]))
        return answer

    def embed(self, member: str, value: Any, is_query: bool = False) -> dict[str, Any]:
        """The answer's members for a text or for a picture's bytes. Raises ``ServiceError`` as above."""
        with engine_errors_answered(unreadable="ValidationException", internal="InternalServerException"):
            try:
                if member == "inputText":
                    (vector,) = self._engines.run("text.embeddings:embed", [value]).tolist()
                else:
                    vector = self._engines.run(
                        "pictures.bridge:embed_picture", value, is_query=is_query
                    ).tolist()
            except CannotDeriveError as error:
                raise ServiceError("ModelErrorException", str(error), status=424) from error
        return {"embedding": vector, "model": LABEL_BRIDGE, "method": "bridge"}


def _read(body: bytes) -> tuple[str, Any, bool]:
    """``inputText`` and the text, or ``inputImage`` and the picture's bytes; and whether it searches."""
    asked = read_object(body)
    match asked:
        case {"inputText": str(text)} if len(asked) == 1 and 1 <= len(text) <= _MAX_CHARACTERS:
            return "inputText", text, True
        case {"inputImage": str(encoded), **others} if others in ({}, {"isQuery": True}):
            try:
                return "inputImage", base64.b64decode(encoded, validate=True), bool(others)
            except binascii.Error as error:
                raise ServiceError("ValidationException", "inputImage isn't base64.") from error
    raise ServiceError(
        "ValidationException",
        f"The body needs inputText (1 to {_MAX_CHARACTERS} characters) or inputImage (base64), no more.",
    )
