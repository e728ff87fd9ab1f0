"""Ten minutes of video indexed as the step does it, with Titan's models counted as Bedrock bills them.

The models are stood in for: what they are asked and what is counted is the code's own, what they answer isn't
looked at.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from braid.domain.asset.asset import Modality
from braid.domain.claim_check import Claim
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.vision import KeyframeAnalysis, Label, Vision
from braid.domain.money.receipt import price
from braid.domain.search.manifest import manifest_key
from braid.domain.search.space import PICTURE_DIMENSIONS, TEXT_DIMENSIONS, Space
from braid.domain.span import Span
from braid.domain.tokens import estimate_tokens
from braid.retrieval.embedders import embedder_of
from braid.runtime.library import model_registry
from braid.runtime.prices import price_book
from evaluation.search.searching import Asset, indexed

__all__ = ["TwiceIndexed", "indexed_twice"]

_ASSET = "video"
_KEYFRAMES = 60
# A speaker says some 130 words a minute; five thousand tokens are more than ten minutes of them.
_UTTERANCES, _WORDS_EACH = 100, 36
_MINUTES_MS = 600_000
_TEXT = Space("text", "amazon.titan-embed-text-v2:0", TEXT_DIMENSIONS)
_PICTURES = Space("pictures", "amazon.titan-embed-image-v1", PICTURE_DIMENSIONS)


@dataclass(frozen=True)
class TwiceIndexed:
    """Vectors of ten minutes, what they cost, and what a second indexing, a lost index and a deletion did."""

    vectors: int
    usd: float
    calls_again: int
    puts_again: int
    calls_after_loss: int
    left: int


class _Titan:
    """Answers every text and picture with a vector of its own, and counts."""

    def __init__(self) -> None:
        self.calls = 0

    def invoke_model(self, **request: Any) -> dict[str, Any]:
        self.calls += 1
        asked = json.loads(request["body"])
        length = TEXT_DIMENSIONS if "dimensions" in asked else PICTURE_DIMENSIONS
        seed = int.from_bytes(hashlib.sha256(request["body"].encode()).digest()[:8], "big")
        drawn = random.Random(seed)  # a made vector, no secret
        numbers = [drawn.gauss(0, 1) for _ in range(length)]
        size = sum(number * number for number in numbers) ** 0.5
        answer = {
            "embedding": [number / size for number in numbers],
            "inputTextTokenCount": estimate_tokens(asked.get("inputText", "")),
        }
        return {"body": io.BytesIO(json.dumps(answer).encode())}


def indexed_twice() -> TwiceIndexed:
    """Indexes the video, again, once more after its index was lost, and forgets it."""
    titan, registry = _Titan(), model_registry()
    spaces = [(space, embedder_of(space, registry, bedrock=titan)) for space in (_TEXT, _PICTURES)]
    collection = indexed([_ten_minutes()], spaces)
    manifest = collection.state.manifest(_ASSET)
    assert manifest is not None
    keys, asked = manifest.keys, titan.calls
    before = _stored(collection.searched, keys)
    again = collection.indexer.index(_ASSET)
    calls_again = titan.calls - asked
    puts_again = 0 if again.is_unchanged else again.vectors
    collection.state.forget([manifest_key(_ASSET)])
    for searched in collection.searched:
        searched.index.delete(keys[searched.space.index_name])
    collection.indexer.index(_ASSET)
    calls_after_loss = titan.calls - asked - calls_again
    assert _stored(collection.searched, keys) == before, "made again it isn't the same"
    collection.indexer.forget(_ASSET)
    left = len(_stored(collection.searched, keys))
    usd = price(manifest.usage, price_book()).total_usd
    return TwiceIndexed(len(before), usd, calls_again, puts_again, calls_after_loss, left)


def _stored(searched: Sequence[Any], keys: dict[str, tuple[str, ...]]) -> dict[str, bytes]:
    return {
        key: values.tobytes()
        for each in searched
        for key, values in each.index.get(keys[each.space.index_name]).items()
    }


def _ten_minutes() -> Asset:
    drawn = random.Random(7)  # made words, no secret
    words = [
        f"{first}{second}" for first in ("ka", "lo", "mi", "tre") for second in ("sun", "bar", "net", "pil")
    ]
    said = [
        Observation(
            *(f"u{number:04d}", Modality.SPEECH, "utterance", _part(number, _UTTERANCES)),
            " ".join(drawn.choices(words, k=_WORDS_EACH)),
            *(0.9, "transcribe"),
        )
        for number in range(_UTTERANCES)
    ]
    keyframes, seen, pictures = [], [], {}
    for number in range(_KEYFRAMES):
        name, key, span = f"k{number:04d}", f"assets/{_ASSET}/1/k{number}.jpg", _part(number, _KEYFRAMES)
        pictures[key] = f"picture {number}".encode()
        image = Claim(f"s3://results/{key}", "image/jpeg", len(pictures[key]), "0" * 64)
        label = Label("Boat", 0.9, ())
        keyframes.append(KeyframeAnalysis(name, image, span, span.start_ms, None, labels=(label,), texts=()))
        seen.append(Observation(f"{name}-label", Modality.VISION, "label", span, "Boat", 0.9, "rekognition"))
    return Asset(_ASSET, (*said, *seen), Vision(tuple(keyframes)), pictures)


def _part(number: int, of: int) -> Span:
    each = _MINUTES_MS // of
    return Span(number * each, (number + 1) * each)
