"""The one server: HTTP on a free port of 127.0.0.1, until somebody ends it."""

from __future__ import annotations

import asyncio
import signal
import socket

from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config
from starlette.types import ASGIApp

__all__ = ["answer", "serve"]

_GRACE_SECONDS = 0.5


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answers requests until SIGINT or SIGTERM; open event streams don't hold it up."""
    asyncio.run(_until_a_signal(app, listening))


async def answer(app: ASGIApp, listening: socket.socket, ends: asyncio.Event) -> None:
    """Answers requests until ``ends`` is set."""
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.graceful_timeout = config.shutdown_timeout = _GRACE_SECONDS
    config.include_server_header = False
    config.accesslog = config.errorlog = None
    await serve_asgi(app, config, shutdown_trigger=ends.wait)  # type: ignore[arg-type]  # ASGI is ASGI


async def _until_a_signal(app: ASGIApp, listening: socket.socket) -> None:
    ends = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ends.set)
    await answer(app, listening, ends)
