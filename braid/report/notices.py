"""What the publisher and the recorder tell people in the same words: quality gates, and ``reason.txt``."""

from __future__ import annotations

from collections.abc import Iterable

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetStatus
from braid.domain.clock import parse_iso
from braid.domain.legible import one_line
from braid.report.markup import Markup, tag
from braid.store.closing import AssetClosing

__all__ = ["NEXT_STEPS", "day", "gate_table", "reason_text"]

# What to do now; a published asset has its report for that.
NEXT_STEPS = {
    AssetStatus.REJECTED: "Nothing was changed: the file is where it was. Fix it and drop it again; a new"
    " version under the same name starts by itself.",
    AssetStatus.FAILED: "Nothing was changed: the file is where it was. The execution's history says where it"
    " failed; once the cause is fixed, drop the file again.",
}


def reason_text(closing: AssetClosing) -> bytes:
    """``reason.txt``: how the newest version of a source went, for someone who opens a file in the bucket."""
    source = closing.asset.source
    lines = [f"{closing.status}: {one_line(closing.reason or 'everything that was wanted is there')}", ""]
    if closing.status in NEXT_STEPS:
        lines += [NEXT_STEPS[closing.status], ""]
    lines += [f"Missing  {item.operation}: {one_line(item.reason)}" for item in closing.missing]
    lines += [
        f"File     {one_line(source.key)}",
        f"Version  {source.version_id}",
        f"When     {day(closing.finished_at)}",
        f"Asset    {closing.asset.asset_id}",
        "Report   report.html, beside this file",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def gate_table(gates: Iterable[Gate]) -> Markup:
    """One row per gate: its name, what was measured, what follows, and why."""
    rows = [
        tag(
            "tr",
            tag("td", gate.name),
            tag("td", gate.measured),
            tag("td", gate.outcome, class_="warned" if gate.outcome == "warn" else gate.outcome),
            tag("td", gate.reason or ""),
        )
        for gate in gates
    ]
    titles = ("Gate", "Measured", "Outcome", "Why")
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="gates")


def day(moment: str) -> str:
    """An ISO moment for people."""
    return parse_iso(moment).strftime("%Y-%m-%d %H:%M UTC")
