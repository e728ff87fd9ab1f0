"""Pages from templates: everything that is shown is escaped, nothing that is missing passes unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from braid.domain.asset.asset import AssetStatus
from braid.domain.clock import parse_iso
from cli.printable import printable
from console.context import context_of

__all__ = ["STATUS_KINDS", "page", "span_of_time"]

_HERE = Path(__file__).parent
# The colours of the report: what went well, what needs somebody, what broke; the rest is under way.
STATUS_KINDS = {
    AssetStatus.RECEIVED: "busy",
    AssetStatus.PROCESSING: "busy",
    AssetStatus.AWAITING_REVIEW: "warn",
    AssetStatus.SUCCEEDED: "good",
    AssetStatus.PARTIAL: "warn",
    AssetStatus.REJECTED: "bad",
    AssetStatus.FAILED: "bad",
    AssetStatus.DELETED: "gone",
}
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_KILO = 1024


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template with ``values``, and what every page shows."""
    context = context_of(request)
    body = request.app.state.templates.get_template(template).render(
        base=context.access.base,
        csrf=context.access.csrf,
        path=request.scope["path"].removeprefix(context.access.base),
        where=context.target.where,
        is_local=context.target.is_local,
        is_read_only=context.is_read_only,
        views=request.app.state.views,
        now=datetime.now(UTC),
        **values,
    )
    return HTMLResponse(body, status_code=status)


def templates() -> Environment:
    """The environment of all pages."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "ago": _ago,
        "moment": _moment,
        "usd": _usd,
        "size": _size,
        "count": lambda number: f"{number:,}",
        "shown": printable,
        "kind": lambda status: STATUS_KINDS[AssetStatus(status)],
        "sentence": _sentence,
        "spoken": lambda status: str(status).replace("_", " ").capitalize(),
    }
    return made


def _sentence(text: str) -> Markup:
    """What the command says, with its commands marked as such and not by backticks."""
    whole = printable(text)
    parts = (whole[:1].upper() + whole[1:]).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def span_of_time(seconds: float) -> str:
    """The two largest units: ``3 d 4 h``."""
    left, parts = max(0, round(seconds)), list[str]()
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if not part.startswith("0 ")) or "0 s"


def _ago(moment: str | None, now: datetime) -> str:
    """How long ago, or in how long."""
    if not moment:
        return ""
    away = now - parse_iso(moment)
    if away < timedelta(0):
        return f"in {span_of_time(-away.total_seconds())}"
    return f"{span_of_time(away.total_seconds())} ago" if away >= timedelta(seconds=5) else "just now"


def _moment(moment: str | None) -> str:
    return f"{moment.replace('T', ' ')[:19]} UTC" if moment else ""


def _usd(amount: float | None, digits: int = 4) -> str:
    return "" if amount is None else f"${amount:,.{digits}f}"


def _size(size_bytes: int) -> str:
    size, unit = float(size_bytes), "bytes"
    for unit in ("bytes", "KiB", "MiB", "GiB"):  # the unit that it ends with is used
        if size < _KILO or unit == "GiB":
            break
        size /= _KILO
    return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
