"""The real server, spoken to byte by byte: what a browser would never send is refused as well."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator

import boto3
import pytest
from starlette.routing import Route

from console.access import CSRF_HEADER
from console.catalogue import VIEWS, View
from console.listening import listen
from tests.doubles.served_console import Served, served, target_over


@pytest.fixture(scope="module")
def console() -> Iterator[Served]:
    # Nothing listens there: no request of these tests gets so far.
    target = target_over(_nobody(), "http://127.0.0.1:9", inbox="i", results="r", table="t")
    with served(target) as running:
        yield running


def _nobody() -> boto3.Session:
    return boto3.Session("nobody", "nothing", region_name="us-east-1")


def say(console: Served, head: str, body: bytes = b"") -> str:
    """The first line of the answer; empty where the connection is closed without one."""
    with socket.create_connection(("127.0.0.1", console.access.port), timeout=20) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
        connection.settimeout(20)
        return connection.makefile("rb").readline().decode("latin-1").strip()


def test_our_style_sheet_is_served_to_us(console: Served) -> None:
    status, text, headers = console.get("/static/console.css")

    assert status == 200
    assert headers["content-type"].startswith("text/css")
    assert "--accent" in text
    assert "url(" not in text
    assert "server" not in headers


@pytest.mark.parametrize(
    "lines",
    [
        ["GET {base}/ HTTP/1.1", "Host: evil.example", "Cookie: {cookie}"],
        ["GET {base}/ HTTP/1.1", "Host: {host}", "Host: evil.example", "Cookie: {cookie}"],
        ["GET {base}/ HTTP/1.0", "Cookie: {cookie}"],
        ["GET http://evil.example{base}/ HTTP/1.1", "Host: evil.example", "Cookie: {cookie}"],
        ["GET {base}/ HTTP/1.1", "Host: {host}"],
        ["GET /{base}/ HTTP/1.1", "Host: {host}"],
        ["GET {base}/../../ HTTP/1.1", "Host: {host}"],
        ["CONNECT evil.example:443 HTTP/1.1", "Host: {host}", "Cookie: {cookie}"],
        ["POST {base}/review/a/decide HTTP/1.1", "Host: {host}", "Cookie: {cookie}", "Content-Length: 0"],
        [
            "GET {base}/events HTTP/1.1",
            *("Host: {host}", "Cookie: {cookie}", "Upgrade: websocket", "Connection: Upgrade"),
            *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
        ],
    ],
    ids=lambda lines: lines[0][:30],
)
def test_strangers_get_no_page(console: Served, lines: list[str]) -> None:
    values = {
        "base": console.access.base,
        "host": f"127.0.0.1:{console.access.port}",
        "cookie": console.cookie,
    }

    answer = say(console, "\n".join(lines).format(**values))

    assert answer == "" or answer.split()[1] in {"400", "401", "403", "404", "405", "421"}, answer


ROUTES = [(view, route) for view in VIEWS for route in view.routes]


@pytest.mark.parametrize(("view", "route"), ROUTES, ids=lambda each: getattr(each, "path", ""))
def test_no_route_of_any_view_answers_strangers(console: Served, view: View, route: Route) -> None:
    path = re.sub(r"{[^}]*}", "1", route.path)
    is_changing = route.methods == {"POST"}
    strangers: list[dict[str, str]] = [
        {"Cookie": ""},
        {"Cookie": f"braid_console={console.access.token}"},
        {"Host": f"evil.example:{console.access.port}"},
        {"Host": f"127.0.0.1.evil.example:{console.access.port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    if is_changing:
        strangers += [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": f"http://localhost:{console.access.port}"},
            {"Origin": f"http://127.0.0.1:{console.access.port + 1}"},
            {CSRF_HEADER: "guessed"},
            {CSRF_HEADER: console.access.session},
        ]

    answers = [
        console.post(path, {}, **headers)[0] if is_changing else console.get(path, **headers)[0]
        for headers in strangers
    ]

    assert set(answers) <= {401, 403, 421}, (view.title, route.path)
    # A change that comes as something else isn't one either.
    other = console.get(path) if is_changing else console.post(path)
    assert other[0] in (400, 405)


def test_what_only_shows_changes_nothing_by_any_route() -> None:
    target = target_over(_nobody(), "http://127.0.0.1:9", inbox="i", results="r", table="t")
    changing = [route.path for _, route in ROUTES if route.methods == {"POST"}]
    with served(target, is_read_only=True) as console:
        answers = {path: console.post(re.sub(r"{[^}]*}", "1", path), {}) for path in changing}

    assert len(answers) >= 8
    assert {status for status, _ in answers.values()} == {403}
    assert all("--read-only" in told for _, told in answers.values())


def test_only_this_machine_reaches_it() -> None:
    with contextlib.closing(listen()) as listening:
        host, port = listening.getsockname()

    assert host == "127.0.0.1"
    assert port > 1023


def test_an_unreachable_deployment_is_said_in_a_sentence(console: Served) -> None:
    status, text, _ = console.get("/costs")

    assert status == 502
    assert "Traceback" not in text
    assert "127.0.0.1:9" in text
