"""Posts: files of them, how far each is, what was decided, and a sample to look at."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import AssetKind
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.asset_ids import find_asset
from cli.showing.records import Record
from console.context import context_of
from console.pages import page
from console.reading.kind_pages import read_kind_page
from console.reading.posts_files import judged_so_far, read_decisions, read_sample, read_summaries

__all__ = ["detail", "is_posts_file", "show"]

_FILES_ON_A_PAGE = 20


def show(request: Request) -> Response:
    """The newest files of posts with what came of them."""
    target = context_of(request).target
    cursor = request.query_params.get("cursor", "")
    found = read_kind_page(target, AssetKind.POSTS, cursor=cursor, limit=_FILES_ON_A_PAGE)
    return page(
        request,
        "posts.html",
        title="Posts",
        files=list(zip(found.records, read_summaries(target, found.records), strict=True)),
        total=found.total,
        is_first=not cursor,
        following=urlencode({"cursor": found.following}) if found.following else "",
    )


def detail(request: Request) -> Response:
    """One file: progress, sums, the sample and the decisions themselves."""
    target = context_of(request).target
    record = find_asset(target, request.path_params["asset_id"])
    if not is_posts_file(record):
        raise CommandError(f"{record.asset_id} isn't a file of posts", exit_code=EXIT_MISUSE)
    (summary,) = read_summaries(target, [record])
    decision = request.query_params.get("decision", "")
    start = _start(request.query_params.get("from", "0"))
    found = read_decisions(target, record, start=start, decision=decision)
    return page(
        request,
        "posts_file.html",
        title=record.name,
        record=record,
        summary=summary,
        progress=judged_so_far(target, record) if record.status.is_open and summary is None else None,
        sample=read_sample(target, record),
        found=found,
        decision=decision,
        is_first=start == 0,
        following=urlencode({"decision": decision, "from": found.following}) if found.following else "",
    )


def is_posts_file(record: Record) -> bool:
    """Whether a record is of a file of posts."""
    return record.kind == AssetKind.POSTS


def _start(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise CommandError("this page's address is cut off; begin with the first line", exit_code=EXIT_MISUSE)
    return int(text)
