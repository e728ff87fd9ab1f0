"""The vectors of an asset's documents: each asked for once, kept before it is used.

They are kept by groups under what they were made of. Whoever indexes the same contents again, after a crash,
a rerun or a second upload, reads them back and asks no model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from braid.domain.errors import InvalidServiceOutputError, RefusedByServiceError, UnsupportedError
from braid.domain.money.accounting import Meter
from braid.domain.search.documents import Document
from braid.domain.search.space import Space
from braid.retrieval.embedders import PictureEmbedder, TextEmbedder, is_of_the_input
from braid.runtime.handler import logger
from braid.runtime.side_by_side import side_by_side
from braid.store.search_state import SearchState, vectors_key

__all__ = ["Group", "UnaskedGroup", "embedded_groups", "unasked_groups"]

# A put is billed as 128 KB at least: a hundred vectors of 512 numbers are 200 KB.
_TEXTS_IN_A_GROUP = 100
_PICTURES_IN_A_GROUP = 20
_AT_ONCE = 8


@dataclass(frozen=True)
class Group:
    """Some documents with their vectors; ``None`` where the model gave none for one of them.

    ``asked`` counts those that a model was asked for now.
    """

    documents: Sequence[Document]
    vectors: Sequence[Sequence[float] | None]
    kept_under: str
    asked: int


def embedded_groups(
    documents: Sequence[Document],
    space: Space,
    embedder: TextEmbedder | PictureEmbedder,
    state: SearchState,
    meter: Meter,
    *,
    read_picture: Callable[[str], bytes],
) -> Iterator[Group]:
    """The groups, one after the other; each is kept before it is given.

    ``read_picture`` gives the bytes of a key of the results bucket. Raises the service errors of the model
    that are about more than one document.
    """
    for group, pictures, key in _cut(documents, space, read_picture):
        vectors: Sequence[Sequence[float] | None] | None = state.vectors(key, space.dimensions)
        asked = 0 if vectors is not None else len(group)
        if vectors is None:

            def ask(document: Document, seen: dict[str, bytes] = pictures) -> Sequence[float] | None:
                return _vector(document, embedder, seen.get(document.image_key, b""), meter)

            vectors = side_by_side(group, ask, at_once=_AT_ONCE)
            state.put_vectors(key, vectors, space.dimensions)
        yield Group(group, vectors, key, asked)


@dataclass(frozen=True)
class UnaskedGroup:
    """Documents whose vectors nobody asked for yet, their pictures by key, and where they will be kept."""

    documents: Sequence[Document]
    pictures: Mapping[str, bytes]
    kept_under: str


def unasked_groups(
    documents: Sequence[Document],
    space: Space,
    state: SearchState,
    *,
    read_picture: Callable[[str], bytes],
) -> Iterator[UnaskedGroup]:
    """What ``embedded_groups`` would ask a model for."""
    for group, pictures, key in _cut(documents, space, read_picture):
        if state.vectors(key, space.dimensions) is None:
            yield UnaskedGroup(group, pictures, key)


def _cut(
    documents: Sequence[Document], space: Space, read_picture: Callable[[str], bytes]
) -> Iterator[tuple[Sequence[Document], dict[str, bytes], str]]:
    """Groups of documents, with their pictures and the key under which their vectors are kept."""
    size = _PICTURES_IN_A_GROUP if space.purpose == "pictures" else _TEXTS_IN_A_GROUP
    for at in range(0, len(documents), size):
        group = documents[at : at + size]
        pictures = {each.image_key: read_picture(each.image_key) for each in group if each.image_key}
        yield group, pictures, vectors_key(space, [_content(each, pictures) for each in group])


def _vector(
    document: Document, embedder: TextEmbedder | PictureEmbedder, jpeg: bytes, meter: Meter
) -> Sequence[float] | None:
    try:
        return embedder.document(document.text, jpeg, meter)
    except (InvalidServiceOutputError, RefusedByServiceError, UnsupportedError) as error:
        if not is_of_the_input(error, embedder, meter):
            raise
        # One picture that a model makes nothing of, or a passage that it refuses, costs that one.
        logger.info("no vector", extra={"document": document.key, "cause": str(error)})
        return None


def _content(document: Document, pictures: dict[str, bytes]) -> str:
    picture = pictures.get(document.image_key, b"")
    return f"{document.text}\n{hashlib.sha256(picture).hexdigest()}" if picture else document.text
