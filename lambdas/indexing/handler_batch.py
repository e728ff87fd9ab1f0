"""Behind `braid index --all --batch`: writes what batch jobs are asked, and indexes what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from braid.domain.errors import BraidError, InvalidInputError
from braid.domain.money.accounting import Meter, total
from braid.domain.search.documents import Document
from braid.domain.search.space import Space
from braid.domain.wire import encode
from braid.models.spending import count
from braid.runtime.handler import handles, logger
from braid.store.documents import DocumentStore
from braid.store.search_state import SearchState
from lambdas.indexing.batching import BatchPart, keep_answers, write_part
from lambdas.indexing.indexer import Indexer
from lambdas.indexing.settings import Settings, indexer_of

__all__ = ["Request", "Settings", "handler"]

# What Bedrock reads and writes; it expires with ``work/``.
_FOLDER = "work/embeddings"
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
    work = _write if request.operation == "write" else _read
    return work(request, settings, DocumentStore(settings.results_bucket, "search", 1))


def _write(request: Request, settings: Settings, store: DocumentStore) -> dict[str, Any]:
    indexer, state, written = indexer_of(settings), SearchState(settings.results_bucket), []
    wanted = _wanted(indexer, request.asset_ids)
    for searched in indexer.spaces:
        if not searched.embedder.takes_batches:
            continue
        documents = {asset_id: found[searched.space] for asset_id, found in wanted.items() if found}
        part = write_part(searched, documents, state, read_picture=store.get_bytes)
        if not part.lines:
            continue
        space = searched.space
        store.put_document(_part_key(request, space.index_name), part.part)
        lines = "".join(part.lines).encode()
        key = f"{_FOLDER}/{request.batch_id}/{space.index_name}/input/{request.name}.jsonl"
        store.put_bytes(key, lines, "application/jsonl")
        told = {"index_name": space.index_name, "model_id": space.model_id, "records": len(part.lines)}
        written.append({**told, "usage": encode(part.usage)})
    return {"written": written}


def _read(request: Request, settings: Settings, store: DocumentStore) -> dict[str, Any]:
    """Keeps what every index's job answered, then indexes: killed in between and read again it ends the same.

    What wasn't answered of an asset that has something now is asked for as any indexing does.
    """
    indexer, state = indexer_of(settings), SearchState(settings.results_bucket)
    paid: dict[str, Meter] = {}
    kept = unanswered = 0
    for searched in indexer.spaces:
        name = searched.space.index_name
        part = store.find_document(BatchPart, _part_key(request, name)) if name in request.outputs else None
        if part is None:
            continue
        output = request.outputs[name] and store.find_bytes(request.outputs[name])
        answers = keep_answers(part, output or b"", searched, state)
        kept += sum(found.kept for found in answers.values())
        unanswered += sum(found.unanswered for found in answers.values())
        for asset_id, found in answers.items():
            if found.kept:
                count(paid.setdefault(asset_id, Meter()), found.usage)
    model_calls, failed = 0, {}
    for asset_id, meter in paid.items():
        try:
            model_calls += indexer.index(asset_id, paid=meter.usage()).model_calls
        except BraidError as error:
            logger.warning(str(error), extra={"asset_id": asset_id})
            failed[asset_id] = str(error)
    state.forget([_part_key(request, name) for name in request.outputs])
    usage = total(used for meter in paid.values() for used in meter.usage())
    return {
        "kept": kept,
        "unanswered": unanswered,
        "model_calls": model_calls,
        "failed": failed,
        "usage": encode(usage),
    }


def _wanted(indexer: Indexer, asset_ids: tuple[str, ...]) -> dict[str, Mapping[Space, Sequence[Document]]]:
    found = {}
    for asset_id in asset_ids:
        try:
            found[asset_id] = indexer.documents(asset_id)
        except BraidError as error:  # just being closed, or damaged: `braid index --all` meets it again
            logger.warning(str(error), extra={"asset_id": asset_id})
    return found


def _part_key(request: Request, index_name: str) -> str:
    return f"{_FOLDER}/{request.batch_id}/{index_name}/parts/{request.name}.json"
