"""OpenAI's embeddings, as servers of one's own speak them: https://platform.openai.com/docs/api-reference/embeddings

Pictures go as data URIs under ``"modality": "image"``, which is Infinity's convention
(https://github.com/michaelfeil/infinity, "Multi-modal"). Which model is asked, the server's settings say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.models.dialects.dialect import EmbeddingDialect, JointDialect

__all__ = ["OPENAI_EMBEDDINGS", "OPENAI_JOINT"]

# Most such models read 256 to 8,192 tokens, and say themselves what is too long.
_MAX_CHARACTERS = 8_000


def _text(text: str, _dimensions: int) -> dict[str, Any]:
    return {"input": [text], "encoding_format": "float"}


def _text_or_picture(text: str, picture: str, dimensions: int, _is_query: bool) -> dict[str, Any]:
    if not picture:
        return _text(text, dimensions)
    return {
        "input": [f"data:image/jpeg;base64,{picture}"],
        "modality": "image",
        "encoding_format": "float",
    }


def _vector(answer: Mapping[str, Any]) -> Any:
    match answer.get("data"):
        case [{"embedding": values}]:
            return values
    return None


def _token_count(answer: Mapping[str, Any]) -> Any:
    """As far as it says: llama.cpp and others tell none."""
    usage = answer.get("usage")
    return usage.get("prompt_tokens", 0) if isinstance(usage, Mapping) else 0


OPENAI_EMBEDDINGS = EmbeddingDialect(_MAX_CHARACTERS, _text, _vector, _token_count)
OPENAI_JOINT = JointDialect(_MAX_CHARACTERS, False, _text_or_picture, _vector, _token_count)
