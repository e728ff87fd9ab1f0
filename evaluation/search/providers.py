"""What gives vectors: the models that search asks, each through the library as the steps ask it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import numpy as np
from numpy.typing import NDArray

from braid.domain.errors import InvalidServiceOutputError, RefusedByServiceError
from braid.domain.money.accounting import Meter
from braid.domain.search.space import PICTURE_DIMENSIONS, TEXT_DIMENSIONS, Space
from braid.retrieval.embedders import PictureEmbedder, TextEmbedder, embedder_of
from braid.runtime.library import model_registry
from evaluation.judges import LocalBedrock
from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.embedding_server import TEXT, EmbeddingServer
from local.services.bedrock.label_bridge import LABEL_BRIDGE

__all__ = ["Provider", "Vectors", "aws_provider", "local_providers"]

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Provider:
    """A model by the name that people know; ``is_joint`` where it sees pictures, or something does for it."""

    name: str
    space: Space
    embedder: TextEmbedder | PictureEmbedder

    @property
    def is_joint(self) -> bool:
        """Whether pictures have vectors too."""
        return isinstance(self.embedder, PictureEmbedder)

    def texts(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text."""
        return np.array([self.embedder.query(text, Meter()) for text in texts], np.float32)

    def pictures(self, jpegs: Sequence[bytes]) -> list[Vectors | None]:
        """The vector of each picture, None where there is none: nothing in it has a name here."""
        return [self._picture(jpeg) for jpeg in jpegs]

    def _picture(self, jpeg: bytes) -> Vectors | None:
        try:
            return np.array(self.embedder.document("", jpeg, Meter()), np.float32)
        except (InvalidServiceOutputError, RefusedByServiceError):
            return None


@contextmanager
def local_providers() -> Iterator[list[Provider]]:
    """This machine's engines, and the server that ``BRAID_EMBED_URL`` names.

    Raises ``ValueError`` where that makes no sense.
    """
    models = EmbeddingServer.from_environment(os.environ).models
    named = [
        ("all-MiniLM-L6-v2", Space("text", "amazon.titan-embed-text-v2:0", TEXT_DIMENSIONS)),
        ("label bridge", Space("pictures", LABEL_BRIDGE, PICTURE_DIMENSIONS)),
        *((name, Space("text" if it == TEXT else "pictures", it, 2_048)) for it, name in models.items()),
    ]
    with EnginePool() as engines:
        service = bedrock_runtime.build_service(engines, environment={**os.environ, "BRAID_WRITER": "off"})
        client = LocalBedrock(service)
        yield [_provider(name, space, client) for name, space in named]


def aws_provider(model_id: str, region: str) -> Provider:
    """A model of Bedrock, asked with the caller's own permissions.

    Raises ``ConfigError`` for a model that the registry doesn't have.
    """
    registry = model_registry()
    if model_id in {model.model_id for model in registry.embeddings}:
        space = Space("text", model_id, TEXT_DIMENSIONS)
    else:
        model = registry.find_joint(model_id)
        space = Space("pictures", model_id, model.dimensions_for(PICTURE_DIMENSIONS))
    return _provider(model_id, space, boto3.Session(region_name=region).client("bedrock-runtime"))


def _provider(name: str, space: Space, bedrock: Any) -> Provider:
    return Provider(name, space, embedder_of(space, model_registry(), bedrock=bedrock))
