"""Amazon Titan Text Embeddings V2:
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.models.dialects.dialect import EmbeddingDialect

__all__ = ["TITAN_TEXT"]

# The model takes 8,192 tokens or 50,000 characters (Bedrock user guide, "Amazon Titan Text Embeddings").
_MAX_CHARACTERS = 50_000


def _body(text: str, dimensions: int) -> dict[str, Any]:
    return {"inputText": text, "dimensions": dimensions, "normalize": True}


def _vector(answer: Mapping[str, Any]) -> Any:
    return answer.get("embedding")


def _token_count(answer: Mapping[str, Any]) -> Any:
    return answer.get("inputTextTokenCount")


TITAN_TEXT = EmbeddingDialect(_MAX_CHARACTERS, _body, _vector, _token_count)
