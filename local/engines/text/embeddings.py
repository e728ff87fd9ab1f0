"""Sentence embeddings: all-MiniLM-L6-v2 in plain numpy.

Six transformer layers of twelve heads, mean pooling over the tokens, unit length. Within 2e-7 of the
reference implementation, without torch.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local.engines.text.wordpiece import WordPiece, model_file, tokenizer

__all__ = ["DIMENSIONS", "SentenceEncoder", "Vectors", "embed", "sentence_encoder"]

Vectors = NDArray[np.float32]

DIMENSIONS = 384
_LAYERS = 6
_HEADS = 12
_MAX_TOKENS = 256  # the length it was trained for; what is beyond has no say
# Each token of a batch of long texts takes 45 KB of memory, most of it for what it makes of the others.
_BATCH = 32
_BATCH_TOKENS = 2048


class SentenceEncoder:
    """Gives texts of similar meaning similar vectors (English)."""

    def __init__(self, weights: Path, words: WordPiece) -> None:
        """Maps the weights into memory; pages are read when first used and shared between processes."""
        self._weights = _read_safetensors(weights)
        self._tokenizer = words

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text: shape (len(texts), 384). Cosine similarity is the dot product."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        tokens = [self._tokenizer.encode(text, _MAX_TOKENS) for text in texts]
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda index: -len(tokens[index]))
        while order:
            count = min(_BATCH, max(1, _BATCH_TOKENS // len(tokens[order[0]])))
            batch, order = order[:count], order[count:]
            vectors[batch] = self._encode_batch([tokens[index] for index in batch])
        return vectors

    def _encode_batch(self, batch: list[list[int]]) -> Vectors:
        length = max(len(tokens) for tokens in batch)
        ids = np.zeros((len(batch), length), np.int64)
        mask = np.zeros((len(batch), length), np.float32)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        hidden = self._embed_tokens(ids)
        blocked = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in range(_LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}.", hidden, blocked)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: Vectors = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit

    def _embed_tokens(self, ids: NDArray[np.int64]) -> Vectors:
        weights = self._weights
        summed = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        return self._normalise("embeddings.LayerNorm", summed)

    def _layer(self, prefix: str, hidden: Vectors, blocked: Vectors) -> Vectors:
        attended = self._linear(prefix + "attention.output.dense", self._attend(prefix, hidden, blocked))
        hidden = self._normalise(prefix + "attention.output.LayerNorm", hidden + attended)
        widened = _gelu(self._linear(prefix + "intermediate.dense", hidden))
        narrowed = self._linear(prefix + "output.dense", widened)
        return self._normalise(prefix + "output.LayerNorm", hidden + narrowed)

    def _attend(self, prefix: str, hidden: Vectors, blocked: Vectors) -> Vectors:
        rows, length, _ = hidden.shape
        head_size = DIMENSIONS // _HEADS

        def heads(name: str) -> Vectors:
            projected = self._linear(f"{prefix}attention.self.{name}", hidden)
            return projected.reshape(rows, length, _HEADS, head_size).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(head_size**0.5) + blocked
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Vectors = (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(rows, length, DIMENSIONS)
        return mixed

    def _linear(self, name: str, values: Vectors) -> Vectors:
        # One large product: numpy would otherwise do a small one per row of the batch.
        flat = values.reshape(-1, values.shape[-1])
        product: Vectors = flat @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]
        return product.reshape(*values.shape[:-1], -1)

    def _normalise(self, name: str, values: Vectors) -> Vectors:
        centred = values - values.mean(axis=-1, keepdims=True)
        variance = (centred**2).mean(axis=-1, keepdims=True)
        scaled: Vectors = centred / np.sqrt(variance + 1e-12)
        return scaled * self._weights[name + ".weight"] + self._weights[name + ".bias"]


def _gelu(values: Vectors) -> Vectors:
    """x/2 · (1 + erf(x/√2)), with Abramowitz and Stegun's formula 7.1.26 for erf (error under 1.5e-7)."""
    scaled = np.abs(values) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    polynomial = np.zeros_like(t)
    for coefficient in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        polynomial += np.float32(coefficient)
        polynomial *= t
    erf = np.copysign(1 - polynomial * np.exp(-scaled * scaled), values)
    activated: Vectors = np.float32(0.5) * values * (1 + erf)
    return activated


def _read_safetensors(path: Path) -> dict[str, Vectors]:
    """Every float32 tensor of a safetensors file, as views on the mapped file.

    The format: the header's length as a little-endian u64, the header as JSON, then the tensors' bytes.
    """
    mapped = np.memmap(path, dtype=np.uint8, mode="r")
    (header_bytes,) = struct.unpack("<Q", mapped[:8].tobytes())
    header = json.loads(mapped[8 : 8 + header_bytes].tobytes())
    tensors = {}
    for name, tensor in header.items():
        if name == "__metadata__" or tensor["dtype"] != "F32":
            continue
        begin, end = tensor["data_offsets"]
        values = np.frombuffer(mapped, np.float32, (end - begin) // 4, 8 + header_bytes + begin)
        tensors[name] = values.reshape(tensor["shape"])
    return tensors


@cache
def sentence_encoder() -> SentenceEncoder:
    """The encoder, loaded once per process on first use. Raises ``EngineMissingError``."""
    return SentenceEncoder(model_file("model.safetensors"), tokenizer())


def embed(texts: Sequence[str]) -> Vectors:
    """One unit vector per text: shape (len(texts), 384). Raises ``EngineMissingError``."""
    return sentence_encoder().encode(texts)
