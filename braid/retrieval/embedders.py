"""What gives a space its vectors: a model of texts, or one of texts and pictures."""

from __future__ import annotations

from typing import Any

from braid.domain.embedding_models import EmbeddingModel
from braid.domain.errors import InvalidInputError
from braid.domain.model_registry import ModelRegistry
from braid.domain.money.accounting import Meter
from braid.domain.search.space import Space
from braid.models.embedding import Embeddings
from braid.models.joint_embedding import JointEmbeddings

__all__ = ["PictureEmbedder", "TextEmbedder", "embedder_of"]

Vector = tuple[float, ...]
# What is embedded is a piece of a few sentences; a query is one at most.
_MAX_CHARACTERS = 2_000


class TextEmbedder:
    """Texts alone."""

    method = "model"

    def __init__(self, model: EmbeddingModel, dimensions: int, *, bedrock: Any = None) -> None:
        self._model = Embeddings(model, dimensions, bedrock=bedrock)

    def query(self, text: str, meter: Meter) -> Vector:
        """The vector of a text that searches."""
        return self._model.embed(text[:_MAX_CHARACTERS], meter)

    def document(self, text: str, _jpeg: bytes, meter: Meter) -> Vector:
        """The vector of a text to index."""
        return self._model.embed(text[:_MAX_CHARACTERS], meter)

    def query_by_picture(self, _jpeg: bytes, _meter: Meter) -> Vector:
        """Never: a text model sees nothing."""
        raise InvalidInputError("a model of texts can't be asked about a picture")


class PictureEmbedder:
    """Pictures, and the texts that search for them."""

    def __init__(self, model: JointEmbeddings) -> None:
        self._model = model

    @property
    def method(self) -> str:
        """``bridge`` where labels stand in for a model."""
        return self._model.method

    def query(self, text: str, meter: Meter) -> Vector:
        """The vector of a text that searches."""
        return self._model.query(text[:_MAX_CHARACTERS], meter)

    def document(self, text: str, jpeg: bytes, meter: Meter) -> Vector:
        """The vector of a picture to index, with what is said of it."""
        return self._model.picture(jpeg, meter, text=text)

    def query_by_picture(self, jpeg: bytes, meter: Meter) -> Vector:
        """The vector of a picture that searches."""
        return self._model.query_by_picture(jpeg, meter)


def embedder_of(
    space: Space, registry: ModelRegistry, *, bedrock: Any = None
) -> TextEmbedder | PictureEmbedder:
    """What made the space's vectors, and nothing else: vectors of two models can't be compared.

    Raises ConfigError where the registry doesn't have the model any more.
    """
    if space.purpose == "text":
        return TextEmbedder(registry.find_embedding(space.model_id), space.dimensions, bedrock=bedrock)
    model = registry.find_joint(space.model_id)
    return PictureEmbedder(JointEmbeddings(model, space.dimensions, bedrock=bedrock))
