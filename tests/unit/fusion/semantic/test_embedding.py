"""Asking a model for vectors: what it costs, what a retry asks again, and what stands in its way."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.errors import ServiceUnavailableError, ThrottledError
from braid.domain.profile.sections.fusion import Thresholds
from braid.models.embedding import DIMENSIONS
from braid.models.purposes import EMBEDDING
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion.fuse import fuse
from lambdas.fusion.semantic import embed as embedding
from lambdas.fusion.semantic.compare import YARDSTICK
from lambdas.fusion.semantic.embed import Embedded, embed_texts
from lambdas.fusion.semantic.fuse_by_meaning import fuse_by_meaning
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY, LAST_TRY
from tests.unit.fusion.semantic.meanings import vectors_of

MODEL = "amazon.titan-embed-text-v2:0"
KITTEN, CAT = "My kitten naps by the window.", "A tabby sleeps on a sill"
TEXTS = (*YARDSTICK, KITTEN, CAT)


class Model:
    """Knows which of the texts mean the same; refuses texts with a code."""

    def __init__(self, refusals: Mapping[str, str] | None = None) -> None:
        self.asked: Counter[str] = Counter()
        self.refusals = dict(refusals or {})
        self._vectors = vectors_of([KITTEN, CAT])
        self._lock = threading.Lock()
        self.client = answered_by("bedrock-runtime", {"InvokeModel": self._invoke})

    def _invoke(self, members: dict[str, Any]) -> Mapping[str, Any]:
        assert members["modelId"] == MODEL
        asked = json.loads(members["body"])
        assert asked.keys() == {"inputText", "dimensions", "normalize"}
        text = asked["inputText"]
        with self._lock:
            self.asked[text] += 1
        if code := self.refusals.get(text, self.refusals.get("*")):
            raise ServiceError(code, "no")
        vector = [*self._vectors[text], *[0.0] * (DIMENSIONS - len(self._vectors[text]))]
        answer = {"embedding": vector, "inputTextTokenCount": 7}
        return {"body": json.dumps(answer).encode(), "contentType": "application/json"}


@pytest.fixture
def store() -> DocumentStore:
    return DocumentStore("results", "talk", 1, s3=MemoryS3())


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_PLAN", replace(embedding._PLAN, per_second=None))


def embedded(store: DocumentStore, model: Model, retries: Retries = FIRST_TRY, **more: Any) -> Embedded:
    return embed_texts(TEXTS, model_id=MODEL, store=store, retries=retries, bedrock=model.client, **more)


def test_every_text_is_asked_for_once_and_its_tokens_are_counted(store: DocumentStore) -> None:
    model = Model()
    found = embedded(store, model)
    assert tuple(found.vectors) == TEXTS
    assert model.asked == dict.fromkeys(TEXTS, 1)
    (used,) = found.usage
    assert (used.service, used.operation, used.unit) == ("bedrock", f"InvokeModel:{MODEL}", "input_token")
    assert used.quantity == 7 * len(TEXTS)
    assert found.missing == ()


def test_no_texts_no_question(store: DocumentStore) -> None:
    model = Model()
    assert embed_texts((), model_id=MODEL, store=store, retries=FIRST_TRY, bedrock=model.client) == Embedded()
    assert not model.asked


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"]
)
def test_a_model_that_is_not_to_be_had_is_asked_once_and_listed(store: DocumentStore, code: str) -> None:
    model = Model({"*": code})
    found = embedded(store, model)
    assert found.vectors == {}
    assert [item.operation for item in found.missing] == [EMBEDDING.operation]
    assert found.missing[0].reason.startswith("words and pictures were compared by wording alone")
    assert code not in found.missing[0].reason
    assert sum(model.asked.values()) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [("ThrottlingException", ThrottledError), ("ServiceUnavailableException", ServiceUnavailableError)],
)
def test_a_retry_embeds_only_what_is_missing_and_pays_nothing_twice(
    store: DocumentStore, code: str, error: type[Exception]
) -> None:
    model = Model({CAT: code})
    with pytest.raises(error):
        embedded(store, model)
    model.refusals.clear()
    resumed = embedded(store, model, FIRST_TRY)
    assert model.asked[CAT] == 2
    assert all(count == 1 for text, count in model.asked.items() if text != CAT)
    in_one_go = embedded(DocumentStore("results", "other", 1, s3=MemoryS3()), Model())
    assert resumed == in_one_go


def test_on_the_last_try_words_alone_decide_and_what_was_paid_is_told(store: DocumentStore) -> None:
    found = embedded(store, Model({CAT: "ThrottlingException"}), LAST_TRY)
    assert found.vectors == {}
    assert found.missing[0].reason.endswith(": the service was too busy until the last try")
    assert found.usage[0].quantity > 0


def test_a_slow_model_costs_the_meaning_and_not_the_timeline(store: DocumentStore) -> None:
    times = iter([0.0, *[1.0] * 4, *[1000.0] * 200])
    found = embedded(store, Model(), clock=lambda: next(times))
    assert found.vectors == {}
    assert "time ran out after 2 of 26 texts" in found.missing[0].reason


def test_a_model_that_gives_everything_the_same_vector_is_listed(store: DocumentStore) -> None:
    model = Model()
    model._vectors = dict.fromkeys(TEXTS, (1.0,))
    (missing,) = embedded(store, model).missing
    assert "doesn't tell a paraphrase from an unrelated sentence" in missing.reason


def test_the_timeline_is_compared_by_meaning_and_tells_what_it_cost(store: DocumentStore) -> None:
    material = picture_and_text([CAT], KITTEN)

    def braided(model: Model) -> Any:
        return fuse_by_meaning(
            material,
            Thresholds(),
            4000,
            embedding_model_ids=[MODEL],
            store=store,
            retries=FIRST_TRY,
            bedrock=model.client,
        )

    refused = braided(Model({"*": "AccessDeniedException"}))
    assert [item.operation for item in refused.missing] == [EMBEDDING.operation]
    assert refused.segments == fuse(material, Thresholds(), 4000).segments
    (segment,) = braided(Model()).segments
    assert [str(agreement.kind) for agreement in segment.agreements] == ["redundant"]
    assert braided(Model()).usage[0].quantity == 7 * len(TEXTS)


def test_without_a_model_nobody_is_asked(store: DocumentStore) -> None:
    material = picture_and_text([CAT], KITTEN)
    timeline = fuse_by_meaning(
        material, Thresholds(), 4000, embedding_model_ids=[], store=store, retries=FIRST_TRY, bedrock=object()
    )
    assert timeline == fuse(material, Thresholds(), 4000)
