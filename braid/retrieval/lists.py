"""One ranked list per space. Cosines of two spaces lie on different scales: they never meet but by rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.search.hit import Citation
from braid.domain.search.space import CITATION_KEY, Space
from braid.domain.search.vector_index import ANYTHING, FoundVector, Narrowing, VectorIndex
from braid.domain.wire import decode_json
from braid.text.search_terms import matched_words, query_terms

__all__ = ["Listed", "ranked_list"]


@dataclass(frozen=True)
class Listed:
    """One of a list: what it cites, how near it is, and which of the query's words stand in it.

    ``coverage`` is the share of the query's words that do, 0 to 1.
    """

    key: str
    citation: Citation
    cosine: float
    matched: tuple[str, ...] = ()
    coverage: float = 0.0
    has_words: bool = False


def ranked_list(
    index: VectorIndex,
    space: Space,
    vector: Sequence[float],
    *,
    text: str = "",
    narrowing: Narrowing = ANYTHING,
    depth: int = 60,
) -> list[Listed]:
    """The best of a space's index: by words and meaning together for texts, by looks for pictures."""
    words = " ".join(query_terms(text)) if space.purpose == "text" and text else ""
    found = index.query(depth, vector=vector, words=words, narrowing=narrowing)
    return [_listed(each, text) for each in found]


def _listed(found: FoundVector, text: str) -> Listed:
    stored = found.metadata.get(CITATION_KEY)
    if not isinstance(stored, str) or found.distance is None:
        raise InvalidServiceOutputError(f"{found.key} of the index has no citation or distance")
    citation = decode_json(Citation, stored.encode(), source=found.key)
    matched, of = matched_words(text, citation.text) if text else ((), 0)
    return Listed(
        found.key,
        citation,
        1 - found.distance,
        matched,
        len(matched) / of if of else 0.0,
        found.text_score is not None,
    )
