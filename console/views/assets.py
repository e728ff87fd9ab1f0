"""Assets: the newest first, by status, profile and words, with exact counts."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import AssetStatus
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.records import Record, read_record
from cli.target import PROJECT_ROOT
from console.context import Context, context_of
from console.pages import page
from console.reading.counts import read_counts
from console.reading.record_pages import SHOWN, Cursor, Filter, read_page

__all__ = ["profile_names", "show"]

_WINDOWS = (7, 30, 90, 365)
_DEFAULT_DAYS = 90


def show(request: Request) -> Response:
    """The list, or a page of it."""
    asked = request.query_params
    days = _days(asked.get("days", ""))
    status = _status(asked.get("status", ""))
    wanted = Filter(
        (status,) if status else SHOWN,
        profile=asked.get("profile", "").strip(),
        text=asked.get("text", "").strip(),
    )
    context, today = context_of(request), datetime.now(UTC).date()
    counts = read_counts(context.target, today=today, days=days)
    start = Cursor.parse(asked["cursor"]) if asked.get("cursor") else None
    found = read_page(context.target, wanted, counts, today=today, days=days, start=start)
    kept = {"status": status or "", "profile": wanted.profile, "text": wanted.text, "days": str(days)}
    total = counts.total
    return page(
        request,
        "assets.html",
        title="Assets",
        records=_named(context, wanted.text, found.records) + found.records
        if start is None
        else found.records,
        counts=[(each, total[each]) for each in SHOWN],
        total=sum(total[each] for each in SHOWN),
        matching=total[status] if status else sum(total[each] for each in SHOWN),
        wanted=wanted,
        looked_at=found.looked_at,
        kept=kept,
        query=urlencode({name: value for name, value in kept.items() if value and name != "status"}),
        following=urlencode({**kept, "cursor": str(found.following)}) if found.following else "",
        is_first=start is None,
        newest=urlencode(kept),
        days=days,
        windows=_WINDOWS,
        profiles=profile_names(),
    )


def profile_names() -> list[str]:
    """The profiles of this project; a deployment may have others."""
    return sorted(path.parent.name for path in (PROJECT_ROOT / "profiles").glob("*/profile.toml"))


def _named(context: Context, text: str, found: tuple[Record, ...]) -> tuple[Record, ...]:
    """The asset whose id is exactly ``text``, however old it is, where the list hasn't found it."""
    if not text or any(record.asset_id == text for record in found):
        return ()
    record = read_record(context.target, text)
    return (record,) if record else ()


def _days(text: str) -> int:
    if not text:
        return _DEFAULT_DAYS
    if text not in map(str, _WINDOWS):
        raise CommandError(f"days takes {', '.join(map(str, _WINDOWS))}, not {text!r}", exit_code=EXIT_MISUSE)
    return int(text)


def _status(text: str) -> AssetStatus | None:
    if not text:
        return None
    if text not in AssetStatus.__members__:
        raise CommandError(f"no asset has the status {text!r}", exit_code=EXIT_MISUSE)
    return AssetStatus(text)
