"""Behind `braid index` and `braid delete`: assets indexed again or forgotten, indexes switched or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from braid.aws.vectors.stores import vector_store
from braid.domain.errors import BraidError, InvalidInputError
from braid.domain.wire import encode
from braid.runtime.handler import handles, logger
from braid.store.search_state import SearchState
from lambdas.indexing.settings import Settings, indexer_of

__all__ = ["Request", "Settings", "handler"]

_MOST_ASSETS = 25


@dataclass(frozen=True)
class Request:
    """``index`` or ``forget`` these assets; ``switch`` to the deployment's own spaces; ``drop`` the
    indexes that are neither searched nor the deployment's; or say how it is."""

    operation: Literal["index", "forget", "switch", "drop", "status"]
    asset_ids: tuple[str, ...] = ()


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: for each asset what became of it, and which indexes are live, built and dropped."""
    if len(request.asset_ids) > _MOST_ASSETS:
        raise InvalidInputError(f"at most {_MOST_ASSETS} assets at once, not {len(request.asset_ids)}")
    state, done = SearchState(settings.results_bucket), []
    if request.operation == "switch":
        state.switch(settings.spaces)
    indexer = indexer_of(settings)
    for asset_id in request.asset_ids:
        try:
            if request.operation == "forget":
                done.append({"asset_id": asset_id, "removed": indexer.forget(asset_id)})
            else:
                done.append(encode(indexer.index(asset_id)))
        except BraidError as error:  # one asset that can't be indexed costs that one; asking again resumes
            logger.warning(str(error), extra={"asset_id": asset_id})
            done.append({"asset_id": asset_id, "error": str(error)})
    live = [space.index_name for space in state.live() or settings.spaces]
    built = [space.index_name for space in settings.spaces]
    drops = request.operation == "drop"
    dropped = vector_store(settings.vector_store).drop_all_but({*live, *built}) if drops else []
    return {
        "assets": done,
        "live": live,
        "built": built,
        "dropped": dropped,
    }
