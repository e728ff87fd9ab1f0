"""Requests to a collection of OpenSearch Serverless, signed as it demands: boto3 has no client for data."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session

from braid.aws.clients import credentials
from braid.aws.service_errors import service_errors
from braid.domain.errors import BraidError, InvalidServiceOutputError
from braid.domain.json_text import parse_json

__all__ = ["Collection", "Send", "refuse"]

Send = Callable[[AWSPreparedRequest], Any]

_SERVICE = "aoss"
# A collection that was scaled to zero takes 10 to 30 seconds to answer the first request.
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scale-to-zero.html
_TIMEOUT_SECONDS = (5, 45)
_PAUSES_SECONDS = (0.5, 1.0, 2.0)
_PASSES = frozenset({429, 500, 502, 503, 504})
_CODES = {401: "AccessDeniedException", 403: "AccessDeniedException", 429: "TooManyRequestsException"}


class Collection:
    """A collection by its endpoint, ``https://<id>.<region>.aoss.amazonaws.com``."""

    def __init__(
        self, endpoint: str, *, send: Send | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._region = endpoint.removeprefix("https://").split(".")[1]
        self._send = send or _session().send
        self._pause = pause

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        *,
        own_codes: Mapping[str, type[BraidError]] | None = None,
    ) -> Any:
        """What the collection answers; a sequence of bodies goes as a line each. Raises the service errors.

        Overload and outages of a moment are asked again, at most three times.
        """
        operation = f"aoss:{method} {path.partition('?')[0]}"
        with service_errors(operation, own_codes):
            for pause in _PAUSES_SECONDS:
                try:
                    return self._asked(operation, method, path, body)
                except ClientError as error:
                    if error.response["ResponseMetadata"]["HTTPStatusCode"] not in _PASSES:
                        raise
                except HTTPClientError:
                    pass
                self._pause(pause)
            return self._asked(operation, method, path, body)

    @functools.cached_property
    def _credentials(self) -> Any:
        return credentials()

    def _asked(self, operation: str, method: str, path: str, body: Any) -> Any:
        response = self._send(self._signed(method, path, body))
        try:
            answer = parse_json(response.content)
        except ValueError as error:
            if response.status_code < 400:
                raise InvalidServiceOutputError(f"{operation}: the answer is no JSON") from error
            answer = {}
        if response.status_code >= 400:
            raise _refusal(operation, response.status_code, answer)
        return answer

    def _signed(self, method: str, path: str, body: Any) -> AWSPreparedRequest:
        is_lines = not isinstance(body, Mapping | None)
        data = b"".join(_line(each) for each in body) if is_lines else b"" if body is None else _json(body)
        headers = {"Host": self._endpoint.removeprefix("https://")}
        if data:
            headers["Content-Type"] = "application/x-ndjson" if is_lines else "application/json"
        # OpenSearch Serverless demands the header, which botocore signs but doesn't write.
        headers["X-Amz-Content-SHA256"] = hashlib.sha256(data).hexdigest()
        request = AWSRequest(method, f"{self._endpoint}{path}", headers, data)
        # Frozen: they may be refreshed by another thread between their parts.
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, _SERVICE, self._region).add_auth(request)
        return request.prepare()


def _session() -> URLLib3Session:
    # To connect and to read: botocore takes both, whatever its types say.
    return URLLib3Session(timeout=_TIMEOUT_SECONDS, max_pool_connections=32)  # type: ignore[arg-type]


def refuse(
    operation: str, status: int, answer: Any, own_codes: Mapping[str, type[BraidError]] | None = None
) -> None:
    """Raises the service errors where one answer of several is none: each has a status of its own."""
    if status >= 400:
        with service_errors(operation, own_codes):
            raise _refusal(operation, status, answer)


def _refusal(operation: str, status: int, answer: Any) -> ClientError:
    """The answer as botocore would raise it: ``{"error": {"type", "reason"}}``, or a plain message."""
    given = answer if isinstance(answer, Mapping) else {}
    error = given.get("error")
    told = error if isinstance(error, Mapping) else {}
    code = _CODES.get(status) or str(told.get("type") or status)
    reason = told.get("reason") or error or given.get("message") or given.get("Message") or ""
    return ClientError(
        {"Error": {"Code": code, "Message": str(reason)}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # the members that are read
        operation,
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _line(value: Mapping[str, Any]) -> bytes:
    return _json(value) + b"\n"
