"""Who isn't the user's own browser gets nothing from the console, and changes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from console.access import COOKIE, CSRF_HEADER, Access, Guard

ACCESS = Access(port=4999, token="t" * 43, session="s" * 43, csrf="c" * 43, base="/b4se")
HOST = "127.0.0.1:4999"
ORIGIN = f"http://{HOST}"
OWN = {"host": HOST, "cookie": f"{COOKIE}={ACCESS.session}", "sec-fetch-site": "same-origin"}
CHANGING = {**OWN, "origin": ORIGIN, CSRF_HEADER: ACCESS.csrf}
PATH = "/b4se/review/shoe-1/decide"


@dataclass
class Inner:
    """What the guard protects: it keeps what reached it."""

    reached: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(f"{scope.get('method')} {scope.get('path')}")
        await PlainTextResponse("inside")(scope, receive, send)


@dataclass
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str
    reached: list[str]


def ask(
    method: str = "GET",
    path: str = "/b4se/",
    *,
    query: str = "",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    is_read_only: bool = False,
) -> Answered:
    pairs = list((OWN if headers is None else dict(headers)).items())
    if isinstance(headers, list):
        pairs = headers
    inner, sent = Inner(), list[Any]()
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs],
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guard(inner, ACCESS, is_read_only=is_read_only)(scope, receive, send))
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answered(
        sent[0]["status"], head, b"".join(part["body"] for part in sent[1:]).decode(), inner.reached
    )


def without(headers: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


def test_our_own_pages_read_and_change() -> None:
    assert ask().status == 200
    assert ask("POST", PATH, headers=CHANGING).reached == [f"POST {PATH}"]
    local = {**CHANGING, "host": "localhost:4999", "origin": "http://localhost:4999"}
    assert ask("POST", PATH, headers=local).status == 200
    # A browser without these headers is an old one: its cookie and its origin still have to be right.
    assert ask("POST", PATH, headers=without(CHANGING, "sec-fetch-site")).status == 200
    # Another server on this machine may have set a cookie of the same name beside ours.
    both = f"{COOKIE}=theirs; a=b; {COOKIE}={ACCESS.session}"
    assert ask(headers={**OWN, "cookie": both}).status == 200


READS: dict[str, dict[str, str] | list[tuple[str, str]]] = {
    "a rebound name": {**OWN, "host": "evil.example:4999"},
    "a rebound name that begins like us": {**OWN, "host": "127.0.0.1.evil.example:4999"},
    "a name that ends like us": {**OWN, "host": "evil-localhost:4999"},
    "another port's name": {**OWN, "host": "127.0.0.1:80"},
    "no port": {**OWN, "host": "127.0.0.1"},
    "all addresses": {**OWN, "host": "0.0.0.0:4999"},
    "IPv6": {**OWN, "host": "[::1]:4999"},
    "credentials in the name": {**OWN, "host": "127.0.0.1:4999@evil.example"},
    "no host": without(OWN, "host"),
    "two hosts": [*OWN.items(), ("host", "evil.example")],
    "no cookie": without(OWN, "cookie"),
    "a guessed cookie": {**OWN, "cookie": f"{COOKIE}=guessed"},
    "the token as a cookie": {**OWN, "cookie": f"{COOKIE}={ACCESS.token}"},
    "an empty cookie": {**OWN, "cookie": f"{COOKIE}="},
    "a broken cookie": {**OWN, "cookie": f"{COOKIE}\xff=;;={ACCESS.session}"},
    "another site": {**OWN, "sec-fetch-site": "cross-site"},
    "another port of this machine": {**OWN, "sec-fetch-site": "same-site"},
    "an unknown relation": {**OWN, "sec-fetch-site": "friendly"},
    "two relations": [*OWN.items(), ("sec-fetch-site", "cross-site")],
}


@pytest.mark.parametrize("headers", READS.values(), ids=READS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_nobody_else_gets_anything(method: str, headers: Any) -> None:
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    if method == "POST":
        pairs = [*pairs, ("origin", ORIGIN), (CSRF_HEADER, ACCESS.csrf)]

    answered = ask(method, headers=pairs)

    assert answered.status in (401, 403, 421)
    assert answered.reached == []
    assert not {ACCESS.token, ACCESS.session, ACCESS.csrf} & set(answered.body.split())


CHANGES: dict[str, dict[str, str] | list[tuple[str, str]]] = {
    "no origin": without(CHANGING, "origin"),
    "another origin": {**CHANGING, "origin": "https://evil.example"},
    "an origin without a site, as sandboxed pages have": {**CHANGING, "origin": "null"},
    "another port": {**CHANGING, "origin": "http://127.0.0.1:8080"},
    "another scheme": {**CHANGING, "origin": "https://127.0.0.1:4999"},
    "our other name": {**CHANGING, "origin": "http://localhost:4999"},
    "an origin that begins like ours": {**CHANGING, "origin": f"{ORIGIN}.evil.example"},
    "two origins": [*CHANGING.items(), ("origin", "https://evil.example")],
    "a form without the page's secret": without(CHANGING, CSRF_HEADER),
    "a guessed secret": {**CHANGING, CSRF_HEADER: "guessed"},
    "the cookie's secret": {**CHANGING, CSRF_HEADER: ACCESS.session},
    "two secrets": [*CHANGING.items(), (CSRF_HEADER, "guessed")],
}


@pytest.mark.parametrize("headers", CHANGES.values(), ids=CHANGES)
def test_nobody_else_changes_anything(headers: Any) -> None:
    answered = ask("POST", PATH, headers=headers)

    assert (answered.status, answered.reached) == (403, [])
    assert answered.body.endswith("nothing was changed.\n") or answered.body.endswith(
        "Nothing was changed.\n"
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "post"])
def test_other_methods_are_refused_and_no_page_is_invited(method: str) -> None:
    preflight = {**OWN, "origin": "https://evil.example", "access-control-request-method": "POST"}

    answered = ask(method, PATH, headers=preflight)

    assert (answered.status, answered.reached) == (405, [])
    assert not [name for name in answered.headers if name.startswith("access-control")]


def test_a_token_opens_only_by_the_first_address() -> None:
    bare = {"host": HOST, "sec-fetch-site": "none"}
    opened = ask(query=f"token={ACCESS.token}", headers=bare)
    assert (opened.status, opened.headers["location"]) == (303, "/b4se/")
    cookie = opened.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={ACCESS.session}; ")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        *("httponly", "samesite=strict", "path=/b4se")
    }
    assert ask(path="/", query=f"token={ACCESS.token}", headers=bare).status == 303
    refused = [
        ask(query="token=guessed", headers=bare),
        ask(query="token=", headers=bare),
        ask(query=f"token={ACCESS.session}", headers=bare),
        ask(query=f"token={ACCESS.token}&token=x", headers=bare),
        ask(path="/b4se/review", query=f"token={ACCESS.token}", headers=bare),
        ask("POST", query=f"token={ACCESS.token}", headers={**bare, "origin": ORIGIN}),
        ask(query=f"token={ACCESS.token}", headers={**bare, "host": "evil.example:4999"}),
        # A picture or a script of another page that knows the token gets no cookie.
        ask(query=f"token={ACCESS.token}", headers={"host": HOST, "sec-fetch-site": "cross-site"}),
    ]
    assert [(each.status in (401, 403, 421), each.reached) for each in refused] == [(True, [])] * len(refused)
    assert not any("set-cookie" in each.headers for each in refused)


def test_a_link_on_another_page_opens_by_a_page_of_ours() -> None:
    followed = {"host": HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}

    opened = ask(query=f"token={ACCESS.token}", headers=followed)

    assert (opened.status, "set-cookie" in opened.headers) == (200, True)
    assert 'content="0;url=/b4se/"' in opened.body
    assert ACCESS.token not in opened.body


def test_every_answer_says_what_a_page_may_do() -> None:
    for answered in (ask(), ask(headers={"host": "evil.example"}), ask("OPTIONS"), ask("POST", headers=OWN)):
        policy = answered.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert answered.headers["referrer-policy"] == "no-referrer"
        assert answered.headers["cache-control"] == "no-store"
        assert answered.headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in answered.headers if name.startswith("access-control")]


def test_a_console_that_only_shows_changes_nothing() -> None:
    answered = ask("POST", PATH, headers=CHANGING, is_read_only=True)

    assert (answered.status, answered.reached) == (403, [])
    assert "--read-only" in answered.body
    assert ask(is_read_only=True).status == 200


def test_no_web_socket_is_opened() -> None:
    sent, inner = list[Any](), Inner()

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/b4se/", "headers": [], "query_string": b""}
    asyncio.run(Guard(inner, ACCESS, is_read_only=False)(scope, receive, send))

    assert (sent, inner.reached) == ([{"type": "websocket.close", "code": 1008}], [])


def test_each_run_has_secrets_of_its_own() -> None:
    first, second = Access.fresh(1), Access.fresh(1)

    secrets = {each for run in (first, second) for each in (run.token, run.session, run.csrf, run.base)}
    assert len(secrets) == 8
    assert all(len(each) >= 43 for run in (first, second) for each in (run.token, run.session, run.csrf))
    assert first.url == f"http://127.0.0.1:1{first.base}/?token={first.token}"
