"""Text embeddings: the local InvokeModel in Titan's JSON, and the adapter that reads it and AWS's answers."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidInputError,
    InvalidServiceOutputError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from braid.models.dialects.titan_text import TITAN_TEXT
from braid.models.embedding import DIMENSIONS, Embeddings, read_embedding
from braid.runtime.library import model_registry
from lambdas.fusion.semantic.compare import YARDSTICK, can_tell_meaning
from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.text_embeddings import TITAN_V2
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.service_model import assert_answer, assert_documented_error, assert_request, operation
from tests.doubles.service_clients import answered_by, local_client

KNOWN = model_registry().find_embedding(TITAN_V2)
CALLER = Caller("test", "000000000000", "us-east-1")


@pytest.fixture(scope="module")
def service(engines: EnginePool) -> Service:
    return bedrock_runtime.build_service(engines, environment={"BRAID_WRITER": "off"})


def invoke(service: Service, body: Any, model_id: str = TITAN_V2) -> dict[str, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = {"modelId": model_id, "body": raw}
    assert_request("bedrock-runtime", "InvokeModel", request)
    answer = service.operations["InvokeModel"](request, CALLER)
    assert_answer("bedrock-runtime", "InvokeModel", answer)
    read: dict[str, Any] = json.loads(answer["body"])
    return read


def refused(service: Service, body: Any, model_id: str = TITAN_V2) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        invoke(service, body, model_id)
    assert_documented_error("bedrock-runtime", "InvokeModel", caught.value.code, caught.value.status)
    return caught.value


def cosine(one: Any, other: Any) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("asked", "length"), [({}, 1024), ({"dimensions": 512}, 512)])
def test_a_vector_has_the_length_that_was_asked_for(
    service: Service, asked: dict[str, int], length: int
) -> None:
    answer = invoke(service, {"inputText": "A cat sleeps on a windowsill.", **asked})
    assert answer.keys() == {"embedding", "embeddingsByType", "inputTextTokenCount"}
    assert len(answer["embedding"]) == length
    assert answer["embeddingsByType"] == {"float": answer["embedding"]}
    assert math.hypot(*answer["embedding"]) == pytest.approx(1, abs=1e-4)
    assert answer["inputTextTokenCount"] == 8


def test_padding_changes_no_cosine_and_paraphrases_are_the_nearest(service: Service) -> None:
    texts = ("A cat sleeps on a windowsill.", "My kitten naps by the window.", "The reactor was shut down.")
    long, short = (
        [invoke(service, {"inputText": text, "dimensions": size})["embedding"] for text in texts]
        for size in (1024, 512)
    )
    assert cosine(long[0], long[1]) == pytest.approx(cosine(short[0], short[1]))
    assert cosine(short[0], short[1]) > cosine(short[0], short[2]) + 0.3


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"no json", "Malformed input request"),
        ([], "expected type: JSONObject"),
        ({}, "required key [inputText] not found"),
        ({"inputText": ""}, "expected 1 to 50000 characters, actual: 0"),
        ({"inputText": "x" * 50_001}, "actual: 50001"),
        ({"inputText": "a " * 9_000}, "Too many input tokens. Max input tokens: 8192"),
        ({"inputText": "a", "texts": []}, "extraneous key [texts]"),
        ({"inputText": "a", "normalize": "yes"}, "#/normalize"),
        ({"inputText": "a", "dimensions": 384}, "384 is not a valid enum value"),
        ({"inputText": "a", "dimensions": 256}, "not cut to 256"),
        ({"inputText": "a", "embeddingTypes": ["binary"]}, "no other embedding type than float"),
    ],
)
def test_what_can_not_be_served_is_refused_with_the_reason(service: Service, body: Any, told: str) -> None:
    error = refused(service, body)
    assert error.code == "ValidationException"
    assert told in error.message


@pytest.mark.parametrize(
    ("model_id", "code"),
    [
        ("amazon.nova-2-multimodal-embeddings-v1:0", "UnknownOperationException"),
        ("amazon.nova-lite-v1:0", "UnknownOperationException"),
        ("amazon.nova-canvas-v1:0", "ResourceNotFoundException"),
        ("amazon.titan-embed-text-v9:0", "ValidationException"),
    ],
)
def test_other_models_are_not_stood_in_for(service: Service, model_id: str, code: str) -> None:
    assert refused(service, {"inputText": "a"}, model_id).code == code


def test_an_embedding_model_does_not_converse(service: Service) -> None:
    request = {"modelId": TITAN_V2, "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
    with pytest.raises(ServiceError, match="doesn't support the model"):
        service.operations["Converse"](request, CALLER)


def test_the_adapter_reads_local_vectors_and_they_tell_meanings_apart(service: Service) -> None:
    meter = Meter()
    model = Embeddings(KNOWN, bedrock=local_client(service))
    vectors = {text: model.embed(text, meter) for text in YARDSTICK}
    assert {len(vector) for vector in vectors.values()} == {DIMENSIONS}
    assert can_tell_meaning(vectors)
    (used,) = meter.usage()
    assert (used.operation, used.unit) == (f"InvokeModel:{TITAN_V2}", "input_token")
    assert 5 * len(YARDSTICK) < used.quantity < 15 * len(YARDSTICK)


def test_the_registry_has_the_model_in_the_length_that_is_asked_for() -> None:
    (known,) = (model for model in model_registry().embeddings if model.model_id == TITAN_V2)
    assert DIMENSIONS in known.dimensions


UNIT = [1.0] + [0.0] * (DIMENSIONS - 1)


def test_an_answer_of_aws_is_read() -> None:
    body = {"embedding": UNIT, "embeddingsByType": {"float": UNIT}, "inputTextTokenCount": 3}
    assert read_embedding(json.dumps(body).encode(), TITAN_TEXT) == (tuple(UNIT), 3)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"<html>", "no JSON"),
        ([1], "no JSON object"),
        ({"embedding": UNIT}, "number of tokens"),
        ({"embedding": UNIT, "inputTextTokenCount": True}, "number of tokens"),
        ({"inputTextTokenCount": 1}, "embedding must be a list of numbers"),
        ({"embedding": ["1"], "inputTextTokenCount": 1}, "embedding must be a list of numbers"),
        ({"embedding": UNIT[1:], "inputTextTokenCount": 1}, "must have 512 numbers, not 511"),
        ({"embedding": [0.0] * DIMENSIONS, "inputTextTokenCount": 1}, "of length 1, not 0"),
        ({"embedding": [math.nan] * DIMENSIONS, "inputTextTokenCount": 1}, "must be a list of numbers"),
    ],
)
def test_anything_else_is_refused_by_name(answer: Any, told: str) -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    with pytest.raises(InvalidServiceOutputError, match=told):
        read_embedding(body, TITAN_TEXT)


ERRORS: dict[str, type[BraidError]] = {
    "AccessDeniedException": AccessDeniedError,
    "InternalServerException": ServiceUnavailableError,
    "ModelErrorException": InvalidServiceOutputError,
    "ModelNotReadyException": ServiceUnavailableError,
    "ModelTimeoutException": ServiceUnavailableError,
    "ResourceNotFoundException": UnsupportedError,
    "ServiceQuotaExceededException": AccessDeniedError,
    "ServiceUnavailableException": ServiceUnavailableError,
    "ThrottlingException": ThrottledError,
    "ValidationException": UnsupportedError,
}


@pytest.mark.parametrize("code", ERRORS)
def test_every_documented_error_has_its_class(code: str) -> None:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no")

    model = Embeddings(KNOWN, bedrock=answered_by("bedrock-runtime", {"InvokeModel": refuse}))
    with pytest.raises(ERRORS[code], match=f"bedrock:InvokeModel: {code}"):
        model.embed("a", Meter())


def test_these_are_all_errors_that_are_documented() -> None:
    assert {shape.name for shape in operation("bedrock-runtime", "InvokeModel").error_shapes} == ERRORS.keys()


@pytest.mark.parametrize("text", ["", " \n", "x" * (TITAN_TEXT.max_characters + 1)])
def test_a_text_that_the_model_can_not_take_is_our_bug(text: str) -> None:
    with pytest.raises(InvalidInputError):
        Embeddings(KNOWN, bedrock=answered_by("bedrock-runtime", {})).embed(text, Meter())
