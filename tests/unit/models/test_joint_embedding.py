"""Texts and pictures in one space: each family's requests, one vector of length 1, what it costs."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest

from braid.domain.embedding_models import JointEmbeddingModel
from braid.domain.errors import ConfigError, InvalidInputError, InvalidServiceOutputError
from braid.domain.money.accounting import Meter
from braid.models.dialects.table import joint_dialect
from braid.models.joint_embedding import JointEmbeddings
from braid.runtime.library import model_registry
from braid.runtime.prices import price_book
from tests.contract.service_model import assert_request
from tests.doubles.service_clients import answered_by
from tests.unit.models.model_requests import GOLDENS

MODELS = {model.dialect: model for model in model_registry().joint_embeddings}
JPEG = b"\xff\xd8\xff\x00"


class Answering:
    """A model that says one vector after the other."""

    def __init__(self, model: JointEmbeddingModel, *vectors: list[Any]) -> None:
        self.sent: list[dict[str, Any]] = []
        self._dialect, self._vectors = model.dialect, list(vectors)
        client = answered_by("bedrock-runtime", {"InvokeModel": self._answer})
        self.embeddings = JointEmbeddings(model, len(vectors[0]), bedrock=client)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(request)
        vector = self._vectors.pop(0)
        body: dict[str, Any] = {"embedding": vector, "inputTextTokenCount": 5}
        if self._dialect == "nova_embeddings":
            body = {"embeddings": [{"embeddingType": "TEXT", "embedding": vector}]}
        if self._dialect == "openai_joint":
            body = {"data": [{"embedding": vector, "index": 0}], "usage": {"prompt_tokens": 5}}
        return {"body": json.dumps(body).encode(), "contentType": "application/json"}


@pytest.mark.parametrize("dialect", MODELS)
def test_requests_are_those_of_the_goldens(dialect: str) -> None:
    """A text that searches, a picture that does, a picture to index, and one with what is said of it."""
    model = Answering(MODELS[dialect], *([0.0] * 383 + [2.0] for _ in range(5)))
    model.embeddings.query("naïve text", Meter())
    model.embeddings.query_by_picture(JPEG, Meter())
    model.embeddings.picture(JPEG, Meter())
    model.embeddings.picture(JPEG, Meter(), text="a red mug")

    for request in model.sent:
        assert_request("bedrock-runtime", "InvokeModel", request)
    written = json.dumps(model.sent, indent=1) + "\n"
    assert written == (GOLDENS / f"{dialect.replace('_', '-')}.json").read_text("utf-8")


def test_a_model_that_takes_one_at_a_time_gives_their_mean_on_length_1() -> None:
    model = Answering(MODELS["nova_embeddings"], [3.0, 0.0], [0.0, 0.5])

    vector = model.embeddings.picture(JPEG, Meter(), text="a red mug")

    assert vector == pytest.approx((math.sqrt(0.5), math.sqrt(0.5)))
    assert math.hypot(*vector) == pytest.approx(1, abs=1e-6)


def test_pictures_and_tokens_are_counted_and_have_a_price() -> None:
    for dialect, model in MODELS.items():
        meter = Meter()
        Answering(model, [1.0, 0.0], [1.0, 0.0]).embeddings.picture(JPEG, meter, text="a red mug")
        counted = {(used.unit, used.quantity) for used in meter.usage()}

        if not dialect.startswith(("titan", "nova")):
            assert counted == set(), "what runs on a machine of one's own isn't billed"
            continue
        assert ("image", 1) in counted
        for used in meter.usage():
            entry = price_book().find(used.service, used.operation, used.unit)
            assert entry is not None, used
            expected = model.picture_usd if used.unit == "image" else model.input_usd_per_million / 1e6
            assert entry.unit_price_usd == pytest.approx(expected)


@pytest.mark.parametrize("answered", [[1.0], [0.0, 0.0], ["1", "0"], [True, False], [float("inf"), 0.0]])
def test_what_is_no_vector_is_refused(answered: list[Any]) -> None:
    model = Answering(MODELS["titan_image"], [1.0, 0.0])
    model._vectors = [answered]

    with pytest.raises(InvalidServiceOutputError):
        model.embeddings.query("x", Meter())


def test_an_empty_query_is_not_asked_and_a_long_one_is_cut_to_what_the_model_reads() -> None:
    model = Answering(MODELS["titan_image"], [1.0, 0.0])
    with pytest.raises(InvalidInputError, match="can't be empty"):
        model.embeddings.query("  ", Meter())
    model.embeddings.query("word " * 400, Meter())

    assert len(json.loads(model.sent[0]["body"])["inputText"]) == 1_000


def test_every_joint_model_has_a_length_and_a_dialect() -> None:
    for model in MODELS.values():
        assert model.dimensions_for(384) == (2048 if model.dialect == "openai_joint" else 384)
        assert joint_dialect(model.dialect)
    with pytest.raises(ConfigError, match=r"no dialect 'klingon'.*titan_image"):
        joint_dialect("klingon")
    with pytest.raises(ConfigError, match=r"no living joint model .*titan-embed-image-v1"):
        model_registry().find_joint("amazon.titan-embed-text-v2:0")


def test_a_picture_goes_as_base64() -> None:
    model = Answering(MODELS["label_bridge"], [1.0, 0.0])
    model.embeddings.picture(JPEG, Meter())

    assert base64.b64decode(json.loads(model.sent[0]["body"])["inputImage"]) == JPEG
