"""Has a model embed the texts whose meaning is compared: several at once, resuming after a stop.

Comparing by meaning is never worth a failure: where it can't be had, words alone decide, and it is listed.
"""

from __future__ import annotations

import base64
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from braid.domain.errors import ConfigError
from braid.domain.money.accounting import Meter, MissingOperation, Usage, total
from braid.models.embedding import Embeddings
from braid.models.purposes import EMBEDDING
from braid.runtime.library import model_registry
from braid.runtime.rate_limit import RateLimit
from braid.runtime.retries import Availability, Retries
from braid.runtime.side_by_side import side_by_side
from braid.store.documents import DocumentStore
from lambdas.fusion.semantic.compare import Vector, can_tell_meaning

__all__ = ["Embedded", "StoredVectors", "embed_texts"]

_AT_ONCE = 8
# 1,200 a minute. A text takes a tenth of a second, and its whole document a minute at most.
_PER_SECOND = 20.0
# The function has five minutes, and fusion needs the rest.
_BEGUN_WITHIN_SECONDS = 150.0


@dataclass(frozen=True)
class StoredVectors:
    """What a model gave, as it lies in ``work/``: by text, single precision in base64."""

    model_id: str
    vectors: Mapping[str, str]
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True)
class Embedded:
    """The vectors by text; none where not all could be had, and ``missing`` says why."""

    vectors: Mapping[str, Vector] = field(default_factory=dict)
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()


def embed_texts(
    texts: Sequence[str],
    *,
    model_id: str,
    store: DocumentStore,
    retries: Retries,
    bedrock: Any = None,
    clock: Callable[[], float] = time.monotonic,
) -> Embedded:
    """The vectors of all ``texts``, each asked for once an asset, or none of them.

    ``bedrock`` is a boto3 client other than the process's own. Raises ``ThrottledError`` or
    ``ServiceUnavailableError`` while the state machine may still retry: the next try asks for the rest.
    """
    if not texts:
        return Embedded()
    availability = Availability(retries)
    try:
        model = model_registry().find_embedding(model_id)
    except ConfigError as error:
        # The registry was changed after the deployment was made.
        availability.list_missing(EMBEDDING.operation, str(error))
        return Embedded(missing=availability.missing)
    key = store.work_key("embeddings.json")
    earlier = store.find_document(StoredVectors, key)
    vectors: dict[str, Vector] = {}
    meter = Meter()
    if earlier is not None and earlier.model_id == model_id:
        vectors = {text: _unpacked(packed) for text, packed in earlier.vectors.items()}
        for used in earlier.usage:
            meter.count(used.service, used.operation, used.unit, used.quantity)
    had = len(vectors)
    asker = _Asker(Embeddings(model, bedrock=bedrock), availability, clock)
    try:
        side_by_side([text for text in texts if text not in vectors], asker.ask, at_once=_AT_ONCE)
    finally:
        vectors.update(asker.vectors)
        usage = total((*meter.usage(), *asker.usage))
        if len(vectors) > had:
            packed = {text: _packed(vectors[text]) for text in sorted(vectors)}
            store.put_document(key, StoredVectors(model_id, packed, usage))
    if asker.ran_out_of_time:
        availability.list_missing(
            EMBEDDING.operation,
            f"time ran out after {len(vectors)} of {len(texts)} texts: the model is too slow",
        )
    if not availability.missing and not can_tell_meaning(vectors):
        availability.list_missing(
            EMBEDDING.operation,
            f"{model_id} doesn't tell a paraphrase from an unrelated sentence: nothing is decided by it",
        )
    if availability.missing:
        return Embedded({}, availability.missing, usage)
    return Embedded({text: vectors[text] for text in texts}, (), usage)


class _Asker:
    """Asks for single vectors; safe to share between threads."""

    def __init__(self, model: Embeddings, availability: Availability, clock: Callable[[], float]) -> None:
        self._model = model
        self._limit = RateLimit(_PER_SECOND)
        self._clock = clock
        self._last_begin = clock() + _BEGUN_WITHIN_SECONDS
        self._meters: list[Meter] = []
        self.availability = availability
        self.vectors: dict[str, Vector] = {}
        self.ran_out_of_time = False

    @property
    def usage(self) -> tuple[Usage, ...]:
        return total(used for meter in self._meters for used in meter.usage())

    def ask(self, text: str) -> None:
        """Keeps the vector of one text; passes over it where the operation is known not to be had."""
        if not self._may_ask():
            return
        self._limit.wait()
        if not self._may_ask():  # found out while this one waited
            return
        meter = Meter()
        self._meters.append(meter)
        with self.availability.wanted(EMBEDDING.operation):
            self.vectors[text] = self._model.embed(text, meter)

    def _may_ask(self) -> bool:
        if self._clock() > self._last_begin:
            self.ran_out_of_time = True
        return not self.ran_out_of_time and not self.availability.is_missing(EMBEDDING.operation)


def _packed(vector: Vector) -> str:
    return base64.b64encode(array("f", vector).tobytes()).decode()


def _unpacked(packed: str) -> tuple[float, ...]:
    return tuple(array("f", base64.b64decode(packed)))
