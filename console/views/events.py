"""One stream of server-sent events a page: it says that something changed, and the page asks what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from braid.domain.asset.asset import AssetStatus
from cli.aws_errors import explain
from cli.errors import CommandError
from cli.showing.records import follow_execution, read_record
from cli.target import Target
from cli.tuning.deployed_tuning import find_tuning
from console.context import context_of
from console.reading.counts import read_counts
from console.reading.posts_files import judged_so_far
from console.reading.tuning_runs import read_progress
from console.views.posts import is_posts_file

__all__ = ["stream"]

_LOOKS_EACH_SECONDS = 1.0
_HEARTBEAT_LOOKS = 15


async def stream(request: Request) -> StreamingResponse:
    """``changed`` with the open assets' counts, ``trouble`` with a sentence; ends with the page."""
    target, asked = context_of(request).target, request.query_params
    watched = await run_in_threadpool(_watched, target, asked.get("asset", ""), asked.get("run", ""))
    return StreamingResponse(_events(target, watched), media_type="text/event-stream")


async def _events(target: Target, watched: Callable[[], Any]) -> AsyncIterator[str]:
    """A few reads a second, of maintained items: what they cost doesn't grow with the table."""
    seen: Any = None
    quiet = 0
    while True:
        try:
            now_seen, waiting = await run_in_threadpool(_look, target, watched)
        except (ClientError, BotoCoreError) as error:
            now_seen, waiting = explain(error), None
        except CommandError as error:
            now_seen, waiting = error.message, None
        if now_seen != seen:
            # The first look counts as a change: something may have happened since the page was rendered.
            yield _event("trouble", now_seen) if waiting is None else _event("changed", {"waiting": waiting})
            seen, quiet = now_seen, 0
        elif quiet >= _HEARTBEAT_LOOKS:
            yield ": still here\n\n"
            quiet = 0
        quiet += 1
        await asyncio.sleep(_LOOKS_EACH_SECONDS)


def _look(target: Target, watched: Callable[[], Any]) -> tuple[Any, int]:
    """All that a page may show: every change of a status changes a count; what goes on inside one doesn't."""
    counts = read_counts(target, today=datetime.now(UTC).date(), days=1)
    return (counts, watched()), counts.open.get(AssetStatus.AWAITING_REVIEW, 0)


def _watched(target: Target, asset_id: str, run_id: str) -> Callable[[], Any]:
    """What the page is about: an asset with its steps, a tuning run with its states, or nothing more."""
    if run_id:
        tuning = find_tuning(target)
        return lambda: read_progress(tuning, run_id)
    return lambda: _asset(target, asset_id) if asset_id else None


def _asset(target: Target, asset_id: str) -> Any:
    record = read_record(target, asset_id)
    if record is None or not record.status.is_open:
        return record
    execution = follow_execution(target, record)
    judged = judged_so_far(target, record) if is_posts_file(record) else None
    return record, execution.current_states if execution else (), judged


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value)}\n\n"
