"""Who may talk to the console: one browser on this machine, and no other page that it has open.

The server is reached by every process and every web page on this machine. So each request has to name the
host that we listen on (a rebound DNS name is another host), to come from our own pages, and to carry a
secret; what changes something carries a second one, which only our pages know.

Cookies know no ports: a browser sends ours to every server on 127.0.0.1 that is asked for the same path. So
all paths begin with a random one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CSRF_HEADER", "Access", "Guard"]

COOKIE = "braid_console"
CSRF_HEADER = "x-braid-csrf"
_LOOPBACK = "127.0.0.1"
_READING, _CHANGING = frozenset({"GET", "HEAD"}), "POST"
# A request that no page has begun (typed, from a terminal), or one of our own pages.
_OURS = frozenset({b"none", b"same-origin"})
_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "connect", "frame", "media")),
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@dataclass(frozen=True)
class Access:
    """The secrets of one run: ``token`` opens, ``session`` is the cookie's, ``csrf`` allows changes."""

    port: int
    token: str
    session: str
    csrf: str
    base: str

    @classmethod
    def fresh(cls, port: int) -> Access:
        """New secrets for a server on ``port``."""
        token, session, csrf = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(port, token, session, csrf, f"/{secrets.token_urlsafe(9)}")

    @property
    def url(self) -> str:
        """The address to open, with the token."""
        return f"http://{_LOOPBACK}:{self.port}{self.base}/?token={self.token}"

    def is_host(self, host: bytes) -> bool:
        """Whether a ``Host`` header names this server."""
        return host in (f"{_LOOPBACK}:{self.port}".encode(), f"localhost:{self.port}".encode())

    def knows_cookie(self, headers: Iterable[bytes]) -> bool:
        """Whether any of the cookies is the session's; another server on this machine may have set more."""
        for header in headers:
            for part in header.decode("latin-1").split(";"):
                try:
                    morsel = SimpleCookie(part).get(COOKIE)
                except CookieError:
                    continue
                if morsel is not None and _same(morsel.value, self.session):
                    return True
        return False

    def opens(self, scope: Scope) -> bool:
        """Whether a request is the first one, with the token in its address."""
        if scope["method"] not in _READING or scope["path"] not in ("/", f"{self.base}/"):
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return len(given) == 1 and _same(given[0], self.token)


class Guard:
    """Lets requests through that may be answered, and gives every answer its headers."""

    def __init__(self, app: ASGIApp, access: Access, *, is_read_only: bool) -> None:
        self._app, self._access, self._is_read_only = app, access, is_read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it; web sockets are closed."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._answer_at_once(scope) or self._app
        await answer(scope, receive, send_with_headers)

    def _answer_at_once(self, scope: Scope) -> Response | None:
        """A refusal, or the opening; ``None`` where the request may go on."""
        access, method = self._access, scope["method"]
        hosts = _all(scope, b"host")
        if len(hosts) != 1 or not access.is_host(hosts[0]):
            return _refusal(421, "This server answers on 127.0.0.1 alone.")
        if method not in _READING and method != _CHANGING:
            return _refusal(405, "Only GET, HEAD and POST are answered.")
        is_opening = access.opens(scope)
        sites = _all(scope, b"sec-fetch-site")
        is_foreign = any(site not in _OURS for site in sites)
        if is_opening and (not is_foreign or _all(scope, b"sec-fetch-mode") == [b"navigate"]):
            return self._opening(is_foreign=is_foreign)
        if is_foreign:
            return _refusal(403, "Another page has asked for this; open the console's own address.")
        if not access.knows_cookie(_all(scope, b"cookie")):
            return _refusal(401, "Open the address that `braid console` printed, with its token.")
        return self._refused_change(scope, hosts[0]) if method == _CHANGING else None

    def _refused_change(self, scope: Scope, host: bytes) -> Response | None:
        if _all(scope, b"origin") != [b"http://" + host]:
            return _refusal(403, "Another page has asked for this; nothing was changed.")
        given = _all(scope, CSRF_HEADER.encode())
        if len(given) != 1 or not _same(given[0].decode("latin-1"), self._access.csrf):
            return _refusal(
                403, "This page is of another run of the console: reload it. Nothing was changed."
            )
        if self._is_read_only:
            return _refusal(403, "The console was started with --read-only: nothing was changed.")
        return None

    def _opening(self, *, is_foreign: bool) -> Response:
        """The cookie, and on to the console without the token in the address.

        A redirect that began on another page wouldn't carry a strict cookie: then our own page goes on.
        """
        home = f"{self._access.base}/"
        answer: Response = RedirectResponse(home, status_code=HTTPStatus.SEE_OTHER)
        if is_foreign:
            page = f'<!doctype html><title>Braid</title><meta http-equiv="refresh" content="0;url={home}">'
            answer = Response(page, media_type="text/html")
        answer.set_cookie(
            COOKIE, self._access.session, path=self._access.base, httponly=True, samesite="strict"
        )
        return answer


def _all(scope: Scope, name: bytes) -> Sequence[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _refusal(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status_code=status)
