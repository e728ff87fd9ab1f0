"""Turns what botocore raises into ``braid.domain.errors``; the cause is kept."""

from __future__ import annotations

import re
import socket
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

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
from braid.domain.quoting import quoted

__all__ = ["error_code", "service_errors"]

# Codes as the services' models and documentation name them; a service's own are passed by its adapter.
_KINDS: Mapping[str, type[BraidError]] = {
    "Throttling": ThrottledError,
    "ThrottlingException": ThrottledError,
    "ThrottledException": ThrottledError,
    "TooManyRequestsException": ThrottledError,
    "ProvisionedThroughputExceededException": ThrottledError,
    "RequestLimitExceeded": ThrottledError,
    "LimitExceededException": ThrottledError,
    "SlowDown": ThrottledError,
    # S3 answers 409 where somebody else is changing the same object: it passes by itself.
    "OperationAborted": ServiceUnavailableError,
    "ConditionalRequestConflict": ServiceUnavailableError,
    "ServiceQuotaExceededException": AccessDeniedError,
    "AccessDenied": AccessDeniedError,
    "AccessDeniedException": AccessDeniedError,
    "UnauthorizedOperation": AccessDeniedError,
    "ExpiredToken": ServiceUnavailableError,
    "ExpiredTokenException": ServiceUnavailableError,
    "UnrecognizedClientException": AccessDeniedError,
    "SubscriptionRequiredException": AccessDeniedError,
    "OptInRequired": AccessDeniedError,
    "UnsupportedLanguageException": UnsupportedError,
    # "The requested operation is not supported in the called region": nobody could allow it.
    "UnknownOperationException": UnsupportedError,
    "InternalServerError": ServiceUnavailableError,
    "InternalServerException": ServiceUnavailableError,
    "InternalFailureException": ServiceUnavailableError,
    "InternalError": ServiceUnavailableError,
    "ServiceUnavailable": ServiceUnavailableError,
    "ServiceUnavailableException": ServiceUnavailableError,
    "ModelTimeoutException": ServiceUnavailableError,
    "ModelNotReadyException": ServiceUnavailableError,
    "ModelErrorException": ServiceUnavailableError,
    "RequestTimeout": ServiceUnavailableError,
}

# "1 validation error detected: Value '…' at 'textList.1.member' failed to satisfy constraint: …" of services,
# "Invalid type for parameter Text, value: …, type: <class 'int'>, valid types: …" of botocore.
_VALUES_OF_REQUEST = (
    re.compile(r"(\bValue )'(.*?)'(?= at '[\w.]+' failed)", re.DOTALL),
    re.compile(r"(, value: )(.*?)(?=, (?:type|valid [a-z ]+): |$)", re.DOTALL),
)


def error_code(error: ClientError) -> str:
    """The AWS error code, e.g. ``AccessDeniedException``."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def service_errors(operation: str, own_codes: Mapping[str, type[BraidError]] | None = None) -> Iterator[None]:
    """Maps botocore's exceptions of one call; ``operation``, ``rekognition:DetectText``, opens the message.

    ``own_codes`` are codes whose meaning the adapter knows better. An unknown 4xx code is
    ``RefusedByServiceError``: services refuse single inputs with codes that their documents don't name. A
    request that botocore itself refuses is a bug of ours (``InvalidInputError``). A host name that doesn't
    exist is a service that the region doesn't offer (``UnsupportedError``), since botocore makes up names for
    all regions. An answer that botocore can't read, or whose members are of other types, is
    ``InvalidServiceOutputError``. An unknown 5xx, a timeout, a broken connection or a body that broke off is
    ``ServiceUnavailableError``.
    """
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
        fallback = ServiceUnavailableError if status >= 500 else RefusedByServiceError
        kind = {**_KINDS, **(own_codes or {})}.get(code, fallback)
        message = str(error.response.get("Error", {}).get("Message", ""))
        raise kind(f"{operation}: {code}: {_with_values_quoted(message)}") from error
    except ParamValidationError as error:
        raise InvalidInputError(f"{operation}: {_with_values_quoted(str(error))}") from error
    except (ResponseParserError, UnicodeDecodeError) as error:
        # botocore lets the decoding error out where the body is no text, such as an event stream.
        raise InvalidServiceOutputError(
            f"{operation}: the answer can't be parsed: {quoted(str(error), 300)}"
        ) from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        if not _is_of_the_parser(error):
            raise
        raise InvalidServiceOutputError(
            f"{operation}: the answer has another shape: {quoted(str(error), 300)}"
        ) from error
    except (ConnectionError, HTTPClientError, IncompleteReadError, FlexibleChecksumError) as error:
        if _has_no_address(error):
            service = operation.partition(":")[0]
            raise UnsupportedError(
                f"{operation}: NotOfferedHere: AWS doesn't offer {service} in this region"
            ) from error
        raise ServiceUnavailableError(f"{operation}: {error}") from error
    except BotoCoreError as error:
        # What is left is about credentials, and about endpoints that a region doesn't have.
        raise AccessDeniedError(f"{operation}: {error}") from error


def _with_values_quoted(message: str) -> str:
    """The message with the request's own values quoted: services and botocore repeat them to whoever errs."""
    for values in _VALUES_OF_REQUEST:
        message = values.sub(lambda found: found[1] + quoted(found[2], 300), message)
    return message


def _is_of_the_parser(error: BaseException) -> bool:
    """Whether botocore's parser stumbled: it looks into values whose type it doesn't check."""
    modules = (frame.f_globals.get("__name__") for frame, _ in traceback.walk_tb(error.__traceback__))
    return "botocore.parsers" in modules


def _has_no_address(error: BaseException | None) -> bool:
    """Whether the resolver said that there is no such host; that it can't say now is another answer."""
    while error is not None:
        if isinstance(error, socket.gaierror):
            return error.errno == socket.EAI_NONAME
        # botocore keeps the error of its HTTP client as a member.
        inner = getattr(error, "kwargs", {}).get("error")
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
    return False
