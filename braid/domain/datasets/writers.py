"""Writes a line in each format, so that the validator takes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from braid.domain.datasets.conversations import SCHEMA_VERSION
from braid.domain.datasets.examples import MAX_CAPTION_TOKENS, NO_CAPTION
from braid.domain.errors import InvalidInputError
from braid.domain.quoting import quoted
from braid.domain.tokens import estimate_tokens

__all__ = ["TitanLine", "gen_qa_line", "nova_line", "titan_line"]


@dataclass(frozen=True)
class TitanLine:
    """The line, and how many tokens, by estimate, were cut off its caption."""

    line: bytes
    tokens_cut: int


def titan_line(image_uri: str, caption: str) -> TitanLine:
    """A pair for Titan Multimodal Embeddings; a caption that is too long ends with its last word that fits.

    Raises ``InvalidInputError`` for an empty caption, and for no address in S3.
    """
    words = caption.split()
    if not words:
        raise InvalidInputError(NO_CAPTION)
    if not image_uri.startswith("s3://"):
        raise InvalidInputError(f"not an address in S3 (s3://bucket/key): {quoted(image_uri)}")
    whole = estimate_tokens(" ".join(words))
    while len(words) > 1 and estimate_tokens(" ".join(words)) > MAX_CAPTION_TOKENS:
        words.pop()
    kept = " ".join(words)
    while estimate_tokens(kept) > MAX_CAPTION_TOKENS:  # of scripts that are written without blanks
        kept = kept[:-1]
    return TitanLine(_line({"image-ref": image_uri, "caption": kept}), whole - estimate_tokens(kept))


def nova_line(prompt: str, answer: str, *, system: str = "", media: tuple[dict[str, Any], ...] = ()) -> bytes:
    """One exchange in Nova's conversation format.

    ``media`` are content blocks, ``{"image": {"format": "png", "source": …}}``, put before the prompt.
    Raises ``InvalidInputError`` where prompt or answer is empty.
    """
    for name, text in (("prompt", prompt), ("answer", answer)):
        if not text.strip():
            raise InvalidInputError(f"the {name} is empty, so there is nothing to learn")
    asked = [*media, {"text": prompt}]
    value: dict[str, Any] = {"schemaVersion": SCHEMA_VERSION}
    if system:
        value["system"] = [{"text": system}]
    value["messages"] = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": [{"text": answer}]},
    ]
    return _line(value)


def gen_qa_line(query: str, response: str, *, system: str = "", metadata: str = "") -> bytes:
    """A line of ``gen_qa.jsonl``. Raises ``InvalidInputError`` where query or response is empty."""
    for name, text in (("query", query), ("response", response)):
        if not text.strip():
            raise InvalidInputError(f"the {name} is empty, so there is nothing to compare an answer with")
    value = {"query": query, "response": response}
    if system:
        value = {"system": system, **value}
    return _line({**value, "metadata": metadata} if metadata else value)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
