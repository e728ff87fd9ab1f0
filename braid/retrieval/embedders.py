"""What gives a space its vectors: a model of texts, or one of texts and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.domain.embedding_models import EmbeddingModel
from braid.domain.errors import BraidError, ConfigError, InvalidInputError, UnsupportedError
from braid.domain.model_registry import ModelRegistry
from braid.domain.money.accounting import Meter
from braid.domain.search.space import Space
from braid.models.embedding import Embeddings
from braid.models.joint_embedding import JointEmbeddings

__all__ = ["PictureEmbedder", "TextEmbedder", "embedder_of", "is_of_the_input"]

Vector = tuple[float, ...]
# What is embedded is a piece of a few sentences; a query is one at most.
_MAX_CHARACTERS = 2_000
# What every model takes.
_PLAIN_WORD = "picture"


class TextEmbedder:
    """Texts alone."""

    method = "model"
    alike_cosine = None

    def __init__(self, model: EmbeddingModel, dimensions: int, *, bedrock: Any = None) -> None:
        self._model = Embeddings(model, dimensions, bedrock=bedrock)
        self.takes_batches = model.takes_batches

    def query(self, text: str, meter: Meter) -> Vector:
        """The vector of a text that searches."""
        return self._model.embed(text[:_MAX_CHARACTERS], meter)

    def document(self, text: str, _jpeg: bytes, meter: Meter) -> Vector:
        """The vector of a text to index."""
        return self._model.embed(text[:_MAX_CHARACTERS], meter)

    def batch_request(self, text: str, _jpeg: bytes) -> Mapping[str, Any] | None:
        """What a record of a batch job asks for a text's vector."""
        return self._model.request(text[:_MAX_CHARACTERS])

    def read_batch(self, answer: Mapping[str, Any], _text: str, meter: Meter) -> Vector:
        """The vector in the record's answer. Raises InvalidServiceOutputError."""
        return self._model.read(answer, meter)

    def count_batched(self, text: str, meter: Meter) -> None:
        """Counts what a record of a batch job will cost."""
        self._model.count_batched(text[:_MAX_CHARACTERS], meter)

    def query_by_picture(self, _jpeg: bytes, _meter: Meter) -> Vector:
        """Never: a text model sees nothing."""
        raise InvalidInputError("a model of texts can't be asked about a picture")


class PictureEmbedder:
    """Pictures, and the texts that search for them.

    ``alike_cosine`` is from where on two pictures show the like; ``None`` where nobody measured it.
    """

    def __init__(
        self, model: JointEmbeddings, *, takes_batches: bool = False, alike_cosine: float | None = None
    ) -> None:
        self._model = model
        self.takes_batches = takes_batches
        self.alike_cosine = alike_cosine

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

    def batch_request(self, text: str, jpeg: bytes) -> Mapping[str, Any] | None:
        """What a record of a batch job asks for a picture's vector; ``None`` where one can't."""
        return self._model.request(jpeg, text)

    def read_batch(self, answer: Mapping[str, Any], text: str, meter: Meter) -> Vector:
        """The vector in the record's answer. Raises InvalidServiceOutputError."""
        return self._model.read(answer, text, meter)

    def count_batched(self, text: str, meter: Meter) -> None:
        """Counts what a record of a batch job will cost."""
        self._model.count_batched(text, meter)

    def query_by_picture(self, jpeg: bytes, meter: Meter) -> Vector:
        """The vector of a picture that searches."""
        return self._model.query_by_picture(jpeg, meter)


def embedder_of(
    space: Space, registry: ModelRegistry, *, bedrock: Any = None
) -> TextEmbedder | PictureEmbedder:
    """What made the space's vectors, and nothing else: vectors of two models can't be compared.

    Raises ConfigError where the registry doesn't have the model any more.
    """
    try:
        if space.purpose == "text":
            return TextEmbedder(registry.find_embedding(space.model_id), space.dimensions, bedrock=bedrock)
        model = registry.find_joint(space.model_id)
    except ConfigError as error:
        raise ConfigError(
            f"the index {space.index_name} can't be asked: {error}; `braid index --all` and then `--switch`"
            " change to the deployed models"
        ) from error
    joint = JointEmbeddings(model, space.dimensions, bedrock=bedrock)
    return PictureEmbedder(joint, takes_batches=model.takes_batches, alike_cosine=model.alike_cosine)


def is_of_the_input(error: BraidError, embedder: TextEmbedder | PictureEmbedder, meter: Meter) -> bool:
    """Whether a model refused what it was sent, rather than everything.

    Bedrock says ValidationException for both, of a model's name that it doesn't know too. A plain word tells.
    """
    if not isinstance(error, UnsupportedError):
        return True
    try:
        embedder.query(_PLAIN_WORD, meter)
    except UnsupportedError:
        return False
    return True
