"""A model server of the user's own over HTTP, OpenAI-compatible: Ollama, llama.cpp, vLLM, Infinity.

Its failures are told with Bedrock's names.
"""

from __future__ import annotations

import functools
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from local.foreign_json import parse_json
from local.own_settings import address_fault
from local.services.protocol import ServiceError

__all__ = ["ModelServer"]

_DEFAULT_TIMEOUT_SECONDS = 300.0
_MOST_ANSWER_BYTES = 32 * 1024 * 1024
_TOO_LONG = (
    "context length",
    "context_length",
    "context size",
    "context window",
    "too long",
    "exceeds the available",
)
_ERRORS = {
    401: ("AccessDeniedException", 403),
    403: ("AccessDeniedException", 403),
    404: ("ResourceNotFoundException", 404),  # no such model, or no such path
    408: ("ModelTimeoutException", 408),
    429: ("ThrottlingException", 429),
    502: ("ServiceUnavailableException", 503),
    503: ("ServiceUnavailableException", 503),
    504: ("ModelTimeoutException", 408),
}


@dataclass(frozen=True)
class ModelServer:
    """Where the server is; ``variables`` is what the names of the variables begin with that say so."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS
    variables: str = "BRAID_LLM"

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], variables: str
    ) -> tuple[ModelServer | None, list[str]]:
        """The server that the variable ``<variables>_URL`` names, None without one, and all that is wrong.

        ``<variables>_API_KEY`` and ``<variables>_TIMEOUT_SECONDS`` may be set.
        """
        url = environment.get(f"{variables}_URL", "").strip().rstrip("/")
        if not url:
            return None, []
        wrong = []
        if fault := address_fault(f"{variables}_URL", url):
            wrong.append(fault)
        timeout_text = environment.get(f"{variables}_TIMEOUT_SECONDS", str(_DEFAULT_TIMEOUT_SECONDS))
        try:
            timeout_seconds = float(timeout_text)
        except ValueError:
            timeout_seconds = 0
        if not 0 < timeout_seconds < float("inf"):
            wrong.append(f"{variables}_TIMEOUT_SECONDS is {timeout_text!r}; it must be a number above 0")
        return cls(url, environment.get(f"{variables}_API_KEY") or None, timeout_seconds, variables), wrong

    def post(self, path: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The server's answer to a request at ``path``, which the URL may end with already.

        ``request`` has the ``model``. Raises ``ServiceError`` with Bedrock's names.
        """
        url = self.url if self.url.endswith(path) else f"{self.url}{path}"
        model = request["model"]
        headers = {"Content-Type": "application/json"}
        if self.api_key is not None:
            headers["Authorization"] = f"Bearer {self.api_key}"
        call = urllib.request.Request(url, json.dumps(request).encode(), headers, method="POST")
        try:
            with _opener(url).open(call, timeout=self.timeout_seconds) as response:
                body = response.read(_MOST_ANSWER_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(model, error.code, error.read(_MOST_ANSWER_BYTES)) from error
        except TimeoutError as error:
            raise self._timed_out(model) from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._timed_out(model) from error
            raise self._unavailable(error.reason) from error
        except (OSError, HTTPException) as error:
            raise self._unavailable(error) from error
        if len(body) > _MOST_ANSWER_BYTES:
            raise ServiceError("ModelErrorException", "The model server's answer is too large.", status=424)
        return _parsed(body)

    def _timed_out(self, model: str) -> ServiceError:
        return ServiceError(
            "ModelTimeoutException",
            f"{model} at {self.url} didn't answer within {self.timeout_seconds:g} seconds "
            f"({self.variables}_TIMEOUT_SECONDS)",
            status=408,
        )

    def _unavailable(self, reason: object) -> ServiceError:
        return ServiceError(
            "ServiceUnavailableException",
            f"the model server at {self.url} ({self.variables}_URL) can't be reached: {reason}",
            status=503,
        )

    def _refused(self, model: str, status: int, body: bytes) -> ServiceError:
        reason = _reason(body)
        if status in (400, 413, 422) and (status == 413 or any(mark in reason.lower() for mark in _TOO_LONG)):
            return ServiceError("ValidationException", f"Input is too long for requested model. {reason}")
        if status == 503 and "loading" in reason.lower():
            return ServiceError("ModelNotReadyException", f"{model}: {reason}", status=429)
        if status in _ERRORS:
            code, aws_status = _ERRORS[status]
        elif status >= 500:
            code, aws_status = "ModelErrorException", 424
        else:
            code, aws_status = "ValidationException", 400
        message = f"the model server at {self.url} answered {status} for {model}: {reason}"
        return ServiceError(code, message, status=aws_status)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A request goes where the user said and nowhere else."""

    def redirect_request(self, *_args: Any, **_keywords: Any) -> None:
        return None


@functools.cache
def _opener(url: str) -> urllib.request.OpenerDirector:
    # A proxy that the environment names for the world can't reach this machine's own ports.
    proxies = urllib.request.ProxyHandler({} if _is_loopback(urlsplit(url).hostname or "") else None)
    return urllib.request.build_opener(proxies, _NoRedirects)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        answer = parse_json(body)
    except ValueError as error:
        raise ServiceError(
            "ModelErrorException", "The model server answered with no JSON.", status=424
        ) from error
    if not isinstance(answer, dict):
        raise ServiceError("ModelErrorException", "The model server's JSON isn't an object.", status=424)
    return answer


def _reason(body: bytes) -> str:
    """What the server says is wrong: ``{"error": {"message"}}``, ``{"error"}`` or plain text."""
    text = body.decode(errors="replace").strip()
    try:
        found = parse_json(text)
    except ValueError:
        return text[:500]
    error = found.get("error", found) if isinstance(found, dict) else found
    message = error.get("message", error) if isinstance(error, dict) else error
    return str(message)[:500]
