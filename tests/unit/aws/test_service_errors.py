"""What botocore raises, as errors that say whether trying again can help."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.parsers import ResponseParserError, create_parser
from botocore.session import get_session
from urllib3.exceptions import NameResolutionError

from braid.aws.service_errors import service_errors
from braid.domain.errors import (
    AccessDeniedError,
    BraidError,
    InvalidInputError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnsupportedError,
)


def without_address(reason: int) -> EndpointConnectionError:
    """What botocore raises where the resolver answers so."""
    unresolved = NameResolutionError(
        "comprehend.eu-west-3.amazonaws.com", None, socket.gaierror(reason, "told")
    )  # type: ignore[arg-type]
    unresolved.__cause__ = socket.gaierror(reason, "told")
    return EndpointConnectionError(endpoint_url="https://comprehend", error=unresolved)


def refused(code: str, status: int) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "told"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "PutObjectTagging")


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (refused("SlowDown", 503), ThrottledError),
        (refused("OperationAborted", 409), ServiceUnavailableError),
        (refused("ConditionalRequestConflict", 409), ServiceUnavailableError),
        (refused("NeverHeardOf", 400), RefusedByServiceError),
        (refused("NeverHeardOf", 502), ServiceUnavailableError),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), ServiceUnavailableError),
        (FlexibleChecksumError(error_msg="Expected checksum a did not match b"), ServiceUnavailableError),
        (ResponseStreamingError(error="connection broken"), ServiceUnavailableError),
        (ReadTimeoutError(endpoint_url="https://s3"), ServiceUnavailableError),
        (EndpointConnectionError(endpoint_url="https://s3"), ServiceUnavailableError),
        (without_address(socket.EAI_NONAME), UnsupportedError),
        (without_address(socket.EAI_AGAIN), ServiceUnavailableError),
        (NoCredentialsError(), AccessDeniedError),
        (ParamValidationError(report="Missing required parameter"), InvalidInputError),
        (ResponseParserError("not XML"), InvalidServiceOutputError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_each_failure_is_retried_or_not_as_it_deserves(raised: Exception, expected: type[BraidError]) -> None:
    with pytest.raises(BraidError) as caught, service_errors("s3:GetObject"):
        raise raised
    assert type(caught.value) is expected
    assert str(caught.value).startswith("s3:GetObject: ")
    assert caught.value.__cause__ is raised


def test_an_adapter_knows_its_own_codes_better() -> None:
    own: dict[str, type[BraidError]] = {"SlowDown": UnsupportedError}
    with pytest.raises(UnsupportedError), service_errors("x:Y", own):
        raise refused("SlowDown", 503)


@pytest.mark.parametrize(
    "answer", [b'{"Labels": "seven"}', b'{"Labels": ["seven"]}', b'{"Labels": {"a": 7}}']
)
def test_members_of_other_types_are_an_unreadable_answer(answer: bytes) -> None:
    """botocore looks into what should be a list of objects without a look at it."""
    model = get_session().get_service_model("rekognition").operation_model("DetectLabels")
    response = {"status_code": 200, "headers": {}, "body": answer}
    with pytest.raises(InvalidServiceOutputError, match="another shape"), service_errors("rekognition:X"):
        create_parser("json").parse(response, model.output_shape)


def test_an_error_of_ours_stays_what_it_is() -> None:
    with pytest.raises(TypeError), service_errors("rekognition:X"):
        len(7)  # type: ignore[arg-type]
