"""What tuned models answer: Converse of a deployment, InvokeModel and batch records of a picture model.

An untuned model that is asked under a policy is judged by ``zero_shot``: near to what is forbidden, or not.
Each answer says in ``method`` what gave it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from local.engines.pool import EnginePool
from local.engines.tuning.picture_adapter import PictureAdapter
from local.engines.tuning.text_head import TextHead
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import ServiceError, read_object
from local.services.tuning.shelf import Shelf, Trained

__all__ = ["TITAN_IMAGE", "BatchEmbeddings", "TunedAnswers"]

TITAN_IMAGE = "amazon.titan-embed-image-v1"

_LENGTHS = (1024, 384)  # Titan's, of which 256 can't be filled
_NAMES = {"unreadable": "ModelErrorException", "internal": "InternalServerException"}


class TunedAnswers:
    """Answers by the engines."""

    def __init__(self, engines: EnginePool) -> None:
        self._engines = engines

    def complete(self, trained: Trained, prompt: str) -> tuple[str, float]:
        """What the tuned text model says to a prompt, and how sure it is of the first line."""
        head = trained.weights
        if not isinstance(head, TextHead):
            raise ServiceError("ValidationException", "This model embeds pictures; it doesn't converse.")
        with engine_errors_answered(**_NAMES):
            vectors = self._engines.run("text.embeddings:embed", [head.template.inner(prompt)])
            (told,) = self._engines.run("tuning.text_head:answer", head, vectors)
        return told.text, told.probability

    def judge(self, prompt: str) -> str | None:
        """Yes or No and the nearest category, where the prompt asks for that under a policy; else nothing."""
        with engine_errors_answered(**_NAMES):
            found = self._engines.run("tuning.zero_shot:judge", prompt)
        if found is None:
            return None
        return f"Yes\n<categories>{found.section}</categories>" if found.breaks else "No"

    def embed(self, trained: Trained, body: bytes) -> dict[str, Any]:
        """Titan Multimodal Embeddings' own answer for ``inputText``, ``inputImage`` or both."""
        adapter = trained.weights
        if not isinstance(adapter, PictureAdapter):
            raise ServiceError("ValidationException", "This model converses; it doesn't embed.")
        text, picture, length = _read(body)
        parts = []
        with engine_errors_answered(unreadable="ValidationException", internal="InternalServerException"):
            if text is not None:
                vectors = self._engines.run("text.embeddings:embed", [text])
                parts += self._engines.run(
                    "tuning.picture_adapter:embed_caption_vectors", adapter, vectors
                ).tolist()
            if picture is not None:
                parts += self._engines.run(
                    "tuning.picture_adapter:embed_pictures", adapter, [picture]
                ).tolist()
        mean = [sum(values) / len(parts) for values in zip(*parts, strict=True)]
        norm = sum(value * value for value in mean) ** 0.5 or 1.0
        embedding = [value / norm for value in mean]
        embedding += [0.0] * (length - len(embedding))
        return {
            "embedding": embedding,
            "inputTextTokenCount": len((text or "").split()),
            "method": "linear adapter",
        }


class BatchEmbeddings:
    """Who embeds in batch jobs: tuned picture models, and by id what stands in for the untuned ones."""

    def __init__(
        self,
        shelf: Shelf,
        answers: TunedAnswers,
        stand_ins: Mapping[str, Callable[[bytes], Mapping[str, Any]]],
    ) -> None:
        self._shelf, self._answers, self._stand_ins = shelf, answers, stand_ins

    def answers(self, model_id: str) -> Callable[[bytes], Mapping[str, Any]] | None:
        """See ``EmbeddingModels``."""
        if (stand_in := self._stand_ins.get(model_id.rpartition("foundation-model/")[2])) is not None:
            return stand_in
        if ":custom-model/" not in model_id:
            return None
        with self._shelf.lock:
            trained = self._shelf.model(model_id).trained
        return partial(self._answers.embed, trained)

    def in_use(self, model_id: str, *, by_a_job: bool) -> None:
        """See ``EmbeddingModels``."""
        with self._shelf.lock:
            (self._shelf.busy.add if by_a_job else self._shelf.busy.discard)(model_id)


def _read(body: bytes) -> tuple[str | None, bytes | None, int]:
    asked = read_object(body)
    text, encoded = asked.get("inputText"), asked.get("inputImage")
    length = (asked.get("embeddingConfig") or {}).get("outputEmbeddingLength", _LENGTHS[0])
    if not (text or encoded) or not all(isinstance(item, str | None) for item in (text, encoded)):
        raise ServiceError(
            "ValidationException", "Malformed input request: inputText or inputImage is required"
        )
    if length not in _LENGTHS:
        raise ServiceError(
            "ValidationException", f"outputEmbeddingLength must be one of {_LENGTHS} here, not {length}"
        )
    try:
        return text, base64.b64decode(encoded, validate=True) if encoded else None, length
    except binascii.Error as error:
        raise ServiceError("ValidationException", "inputImage isn't base64") from error
