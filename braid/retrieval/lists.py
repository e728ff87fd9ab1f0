"""One ranked list per space. Cosines of two spaces lie on different scales: they never meet but by rank.

A list is read in rounds: few hits of an asset are shown, so that one long recording, or what may not be found
any more, could be all of the nearest. A round leaves out the assets of which no more would be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.search.hit import Citation
from braid.domain.search.space import CITATION_KEY, Space
from braid.domain.search.vector_index import ANYTHING, FoundVector, Narrowing, VectorIndex
from braid.domain.wire import decode_json
from braid.retrieval.showing import Showing
from braid.text.search_terms import matched_words, query_terms

__all__ = ["Listed", "ranked_in_rounds", "ranked_list"]

_LEAST_DEPTH = 60
# The last of them reads 1,920 hits of at most 10,000.
_MOST_ROUNDS = 6
# Each stands in the request's filter.
_MOST_LEFT_OUT = 100


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
    depth: int = _LEAST_DEPTH,
) -> list[Listed]:
    """The best of a space's index: by words and meaning together for texts, by looks for pictures."""
    words = " ".join(query_terms(text)) if space.purpose == "text" and text else ""
    found = index.query(depth, vector=vector, words=words, narrowing=narrowing)
    return [_listed(each, text) for each in found]


def ranked_in_rounds(
    ask: Callable[[int, Narrowing], list[Listed]],
    narrowing: Narrowing,
    *,
    judge: Callable[[list[Listed]], list[Listed]],
    showing: Showing,
    limit: int,
) -> tuple[list[Listed], int]:
    """What ``judge`` lets pass of a list that shows ``limit`` hits, and how many it held back.

    ``ask(depth, narrowing)`` is asked again, twice as deep, where the assets that take up the list can't show
    more of it; no more once a round has nothing that passes.
    """
    listed: dict[str, Listed] = {}
    depth, without = max(_LEAST_DEPTH, 2 * limit), narrowing.without_assets
    for _ in range(_MOST_ROUNDS):
        found = ask(depth, replace(narrowing, without_assets=without))
        new = {each.key for each in found} - listed.keys()
        listed |= {each.key: each for each in found if each.key in new}
        kept = judge(list(listed.values()))
        is_over = len(found) < depth or new.isdisjoint(each.key for each in kept)
        if is_over or len(showing.first(_places(kept), limit)) == limit:
            break
        spent = showing.spent(_places(list(listed.values())))[:_MOST_LEFT_OUT]
        further = tuple(dict.fromkeys((*narrowing.without_assets, *spent)))
        if set(further) <= set(without):
            break
        depth, without = 2 * depth, further
    return kept, len(listed) - len(kept)


def _places(kept: Sequence[Listed]) -> Iterable[Citation]:
    """One of each place: pieces of a long passage are one hit."""
    cited = [each.citation for each in kept]
    return {(each.asset_id, each.evidence_id, each.span): each for each in cited}.values()


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
