"""Amazon Titan Multimodal Embeddings G1:
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html

A request with text and picture is answered by the average of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.models.dialects.dialect import JointDialect

__all__ = ["TITAN_IMAGE"]

# The model reads 256 tokens of English, some four characters each.
_MAX_CHARACTERS = 1_000


def _body(text: str, picture: str, dimensions: int, _is_query: bool) -> dict[str, Any]:
    given = {"inputText": text, "inputImage": picture}
    return {
        **{name: value for name, value in given.items() if value},
        "embeddingConfig": {"outputEmbeddingLength": dimensions},
    }


def _vector(answer: Mapping[str, Any]) -> Any:
    return answer.get("embedding")


def _token_count(answer: Mapping[str, Any]) -> Any:
    return answer.get("inputTextTokenCount", 0)


TITAN_IMAGE = JointDialect(_MAX_CHARACTERS, True, _body, _vector, _token_count)
