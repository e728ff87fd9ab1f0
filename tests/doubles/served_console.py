"""The console, served in a thread of the test, and a visitor without a browser's rules."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from cli.target import Target
from console.access import CSRF_HEADER, Access
from console.app import build_app
from console.context import Context
from console.listening import listen
from console.server import answer

__all__ = ["FunctionsHere", "Served", "served", "target_over"]

Handler = Callable[[Any, Any], Any]


class FunctionsHere:
    """A Lambda client whose functions are handlers in this process; they fail as Lambda's do."""

    def __init__(self, handlers: Mapping[str, Handler], context: Any) -> None:
        self._handlers, self._context = handlers, context

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # boto3's names
        try:
            told = self._handlers[FunctionName](json.loads(Payload), self._context)
        except Exception as error:  # noqa: BLE001  # as Lambda: whatever it is, it is told
            told = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(told).encode())}
        return {"Payload": io.BytesIO(json.dumps(told).encode())}


def target_over(
    session: boto3.Session,
    endpoint: str,
    *,
    inbox: str,
    results: str,
    table: str,
    state_machine_arn: str = "arn:aws:states:us-east-1:000000000000:stateMachine:none",
    functions: Any = None,
    queue_urls: tuple[str, str] = ("", ""),
) -> Target:
    """A deployment as the command knows one, over stores that a test made.

    ``queue_urls`` are the inbox's and that of its dead letters.
    """
    target = Target(
        stack_name="braid-test-pipeline",
        deployment_name="braid-test",
        is_local=True,
        input_bucket=inbox,
        results_bucket=results,
        assets_table=table,
        state_machine_arn=state_machine_arn,
        review_function="review",
        trial_function="trial",
        session=session,
        endpoint_url=endpoint,
        inbox_queue_url=queue_urls[0],
        dead_letters_url=queue_urls[1],
    )
    if functions is not None:
        vars(target)["lambda_"] = functions
    return target


@dataclass(frozen=True)
class Served:
    """A running console. Requests carry what its own pages send, unless told otherwise."""

    access: Access
    context: Context

    def get(self, path: str, **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Status, text and headers of a path below the base."""
        status, body, found = self._ask("GET", path, None, headers)
        return status, body.decode(errors="replace"), found

    def get_bytes(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of a path below the base."""
        status, body, _ = self._ask("GET", path, None, headers)
        return status, body

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON (or text) of a change; bytes are sent as they are."""
        sent = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        own = {"Origin": f"http://127.0.0.1:{self.access.port}", CSRF_HEADER: self.access.csrf}
        status, text, _ = self._ask("POST", path, sent, {**own, **headers})
        with contextlib.suppress(ValueError):
            return status, json.loads(text)
        return status, text.decode()

    def connection(self) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.access.port, timeout=60)

    @property
    def cookie(self) -> str:
        """What its browser sends."""
        return f"braid_console={self.access.session}"

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes, Mapping[str, str]]:
        connection = self.connection()
        with contextlib.closing(connection):
            connection.request(method, self.access.base + path, body, {"Cookie": self.cookie, **headers})
            found = connection.getresponse()
            return found.status, found.read(), {name.lower(): value for name, value in found.getheaders()}


@contextlib.contextmanager
def served(target: Target, *, is_read_only: bool = False) -> Iterator[Served]:
    """Serves the console of a target on a free port while the block runs."""
    listening = listen()
    access = Access.fresh(listening.getsockname()[1])
    context = Context(target, access, is_read_only=is_read_only)
    app = build_app(context)
    loop, ends = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(answer(app, listening, ends)), name="console"
    )
    thread.start()
    try:
        yield Served(access, context)
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join(timeout=20)
        loop.close()
