"""Bodies of requests: bounded, and refused in words."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from braid.domain.json_text import parse_json
from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["read_bytes", "read_json"]

_MOST_JSON_BYTES = 1024 * 1024


async def read_bytes(request: Request, most: int) -> bytes:
    """The whole body. Raises ``CommandError`` where it is longer than ``most`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise CommandError(f"more than {most} bytes were sent", exit_code=EXIT_MISUSE)
    return bytes(body)


async def read_json(request: Request) -> dict[str, Any]:
    """The body's JSON object. Raises ``CommandError`` for anything else."""
    try:
        value = parse_json(await read_bytes(request, _MOST_JSON_BYTES))
    except ValueError as error:
        raise CommandError("what was sent is no JSON", exit_code=EXIT_MISUSE) from error
    if not isinstance(value, dict):
        raise CommandError("what was sent is no JSON object", exit_code=EXIT_MISUSE)
    return value
