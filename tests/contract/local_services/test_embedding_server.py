"""A server of the user's own gives vectors: what it is sent, what comes back, what goes wrong.

The server is a small one on loopback that answers what the test says.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from braid.domain.money.accounting import Meter
from braid.domain.search.space import Space
from braid.retrieval.embedders import embedder_of
from braid.runtime.library import model_registry
from local.engines.pool import EnginePool
from local.host_knobs import host_context
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.embedding_server import DIMENSIONS, JOINT, TEXT, EmbeddingServer
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.model_server import ModelServer, running_model_server
from tests.contract.service_model import assert_answer, assert_documented_error, assert_request
from tests.doubles.service_clients import local_client

CALLER = Caller("test", "000000000000", "us-east-1")
JPEG = b"\xff\xd8\xff\x00"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running_model_server() as running:
        yield running


def environment(server: ModelServer, **more: str) -> dict[str, str]:
    return {
        "BRAID_WRITER": "off",
        "BRAID_EMBED_URL": server.url,
        "BRAID_EMBED_MODEL": "bge-m3",
        "BRAID_EMBED_PICTURE_MODEL": "siglip",
        "BRAID_EMBED_API_KEY": "sesame",
        "BRAID_EMBED_TIMEOUT_SECONDS": "1",
        **more,
    }


@pytest.fixture
def service(server: ModelServer, engines: EnginePool) -> Service:
    return bedrock_runtime.build_service(engines, environment=environment(server))


def vector(values: list[Any]) -> tuple[int, Any]:
    return 200, {"data": [{"embedding": values, "index": 0}], "model": "m", "usage": {"prompt_tokens": 3}}


def refused(service: Service, body: Any, model_id: str = TEXT) -> ServiceError:
    request = {"modelId": model_id, "body": json.dumps(body).encode()}
    assert_request("bedrock-runtime", "InvokeModel", request)
    with pytest.raises(ServiceError) as caught:
        service.operations["InvokeModel"](request, CALLER)
    assert_documented_error("bedrock-runtime", "InvokeModel", caught.value.code, caught.value.status)
    return caught.value


TEXT_BODY = {"input": ["a cat"], "encoding_format": "float"}


def test_texts_and_pictures_come_back_as_vectors_of_the_index(server: ModelServer, service: Service) -> None:
    server.replies.append(vector([3.0, 4.0]))
    client, registry = local_client(service), model_registry()
    text = embedder_of(Space("text", TEXT, DIMENSIONS), registry, bedrock=client)
    pictures = embedder_of(Space("pictures", JOINT, DIMENSIONS), registry, bedrock=client)

    found = [
        text.query("naïve", Meter()),
        text.document("naïve", b"", Meter()),
        pictures.query("a cat", Meter()),
        pictures.query_by_picture(JPEG, Meter()),
        pictures.document("", JPEG, Meter()),
    ]

    for each in found:
        assert len(each) == DIMENSIONS
        assert each[:3] == pytest.approx((0.6, 0.8, 0.0))
        assert math.hypot(*each) == pytest.approx(1, abs=1e-6)
    assert pictures.method == "model"
    uri = f"data:image/jpeg;base64,{base64.b64encode(JPEG).decode()}"
    assert server.paths == ["/v1/embeddings"] * 5
    assert {header["Authorization"] for header in server.headers} == {"Bearer sesame"}
    picture = {"model": "siglip", "input": [uri], "modality": "image", "encoding_format": "float"}
    said = {"model": "bge-m3", "input": ["naïve"], "encoding_format": "float"}
    assert server.requests == [
        said,
        said,
        {"model": "siglip", "input": ["a cat"], "encoding_format": "float"},
        picture,
        picture,
    ]


def test_the_answer_is_bedrock_shaped_and_keeps_what_the_server_says(
    server: ModelServer, service: Service
) -> None:
    server.replies.append(vector([1.0]))
    answer = service.operations["InvokeModel"](
        {"modelId": TEXT, "body": json.dumps(TEXT_BODY).encode()}, CALLER
    )
    assert_answer("bedrock-runtime", "InvokeModel", answer)
    assert json.loads(answer["body"])["usage"] == {"prompt_tokens": 3}


def test_fewer_numbers_are_asked_for_where_the_setting_says_so(
    server: ModelServer, engines: EnginePool
) -> None:
    server.replies.append(vector([1.0]))
    service = bedrock_runtime.build_service(
        engines, environment=environment(server, BRAID_EMBED_DIMENSIONS="256")
    )
    service.operations["InvokeModel"]({"modelId": TEXT, "body": json.dumps(TEXT_BODY).encode()}, CALLER)
    assert server.requests[0]["dimensions"] == 256


@pytest.mark.parametrize(
    ("reply", "code", "said"),
    [
        ((200, {"data": []}), "ModelErrorException", "no embedding"),
        ((200, b"hello"), "ModelErrorException", "no JSON"),
        (vector([]), "ModelErrorException", "no direction"),
        (vector([0.0, 0.0]), "ModelErrorException", "no direction"),
        (vector(["1", True]), "ModelErrorException", "all numbers"),
        (vector([1.0] * (DIMENSIONS + 1)), "ValidationException", "BRAID_EMBED_DIMENSIONS"),
        (
            (404, {"error": {"message": "no such model"}}),
            "ResourceNotFoundException",
            "bge-m3: no such model",
        ),
        ((422, {"error": "input too long"}), "ValidationException", "too long"),
        ((429, {}), "ThrottlingException", "429"),
        ((503, {}), "ServiceUnavailableException", "503"),
    ],
)
def test_what_the_server_gets_wrong_is_a_documented_error(
    server: ModelServer, service: Service, reply: tuple[int, Any], code: str, said: str
) -> None:
    server.replies.append(reply)
    error = refused(service, TEXT_BODY)
    assert error.code == code
    assert said in error.message


@pytest.mark.parametrize(
    "body",
    [[], {}, {"input": []}, {"input": [" "]}, {"input": ["a", "b"]}, {"input": ["a"], "model": "mine"}],
)
def test_a_body_that_is_no_single_input_is_refused_unasked(
    server: ModelServer, service: Service, body: Any
) -> None:
    assert refused(service, body).code == "ValidationException"
    assert server.requests == []


@pytest.mark.parametrize(
    ("without", "model_id", "said"),
    [
        ("BRAID_EMBED_URL", TEXT, "without BRAID_EMBED_URL"),
        ("BRAID_EMBED_MODEL", TEXT, "without BRAID_EMBED_MODEL"),
        ("BRAID_EMBED_PICTURE_MODEL", JOINT, "without BRAID_EMBED_PICTURE_MODEL"),
    ],
)
def test_a_model_that_the_settings_do_not_name_says_which_one_is_missing(
    server: ModelServer, engines: EnginePool, without: str, model_id: str, said: str
) -> None:
    settings = {name: value for name, value in environment(server).items() if name != without}
    service = bedrock_runtime.build_service(engines, environment=settings)
    error = refused(service, TEXT_BODY, model_id)
    assert error.code == "UnknownOperationException"
    assert said in error.message


def test_a_slow_server_is_a_timeout_that_names_the_setting(server: ModelServer, service: Service) -> None:
    server.replies.append(vector([1.0]))
    server.delay_seconds = 1.5
    error = refused(service, TEXT_BODY)
    assert error.code == "ModelTimeoutException"
    assert "BRAID_EMBED_TIMEOUT_SECONDS" in error.message


def test_settings_are_optional_and_errors_list_all() -> None:
    assert EmbeddingServer.from_environment({}) == EmbeddingServer()
    with pytest.raises(
        ValueError, match=r"BRAID_EMBED_URL.*TIMEOUT_SECONDS.*BRAID_EMBED_MODEL.*BRAID_EMBED_DIMENSIONS"
    ):
        EmbeddingServer.from_environment(
            {
                "BRAID_EMBED_URL": "localhost",
                "BRAID_EMBED_TIMEOUT_SECONDS": "soon",
                "BRAID_EMBED_DIMENSIONS": "many",
            }
        )


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({}, {"search_picture_model": "braid.label-bridge-v1"}),
        (
            {"BRAID_EMBED_MODEL": "m"},
            {"search_text_model": TEXT, "search_picture_model": "braid.label-bridge-v1"},
        ),
        ({"BRAID_EMBED_PICTURE_MODEL": "m"}, {"search_picture_model": JOINT}),
    ],
)
def test_a_laptop_searches_with_what_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], expected: dict[str, str]
) -> None:
    for name, value in {**named, **({"BRAID_EMBED_URL": "http://localhost:1/v1"} if named else {})}.items():
        monkeypatch.setenv(name, value)
    found = {name: value for name, value in host_context().items() if name.startswith("search_")}
    assert found == {**expected, "search_text_dimensions": "0", "search_picture_dimensions": "0"}


def test_a_setting_that_makes_no_sense_ends_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAID_EMBED_URL", "http://localhost:1/v1")
    with pytest.raises(ValueError, match="BRAID_EMBED_MODEL is missing"):
        host_context()


def test_the_registry_has_the_servers_models_and_dimensions() -> None:
    registry = model_registry()
    assert registry.find_embedding(TEXT).dimensions == (DIMENSIONS,)
    assert registry.find_joint(JOINT).dimensions == (DIMENSIONS,)
