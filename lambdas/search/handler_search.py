"""Behind `braid search` and `braid similar`: finds, and writes nothing but what it measured of an index."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from braid.aws.vectors.stores import vector_store
from braid.domain.errors import InvalidInputError
from braid.domain.money.accounting import Meter
from braid.domain.search.hit import SearchRequest
from braid.domain.search.space import Space
from braid.domain.search.visibility import FINDABLE
from braid.domain.wire import encode
from braid.retrieval.finding import Finder
from braid.retrieval.knowledge_base import KnowledgeBaseList
from braid.retrieval.searched import searched_in
from braid.runtime.handler import handles
from braid.runtime.library import model_registry, profile_names
from braid.store.records import AssetRecords
from braid.store.search_state import SearchState

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """``spaces`` are searched until a switch says otherwise; ``knowledge_base_ids`` beside them."""

    results_bucket: str
    assets_table: str
    vector_store: str
    spaces: tuple[Space, ...]
    knowledge_base_ids: tuple[str, ...]


@handles(Settings, SearchRequest)
def handler(request: SearchRequest, settings: Settings) -> dict[str, Any]:
    """Output: ``SearchAnswer``, and ``usage``."""
    if request.profile and request.profile not in profile_names():
        raise InvalidInputError(
            f"there is no profile {request.profile!r}; there are {', '.join(profile_names())}"
        )
    state, records, meter = SearchState(settings.results_bucket), AssetRecords(settings.assets_table), Meter()

    def may_be_found(asset_id: str, attempt: int) -> bool:
        record = records.find(asset_id)
        return record is not None and record.status in FINDABLE and record.attempt == attempt

    spaces = searched_in(
        vector_store(settings.vector_store, meter), state.live() or settings.spaces, model_registry()
    )
    beside = [KnowledgeBaseList(each) for each in settings.knowledge_base_ids]
    finder = Finder(spaces, state, may_be_found=may_be_found, now=time.time, beside=beside)
    answer = finder.find(request, meter)
    return {**encode(answer), "usage": encode(meter.usage())}
