"""Finds: asks every space, fuses by rank what says something, and shows what may be found."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

from braid.domain.errors import (
    BraidError,
    ConfigError,
    InvalidInputError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from braid.domain.search.hit import Hit, SearchAnswer, SearchRequest
from braid.domain.search.rank_fusion import fuse_by_rank
from braid.domain.search.vector_index import Narrowing, NoSuchIndexError
from braid.domain.span import Span
from braid.retrieval.background import BACKGROUND_QUERIES, background_language
from braid.retrieval.embedders import is_of_the_input
from braid.retrieval.knowledge_base import KnowledgeBaseList
from braid.retrieval.lists import Listed, ranked_in_rounds, ranked_list
from braid.retrieval.presence import Presence, is_stale
from braid.retrieval.requests import check_request, narrowing_of
from braid.retrieval.searched import Searched
from braid.retrieval.showing import Showing
from braid.store.search_state import Background, SearchState, vectors_key
from braid.text.search_terms import sought_codes, stands_in

__all__ = ["Finder"]

_AT_ONCE = 8
_BACKGROUND_DEPTH = 10
_LIKED_VECTORS = 50
_NEAREST_READ = 5


class Finder:
    """Searches the spaces of one deployment.

    ``may_be_found(asset_id, attempt)`` is asked of each asset at the time of the search: an index lags behind
    what happens to an asset. ``now`` gives seconds since 1970. ``beside`` are lists of documents that
    aren't this deployment's.
    """

    def __init__(
        self,
        spaces: Sequence[Searched],
        state: SearchState,
        *,
        may_be_found: Callable[[str, int], bool],
        now: Callable[[], float],
        beside: Sequence[KnowledgeBaseList] = (),
    ) -> None:
        self._spaces = tuple(spaces)
        self._beside = tuple(beside)
        self._state = state
        self._may_be_found = may_be_found
        self._now = now

    def find(self, request: SearchRequest, meter: Meter) -> SearchAnswer:
        """The hits of a request, the best first; none where nothing like it is there.

        Raises InvalidInputError in words for whoever asked, ConfigError where an index isn't there, and the
        service errors where no list at all could be had.
        """
        check_request(request)
        narrowing = narrowing_of(request)
        lists: list[list[Hit]] = []
        near_misses, errors, is_nearest = 0, list[BraidError](), bool(request.similar_to)
        missing, showing = self._not_indexed(request.similar_to), Showing(self._may_be_found)
        for searched in self._asked(request):
            try:
                listed, misses = self._list(searched, request, narrowing, showing, meter)
            except NoSuchIndexError as error:
                name = searched.space.index_name
                raise ConfigError(
                    f"the index {name} isn't there: `braid index --all` builds it, and `braid index --switch`"
                    " lets it be searched"
                ) from error
            except (InvalidInputError, ConfigError):
                raise
            except BraidError as error:
                missing.append(f"{searched.space.purpose}: {searched.space.model_id} can't be asked: {error}")
                errors.append(error)
                continue
            near_misses += misses
            if listed:
                lists.append([_hit(each, searched) for each in listed])
                is_nearest |= bool(request.picture) and searched.embedder.alike_cosine is None
        for beside in self._beside:
            try:
                others, misses = beside.hits(request)
            except BraidError as error:
                missing.append(f"{beside.name} can't be asked: {error}")
                continue
            near_misses += misses
            is_nearest |= bool(request.picture) and bool(others)
            lists += [others] if others else []
        if errors and len(errors) == len(self._asked(request)):
            raise errors[0]
        hits = showing.first(_fused(lists), request.limit)
        models = tuple(searched.space.model_id for searched in self._asked(request))
        return SearchAnswer(tuple(hits), near_misses, models, tuple(missing), is_nearest and bool(hits))

    def _asked(self, request: SearchRequest) -> tuple[Searched, ...]:
        """A picture is compared with pictures alone."""
        if not request.picture:
            return self._spaces
        pictured = tuple(searched for searched in self._spaces if searched.space.purpose == "pictures")
        if not pictured:
            raise InvalidInputError(
                "a picture can't be searched with: this deployment has no model of pictures and words (the"
                " knob search_picture_model); words find transcripts, documents, texts in pictures and labels"
            )
        return pictured

    def _list(
        self, searched: Searched, request: SearchRequest, narrowing: Narrowing, showing: Showing, meter: Meter
    ) -> tuple[list[Listed], int]:
        """What one space says, and how many it has that are probably not meant."""
        text = " ".join(request.text.split())
        if request.similar_to:
            vector: Sequence[float] = self._mean_of(searched, request.similar_to)
            if not vector:
                return [], 0
        elif request.picture:
            vector = _of_its_index(searched, _vector_of_picture(searched, request, meter))
        else:
            vector = _of_its_index(searched, searched.embedder.query(text, meter))

        def ask(depth: int, within: Narrowing) -> list[Listed]:
            return ranked_list(
                searched.index, searched.space, vector, text=text, narrowing=within, depth=depth
            )

        def judge(listed: list[Listed]) -> list[Listed]:
            return self._meant(listed, searched, request, meter)

        return ranked_in_rounds(ask, narrowing, judge=judge, showing=showing, limit=request.limit)

    def _meant(
        self, listed: list[Listed], searched: Searched, request: SearchRequest, meter: Meter
    ) -> list[Listed]:
        """Those of a list that are more than near; all of them where nobody can tell."""
        if request.nearest or request.similar_to or not listed:
            return listed
        if request.picture:
            least = searched.embedder.alike_cosine
            return [each for each in listed if least is None or each.cosine >= least]
        if codes := sought_codes(request.text):  # to an encoder a number is near any other
            return [each for each in listed if stands_in(codes, each.citation.text)]
        nearest = [each.citation.text for each in listed[:_NEAREST_READ]]
        language = background_language(request.text, nearest)
        if language is None:
            return [each for each in listed if each.matched]
        presence = self._presence(searched, language, meter)
        if not presence.says_something(listed):
            return []
        return [each for each in listed if presence.stands_out(each)]

    def _not_indexed(self, asset_ids: Sequence[str]) -> list[str]:
        """Which of these nothing can be compared with. Raises InvalidInputError where that is all of them."""
        found = [self._state.manifest(asset_id) for asset_id in asset_ids]
        without = [
            asset_id
            for asset_id, manifest in zip(asset_ids, found, strict=True)
            if not (manifest and manifest.keys)
        ]
        if asset_ids and len(without) == len(asset_ids):
            raise InvalidInputError(
                f"nothing of {', '.join(without)} is indexed, so nothing can be compared with it: `braid"
                " status` says whether it may be found, `braid index --all` why it isn't"
            )
        return [f"{asset_id} isn't indexed" for asset_id in without]

    def _mean_of(self, searched: Searched, asset_ids: Sequence[str]) -> list[float]:
        """Where what somebody likes lies, on average; nothing where none of it is in this space."""
        rows = []
        for asset_id in asset_ids:
            manifest = self._state.manifest(asset_id)
            keys = manifest.keys.get(searched.space.index_name, ()) if manifest else ()
            whole = [key for key in keys if key.startswith(f"{asset_id}/whole/")]
            found = list(searched.index.get((whole or list(keys))[:_LIKED_VECTORS]).values())
            if found:  # each asset counts the same, however long it is
                rows.append([sum(column) / len(found) for column in zip(*found, strict=True)])
        return [sum(column) / len(rows) for column in zip(*rows, strict=True)] if rows else []

    def _presence(self, searched: Searched, language: str, meter: Meter) -> Presence:
        kept = self._state.background(searched.space, language)
        now = self._now()
        if kept is None or is_stale(kept.first_made_at, kept.made_at, now):
            best = self._background(searched, BACKGROUND_QUERIES[language], meter)
            first = kept.first_made_at if kept else now
            cosines, coverages = zip(*best, strict=True)
            kept = Background(searched.space.index_name, first, now, cosines, coverages)
            self._state.put_background(searched.space, language, kept)
        return Presence(kept.cosines, kept.coverages)

    def _background(
        self, searched: Searched, queries: Sequence[str], meter: Meter
    ) -> list[tuple[float, float]]:
        """Best cosine and coverage of each of the background's queries."""
        key = vectors_key(searched.space, queries)
        vectors = self._state.vectors(key, searched.space.dimensions)
        if vectors is None:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                made = list(pool.map(lambda query: searched.embedder.query(query, meter), queries))
            self._state.put_vectors(key, made, searched.space.dimensions)
            vectors = self._state.vectors(key, searched.space.dimensions) or []

        def best(query: str, vector: Sequence[float] | None) -> tuple[float, float]:
            listed = (
                ranked_list(searched.index, searched.space, vector, text=query, depth=_BACKGROUND_DEPTH)
                if vector
                else []
            )
            cosine = max((each.cosine for each in listed), default=0.0)
            return cosine, max((each.coverage for each in listed), default=0.0)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(best, queries, vectors))


def _vector_of_picture(searched: Searched, request: SearchRequest, meter: Meter) -> Sequence[float]:
    try:
        return searched.embedder.query_by_picture(base64.b64decode(request.picture), meter)
    except (InvalidServiceOutputError, RefusedByServiceError, UnsupportedError) as error:
        if not is_of_the_input(error, searched.embedder, meter):
            raise
        raise InvalidInputError(
            f"the picture can't be searched with: {error}; words find what was said, written and read"
        ) from error


def _of_its_index(searched: Searched, vector: Sequence[float]) -> Sequence[float]:
    """The vector. Raises ConfigError for one of another model than the index was made with."""
    space = searched.space
    if len(vector) != space.dimensions:
        raise ConfigError(
            f"the index {space.index_name} holds vectors of {space.dimensions} numbers, and the query's has"
            f" {len(vector)}: another model made it; `braid index --all` and then `--switch` change the model"
        )
    return vector


def _fused(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    by_place: dict[tuple[str, str, Span], Hit] = {}
    for hits in lists:
        for hit in hits:
            known = by_place.get(place := _place(hit))
            by_place[place] = hit if known is None else _joined(known, hit)
    ranked = [[_place(hit) for hit in hits] for hits in lists]
    return [replace(by_place[place], score=round(score, 4)) for place, score in fuse_by_rank(ranked)]


def _place(hit: Hit) -> tuple[str, str, Span]:
    """What makes two hits one: keyframes of several moments may cite one observation that lasts."""
    return hit.asset_id, hit.evidence_id, hit.span


def _hit(listed: Listed, searched: Searched) -> Hit:
    citation = listed.citation
    if searched.space.purpose == "pictures":
        found_by: tuple[str, ...] = ("bridge" if searched.embedder.method == "bridge" else "picture",)
    else:
        found_by = ("words", "meaning") if listed.has_words else ("meaning",)
    return Hit(
        **{member.name: getattr(citation, member.name) for member in fields(citation)},
        score=0.0,
        matched=listed.matched,
        found_by=found_by,
    )


def _joined(known: Hit, other: Hit) -> Hit:
    """The same place found twice: the text that the words stand in is shown."""
    shown = other if len(other.matched) > len(known.matched) else known
    return replace(
        shown,
        matched=tuple(dict.fromkeys((*known.matched, *other.matched))),
        found_by=tuple(dict.fromkeys((*known.found_by, *other.found_by))),
    )
