"""The page that tells an editor why an asset gave no answer."""

from __future__ import annotations

from braid.domain.asset.asset import AssetStatus
from braid.report.markup import join, page, tag
from braid.report.notices import NEXT_STEPS, day, gate_table
from braid.store.closing import AssetClosing

__all__ = ["report_page"]

_TITLES = {
    AssetStatus.REJECTED: "This file was not accepted",
    AssetStatus.FAILED: "This file could not be processed",
}


def report_page(closing: AssetClosing) -> bytes:
    """``report.html`` of a rejected or failed asset: what is wrong, what was measured, what to do."""
    source = closing.asset.source
    name = source.display_name
    facts = (source.key, f"profile {closing.asset.profile}", day(closing.finished_at))
    header = tag(
        "header",
        tag("p", tag("span", closing.status, class_="status bad")),
        tag("h1", name, dir="auto"),
        tag("p", join((tag("span", fact) for fact in facts), " "), class_="facts"),
    )
    body = [
        tag(
            "section",
            tag("h2", _TITLES[closing.status]),
            tag("p", closing.reason or "", dir="auto"),
            tag("p", NEXT_STEPS[closing.status], class_="soft"),
            class_="notice bad",
        ),
    ]
    if closing.gates:
        body.append(tag("section", tag("h2", "What was measured"), gate_table(closing.gates)))
    footer = tag("footer", tag("p", f"Asset {closing.asset.asset_id} · {closing.execution_arn}"))
    return page(f"{name}: {closing.status.value.lower()}", join(body), header=header, footer=footer)
