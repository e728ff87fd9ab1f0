"""One stream of server-sent events a page: it says that something changed, and the page asks what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from braid.domain.asset.asset import AssetStatus
from cli.aws_errors import explain
from cli.showing.records import follow_execution, read_record
from cli.target import Target
from console.context import context_of
from console.reading.counts import read_counts

__all__ = ["stream"]

_LOOKS_EACH_SECONDS = 1.0
_HEARTBEAT_LOOKS = 15


async def stream(request: Request) -> StreamingResponse:
    """``changed`` with the open assets' counts, ``trouble`` with a sentence; ends with the page."""
    target, asset_id = context_of(request).target, request.query_params.get("asset", "")
    return StreamingResponse(_events(target, asset_id), media_type="text/event-stream")


async def _events(target: Target, asset_id: str) -> AsyncIterator[str]:
    """Two reads a second at most, of maintained items: what they cost doesn't grow with the table."""
    seen: Any = None
    quiet = 0
    while True:
        try:
            now_seen, waiting = await run_in_threadpool(_look, target, asset_id)
        except (ClientError, BotoCoreError) as error:
            now_seen, waiting = explain(error), None
        if now_seen != seen:
            # The first look counts as a change: something may have happened since the page was rendered.
            yield _event("trouble", now_seen) if waiting is None else _event("changed", {"waiting": waiting})
            seen, quiet = now_seen, 0
        elif quiet >= _HEARTBEAT_LOOKS:
            yield ": still here\n\n"
            quiet = 0
        quiet += 1
        await asyncio.sleep(_LOOKS_EACH_SECONDS)


def _look(target: Target, asset_id: str) -> tuple[Any, int]:
    """All that a page may show: every change of a status changes a count; an asset's steps don't."""
    counts = read_counts(target, today=datetime.now(UTC).date(), days=1)
    states = None
    if asset_id and (record := read_record(target, asset_id)) is not None:
        execution = follow_execution(target, record) if record.status.is_open else None
        states = (record, execution.current_states if execution else ())
    return (counts, states), counts.open.get(AssetStatus.AWAITING_REVIEW, 0)


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value)}\n\n"
