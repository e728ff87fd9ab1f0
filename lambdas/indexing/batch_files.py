"""The files of a batch: its parts are written below ``work/embeddings/``, and read once the jobs are over.

A part is some assets' records in every index, each in a file of its own; it is unread while the file that
says what the records are is there. All of it expires with ``work/``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from braid.domain.errors import BraidError
from braid.domain.money.accounting import Meter, total
from braid.domain.search.documents import Document
from braid.domain.search.space import Space
from braid.domain.wire import encode
from braid.runtime.handler import logger
from braid.store.documents import DocumentStore
from braid.store.search_state import SearchState
from lambdas.indexing.batching import BatchPart, keep_answers, write_part
from lambdas.indexing.indexer import Indexer

__all__ = ["BatchFiles"]

_FOLDER = "work/embeddings"


class BatchFiles:
    """The part ``name`` of a batch, over what indexes a deployment's assets."""

    def __init__(
        self, batch_id: str, name: str, indexer: Indexer, state: SearchState, store: DocumentStore
    ) -> None:
        self._batch_id = batch_id
        self._name = name
        self._indexer = indexer
        self._state = state
        self._store = store

    def write(self, asset_ids: Sequence[str]) -> dict[str, Any]:
        """Writes what isn't embedded of these assets; by index how many records, and what they will cost."""
        written = []
        wanted = self._wanted(asset_ids)
        for searched in self._indexer.spaces:
            if not searched.embedder.takes_batches:
                continue
            documents = {asset_id: found[searched.space] for asset_id, found in wanted.items() if found}
            part = write_part(searched, documents, self._state, read_picture=self._store.get_bytes)
            if not part.lines:
                continue
            space = searched.space
            self._store.put_document(self._part_key(space.index_name), part.part)
            key = f"{_FOLDER}/{self._batch_id}/{space.index_name}/input/{self._name}.jsonl"
            self._store.put_bytes(key, "".join(part.lines).encode(), "application/jsonl")
            told = {"index_name": space.index_name, "model_id": space.model_id, "records": len(part.lines)}
            written.append({**told, "usage": encode(part.usage)})
        return {"written": written}

    def read(self, outputs: Mapping[str, str]) -> dict[str, Any]:
        """Keeps what every index's job answered, then indexes: killed in between and done again it ends the
        same. ``outputs`` are keys by index, empty where no job answered.

        What wasn't answered of an asset that has something now is asked for as any indexing does.
        """
        paid: dict[str, Meter] = {}
        kept = unanswered = 0
        for searched in self._indexer.spaces:
            name = searched.space.index_name
            part = self._store.find_document(BatchPart, self._part_key(name)) if name in outputs else None
            if part is None:
                continue
            output = self._store.find_bytes(outputs[name]) if outputs[name] else None
            answers = keep_answers(part, output or b"", searched, self._state)
            kept += sum(found.kept for found in answers.values())
            unanswered += sum(found.unanswered for found in answers.values())
            for asset_id, found in answers.items():
                if found.kept:
                    before = paid[asset_id].usage() if asset_id in paid else ()
                    paid[asset_id] = Meter((*before, *found.usage))
        model_calls, failed = 0, {}
        for asset_id, meter in paid.items():
            try:
                indexed = self._indexer.index(asset_id, paid=meter.usage())
            except BraidError as error:
                logger.warning(str(error), extra={"asset_id": asset_id})
                failed[asset_id] = str(error)
                continue
            model_calls += indexed.model_calls
            if indexed.missing:
                failed[asset_id] = "; ".join(each.reason for each in indexed.missing)
        self._state.forget([self._part_key(name) for name in outputs])
        return {
            "kept": kept,
            "unanswered": unanswered,
            "model_calls": model_calls,
            "failed": failed,
            "usage": encode(total(used for meter in paid.values() for used in meter.usage())),
        }

    def _wanted(self, asset_ids: Sequence[str]) -> dict[str, Mapping[Space, Sequence[Document]]]:
        found = {}
        for asset_id in asset_ids:
            try:
                found[asset_id] = self._indexer.documents(asset_id)
            except BraidError as error:  # just being closed, or damaged: `braid index --all` meets it again
                logger.warning(str(error), extra={"asset_id": asset_id})
        return found

    def _part_key(self, index_name: str) -> str:
        return f"{_FOLDER}/{self._batch_id}/{index_name}/parts/{self._name}.json"
