"""Amazon Nova Multimodal Embeddings: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html

It embeds one thing a request: text and picture apart. What is indexed and what searches are asked for by
different purposes, and its default of 3,072 dimensions is never wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.models.dialects.dialect import JointDialect

__all__ = ["NOVA_EMBEDDINGS"]

# 8,192 tokens; far more than anything that is asked here.
_MAX_CHARACTERS = 8_000


def _body(text: str, picture: str, dimensions: int, is_query: bool) -> dict[str, Any]:
    given: dict[str, Any]
    if picture:
        image = {"detailLevel": "STANDARD_IMAGE", "format": "jpeg", "source": {"bytes": picture}}
        given = {"image": image}
    else:
        given = {"text": {"truncationMode": "END", "value": text}}
    return {
        "schemaVersion": "nova-multimodal-embed-v1",
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {
            "embeddingPurpose": "IMAGE_RETRIEVAL" if is_query else "GENERIC_INDEX",
            "embeddingDimension": dimensions,
            **given,
        },
    }


def _vector(answer: Mapping[str, Any]) -> Any:
    found = answer.get("embeddings")
    if isinstance(found, list) and found and isinstance(found[0], Mapping):
        return found[0].get("embedding")
    return None


def _token_count(_answer: Mapping[str, Any]) -> Any:
    return None


NOVA_EMBEDDINGS = JointDialect(_MAX_CHARACTERS, False, _body, _vector, _token_count)
