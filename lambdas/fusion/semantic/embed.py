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
from braid.domain.money.accounting import MissingOperation, Usage, total
from braid.models.embedding import Embeddings
from braid.models.purposes import EMBEDDING
from braid.runtime.library import model_registry
from braid.runtime.retries import Availability, Retries
from braid.runtime.survey import Outcome, SurveyPlan, survey
from braid.store.documents import DocumentStore
from lambdas.fusion.semantic.compare import Vector, can_tell_meaning

__all__ = ["Embedded", "StoredVectors", "embed_texts"]

_PLAN = SurveyPlan(
    EMBEDDING.operation,
    at_once=8,
    # 1,200 a minute. A text takes a tenth of a second, and its whole document a minute at most.
    per_second=20.0,
    # The function has five minutes, and fusion needs the rest.
    begin_within_seconds=150.0,
    pieces="texts",
    service="the model",
    # Nothing is decided by some of the vectors: what costs one of them costs the operation.
    refusals=(),
    refusals_once_answered=(),
)


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
    if earlier is None or earlier.model_id != model_id:
        earlier = StoredVectors(model_id, {})
    known: dict[str, Outcome[Vector]] = {
        text: Outcome(_unpacked(packed)) for text, packed in earlier.vectors.items()
    }
    told: dict[str, Outcome[Vector]] = {}
    try:
        surveyed = survey(
            [(text, text) for text in texts],
            Embeddings(model, bedrock=bedrock).embed,
            plan=_PLAN,
            availability=availability,
            earlier=known,
            keep=told.__setitem__,
            clock=clock,
        )
    finally:
        usage = total((*earlier.usage, *(used for item in told.values() for used in item.usage)))
        if told:
            packed = {text: _packed(item.answer) for text, item in told.items() if item.answer is not None}
            by_text = dict(sorted({**earlier.vectors, **packed}.items()))
            store.put_document(key, StoredVectors(model_id, by_text, usage))
    vectors = surveyed.answers
    if not availability.missing and not can_tell_meaning(vectors):
        availability.list_missing(
            EMBEDDING.operation,
            f"{model_id} doesn't tell a paraphrase from an unrelated sentence: nothing is decided by it",
        )
    if availability.missing:
        return Embedded({}, availability.missing, usage)
    return Embedded({text: vectors[text] for text in texts}, (), usage)


def _packed(vector: Vector) -> str:
    return base64.b64encode(array("f", vector).tobytes()).decode()


def _unpacked(packed: str) -> tuple[float, ...]:
    return tuple(array("f", base64.b64decode(packed)))
