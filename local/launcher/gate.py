"""Who is answered on the launcher's port: AWS clients, holders of the run's key, and no web page.

Any page in the user's browser can send requests to loopback. CORS only hides the answers; a POST has its
effect all the same, and a name that the page's owner points at 127.0.0.1 makes the answers readable too (DNS
rebinding).

Symptoms that this removes: an unsigned ``POST /_ministack/reset`` empties the account, ``/_ministack/config``
changes its settings, ``/_ministack/lambda-code`` hands out code, ``/v2/`` serves a registry, and every answer
allows every origin. Upstream: none filed; MiniStack is meant for tests on a machine of their own.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from local.launcher.control import HEALTH, KEY_HEADER, PREFIX, Control

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_OTHER_SITES = frozenset({"cross-site", "same-site"})  # another loopback port is the same site
_SIGNATURES = frozenset({"X-Amz-Signature", "Signature"})
# A custom resource's function answers here; the path holds a random token.
_ANSWERS_OF_FUNCTIONS = ("/_ministack/cfn-response/", "/_ministack/cfn-signal/")
# A container registry that asks for no signature; what AWS has below /v2/ does.
_REGISTRY = re.compile(r"/v2(?!/(apis|domainnames|vpclinks|email|tags/arn)\b)(/|$)")


class Gate:
    """The ASGI application in front of MiniStack."""

    def __init__(self, control: Control, key: str, behind: App) -> None:
        self._control = control
        self._key = key.encode()
        self._behind = behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers control requests, refuses what has no business here, and hands everything else on."""
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self._behind(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        method, path = str(scope.get("method", "GET")), str(scope["path"])
        query = scope.get("query_string", b"").decode("latin-1")
        refused = refusal(kind, method, path, query, headers)
        if refused is None and path.startswith(PREFIX):
            refused = self._without_key(method, path, headers)
        if refused is not None and kind == "websocket":
            await send(
                {"type": "websocket.close", "code": 1008}
            )  # before the handshake: the client sees a 403
        elif refused is not None:
            await _send_json(send, refused[0], {"message": refused[1]})
        elif path.startswith(PREFIX):
            await self._answer(method, path, dict(parse_qsl(query)), receive, send)
        else:
            await self._behind(scope, receive, send)

    def _without_key(self, method: str, path: str, headers: Mapping[str, str]) -> tuple[int, str] | None:
        if (method, path) == ("GET", PREFIX + HEALTH):
            return None
        given = headers.get(KEY_HEADER, "").encode("latin-1")
        if hmac.compare_digest(given, self._key):
            return None
        return 403, f"send the run's secret key, which .braid/local.json holds, in the header {KEY_HEADER}"

    async def _answer(
        self, method: str, path: str, query: Mapping[str, str], receive: Receive, send: Send
    ) -> None:
        status, value = self._control.answer(method, path[len(PREFIX) :], query, await _body(receive))
        await _send_json(send, status, value)


def refusal(
    kind: str, method: str, path: str, query: str, headers: Mapping[str, str]
) -> tuple[int, str] | None:
    """Status and reason for a request that nobody here answers, or None.

    ``kind`` is ``http`` or ``websocket``, ``query`` the raw query string, ``headers`` have lower-case names.
    """
    host = headers.get("host", "")
    if not _is_loopback(f"//{host}"):
        return 403, "requests for other names than this machine's own aren't answered"
    if _is_of_another_page(host, headers) and not _is_presigned_read(method, path, query):
        return 403, "requests of web pages aren't answered"
    if kind == "http" and _is_ministacks_own(method, path):
        return 404, f"{path} isn't part of AWS"
    return None


def _is_loopback(url: str) -> bool:
    try:
        name = urlsplit(url).hostname
    except ValueError:
        return False
    return name in _LOOPBACK_NAMES or str(name).endswith(".localhost")


def _is_of_another_page(host: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser sends this for a page of another origin, which a file or another port is."""
    origin = headers.get("origin")
    if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
        return True
    return headers.get("sec-fetch-site") in _OTHER_SITES


def _is_presigned_read(method: str, path: str, query: str) -> bool:
    """Whether the address itself carries the right to read one object, wherever it is shown or clicked."""
    return (
        method in ("GET", "HEAD")
        and not path.startswith("/_")
        and not _SIGNATURES.isdisjoint(parse_qs(query))
    )


def _is_ministacks_own(method: str, path: str) -> bool:
    """Whether the path is an invention of MiniStack's: no bucket's name begins with ``_`` or is ``v2``."""
    if path.startswith("/_"):
        return not path.startswith(PREFIX) and not (
            method == "PUT" and path.startswith(_ANSWERS_OF_FUNCTIONS)
        )
    return path == "/health" or bool(_REGISTRY.match(path))


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _send_json(send: Send, status: int, value: Any) -> None:
    content = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
