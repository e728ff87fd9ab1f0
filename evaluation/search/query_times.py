"""How long the embedded S3 Vectors takes for what a search asks: with words, with a filter, and with both."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from braid.domain.search.space import TERMS_KEY
from evaluation.search.vector_sizes import Vectors, clusters
from local.services.s3vectors.filters import read_filter
from local.services.s3vectors.index import Stored, VectorIndex

__all__ = ["TimedQuery", "timed_queries"]

_WANTED = 60  # as search asks at first
_WORDS = 12  # of each text, beside one that stands in all
_VOCABULARY = 5_000
_PROFILES, _MODALITIES = ("general", "education", "meeting", "moderation"), ("speech", "vision", "text")
_VECTORS_OF_AN_ASSET = 50
_EVERYWHERE = "everywhere"
_PROFILE: dict[str, Any] = {"profile": {"$eq": "meeting"}}
# What is asked: the words, and the filter.
_ASKED: dict[str, tuple[str, dict[str, Any] | None]] = {
    "a picture": ("", None),
    "a picture, of one profile": ("", _PROFILE),
    "a text": ("word7 word300 word4000", None),
    "a text, a word of which stands in all": (f"word7 {_EVERYWHERE}", None),
    "a text, of one profile": ("word7 word300 word4000", _PROFILE),
    "a text, without two assets": (
        "word7 word300 word4000",
        {"$and": [{"asset": {"$nin": ["a-1", "a-2"]}}, {"at": {"$gte": 100}}]},
    ),
}


@dataclass(frozen=True)
class TimedQuery:
    """Median processor seconds of one kind of query, and how many times those of a bare product."""

    asked: str
    seconds: float
    times: float


def timed_queries(count: int, dimensions: int, runs: int = 9) -> Iterator[TimedQuery]:
    """Each kind of query over ``count`` vectors with texts and metadata."""
    rows, queries = clusters(count, dimensions, seed=6)
    index = VectorIndex(dimensions, is_cosine=True, text_languages={TERMS_KEY: None})
    index.put(Stored(f"{place:07d}", row, _metadata(place)) for place, row in enumerate(rows))
    for asked, (words, filtered) in _ASKED.items():
        accepts = read_filter(filtered, frozenset()) if filtered else None
        texts = [(TERMS_KEY, words)] if words else []
        ask = functools.partial(index.query, limit=_WANTED, texts=texts, accepts=accepts)
        ask(vector=queries[0].tolist())  # what is kept for later queries is made by the first
        ours, bare = [], []
        for query in queries[:runs]:  # in turns, so that a slow moment meets both
            ours.append(_seconds(functools.partial(ask, vector=query.tolist())))
            bare.append(_seconds(functools.partial(_bare, rows, query)))
        yield TimedQuery(asked, statistics.median(ours), statistics.median(ours) / statistics.median(bare))


def _bare(rows: Vectors, query: Vectors) -> None:
    np.argpartition(-(rows @ query), _WANTED)


def _metadata(place: int) -> dict[str, str | int]:
    """Words by a power law, as those of texts are: the first in nearly every text, most in a few."""
    random = np.random.default_rng(place)
    words = (random.random(_WORDS) ** 3 * _VOCABULARY).astype(int)
    asset = place // _VECTORS_OF_AN_ASSET
    return {
        "profile": _PROFILES[asset % len(_PROFILES)],
        "modality": _MODALITIES[place % len(_MODALITIES)],
        "asset": f"a-{asset}",
        "at": asset,
        TERMS_KEY: " ".join([_EVERYWHERE, *(f"word{word}" for word in words)]),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
