"""Many assets' vectors asked for in one Bedrock batch job for each model, at half the price and within a day.

A batch only fills what vectors are kept as: indexing reads them from there, and asks a model for what the
batch didn't answer. So a batch that fails, or half of one, costs nothing but time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.money.accounting import Meter, Usage
from braid.domain.search.documents import Document
from braid.models.embedding_batch import EmbeddingRecord, embedding_line, read_embedding_line
from braid.retrieval.searched import Searched
from braid.store.search_state import SearchState
from lambdas.indexing.embedding import UnaskedGroup, unasked_groups

__all__ = ["BatchGroup", "BatchPart", "KeptVectors", "WrittenPart", "keep_answers", "write_part"]

# What the documentation shows; longer ones are nowhere promised to be taken.
_RECORD_ID_CHARACTERS = 11


@dataclass(frozen=True)
class BatchGroup:
    """Records of an asset whose vectors are kept together, in order; ``texts`` are what was said of each."""

    asset_id: str
    kept_under: str
    record_ids: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class BatchPart:
    """One input file's groups, and the index of the space that they are for."""

    index_name: str
    groups: tuple[BatchGroup, ...]
    schema_version: str = "1"


@dataclass(frozen=True)
class WrittenPart:
    """The input file's lines, what they are, and what they will cost, by an estimate of their tokens."""

    lines: tuple[str, ...]
    part: BatchPart
    usage: tuple[Usage, ...]


@dataclass(frozen=True)
class KeptVectors:
    """What a batch gave an asset: vectors that are kept now, records without an answer, and the price."""

    kept: int
    unanswered: int
    usage: tuple[Usage, ...]


def write_part(
    searched: Searched,
    documents: Mapping[str, Sequence[Document]],
    state: SearchState,
    *,
    read_picture: Callable[[str], bytes],
) -> WrittenPart:
    """A batch's records for the documents of some assets, by id, in one space.

    Groups whose vectors are kept already, and such as one request can't ask for, aren't in it.
    """
    lines: list[str] = []
    groups: list[BatchGroup] = []
    seen: set[str] = set()
    meter = Meter()
    for asset_id, of_an_asset in documents.items():
        for group in unasked_groups(of_an_asset, searched.space, state, read_picture=read_picture):
            if group.kept_under in seen:  # the same contents under two names
                continue
            seen.add(group.kept_under)
            if (asked := _asked(group, searched)) is None:
                continue
            lines += asked.values()
            texts = tuple(document.text for document in group.documents)
            for text in texts:
                searched.embedder.count_batched(text, meter)
            groups.append(BatchGroup(asset_id, group.kept_under, tuple(asked), texts))
    return WrittenPart(tuple(lines), BatchPart(searched.space.index_name, tuple(groups)), meter.usage())


def keep_answers(
    part: BatchPart, output: bytes, searched: Searched, state: SearchState
) -> dict[str, KeptVectors]:
    """Keeps the vectors of every group that the job answered whole; by asset what that was.

    Raises InvalidServiceOutputError where a line isn't a record's.
    """
    records = {record.record_id: record for record in map(read_embedding_line, output.splitlines())}
    found: dict[str, KeptVectors] = {}
    for group in part.groups:
        before = found.get(group.asset_id, KeptVectors(0, 0, ()))
        meter = Meter(before.usage)
        vectors = [
            _vector(records.get(record_id), text, searched, meter)
            for record_id, text in zip(group.record_ids, group.texts, strict=True)
        ]
        missing = sum(vector is None for vector in vectors)
        if not missing:
            state.put_vectors(group.kept_under, vectors, searched.space.dimensions)
        kept = before.kept + (0 if missing else len(vectors))
        found[group.asset_id] = KeptVectors(kept, before.unanswered + missing, meter.usage())
    return found


def _asked(group: UnaskedGroup, searched: Searched) -> dict[str, str] | None:
    """The group's lines by record id; ``None`` where one of its documents takes more than one request."""
    lines: dict[str, str] = {}
    for number, document in enumerate(group.documents):
        body = searched.embedder.batch_request(document.text, group.pictures.get(document.image_key, b""))
        if body is None:
            return None
        record_id = hashlib.sha256(f"{group.kept_under}/{number}".encode()).hexdigest()[
            :_RECORD_ID_CHARACTERS
        ]
        lines[record_id] = embedding_line(record_id, body) + "\n"
    return lines


def _vector(
    record: EmbeddingRecord | None, text: str, searched: Searched, meter: Meter
) -> Sequence[float] | None:
    if record is None or record.answer is None:
        return None
    try:
        return searched.embedder.read_batch(record.answer, text, meter)
    except InvalidServiceOutputError:
        return None
