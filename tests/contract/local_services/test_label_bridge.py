"""The bridge between pictures and words speaks InvokeModel under a name of its own, and says what it is."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
import skimage.data

from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.label_bridge import LABEL_BRIDGE, LabelBridge
from local.services.protocol import Caller, Service, ServiceError
from tests.contract.service_model import assert_answer, assert_documented_error, assert_request
from tests.local.drawings import encoded, slide
from tests.local.needed_weights import needs_weights

CALLER = Caller("test", "000000000000", "us-east-1")


@pytest.fixture(scope="module")
def service(engines: EnginePool) -> Service:
    return bedrock_runtime.build_service(engines, environment={"BRAID_WRITER": "off"})


def invoke(service: Service, body: Any) -> dict[str, Any]:
    request = {"modelId": LABEL_BRIDGE, "body": json.dumps(body).encode()}
    assert_request("bedrock-runtime", "InvokeModel", request)
    answer = service.operations["InvokeModel"](request, CALLER)
    assert_answer("bedrock-runtime", "InvokeModel", answer)
    read: dict[str, Any] = json.loads(answer["body"])
    return read


def picture(data: bytes) -> dict[str, str]:
    return {"inputImage": base64.b64encode(data).decode()}


@needs_weights("labels")
def test_a_text_is_nearest_to_the_picture_that_it_is_about(service: Service) -> None:
    pictures = [
        invoke(service, picture(encoded(getattr(skimage.data, name)()))) for name in ("chelsea", "coffee")
    ]
    asked = invoke(service, {"inputText": "a cat"})
    for answer in (*pictures, asked):
        assert (answer["model"], answer["method"]) == (LABEL_BRIDGE, "bridge")
        assert len(answer["embedding"]) == 384
    cat, coffee = (np.dot(answer["embedding"], asked["embedding"]) for answer in pictures)
    assert cat > coffee + 0.2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "ValidationException"),
        ({"inputText": ""}, "ValidationException"),
        ({"inputText": "a cat", "inputImage": "AAAA"}, "ValidationException"),
        ({"inputText": "a cat", "isQuery": True}, "ValidationException"),
        ({"inputImage": "AAAA", "isQuery": "yes"}, "ValidationException"),
        ({"inputImage": "not base64!"}, "ValidationException"),
        ([], "ValidationException"),
        pytest.param(picture(b"no picture"), "ValidationException", marks=needs_weights("labels")),
        pytest.param(picture(encoded(slide(["A"]))), "ModelErrorException", marks=needs_weights("labels")),
    ],
)
def test_what_cannot_be_embedded_is_refused_by_a_documented_error(
    service: Service, body: Any, code: str
) -> None:
    with pytest.raises(ServiceError) as refusal:
        invoke(service, body)
    assert refusal.value.code == code
    assert_documented_error("bedrock-runtime", "InvokeModel", code, refusal.value.status)


def test_a_record_of_a_batch_that_is_no_object_is_refused(engines: EnginePool) -> None:
    with pytest.raises(ServiceError) as refusal:
        LabelBridge(engines).in_place_of_titan(b"[]")
    assert refusal.value.code == "ValidationException"
