"""Behind `braid index --all --batch`: writes what batch jobs are asked, and indexes what they answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from braid.domain.errors import InvalidInputError
from braid.runtime.handler import handles
from braid.store.documents import DocumentStore
from braid.store.search_state import SearchState
from lambdas.indexing.batch_files import BatchFiles
from lambdas.indexing.settings import Settings, indexer_of

__all__ = ["Request", "Settings", "handler"]

_MOST_ASSETS = 25


@dataclass(frozen=True)
class Request:
    """``write`` these assets' records as the part ``name`` of a batch; ``read`` what jobs answered of it.

    ``outputs`` says by index where the output of a part to read lies; empty where no job was submitted.
    """

    operation: Literal["write", "read"]
    batch_id: str
    name: str
    asset_ids: tuple[str, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: of ``write`` how many records each index's input file has, and what they will cost; of ``read``
    what is indexed now, and what it cost."""
    if len(request.asset_ids) > _MOST_ASSETS:
        raise InvalidInputError(f"at most {_MOST_ASSETS} assets at once, not {len(request.asset_ids)}")
    files = BatchFiles(
        request.batch_id,
        request.name,
        indexer_of(settings),
        SearchState(settings.results_bucket),
        DocumentStore(settings.results_bucket, "search", 1),
    )
    return files.write(request.asset_ids) if request.operation == "write" else files.read(request.outputs)
