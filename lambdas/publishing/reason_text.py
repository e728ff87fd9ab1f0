"""``reason.txt``: how the newest version of a source went, for someone who opens a file in the bucket."""

from __future__ import annotations

from domain.clock import parse_iso
from lambdas.aws.conclusion import Ending

__all__ = ["reason_text"]


def reason_text(ending: Ending) -> bytes:
    """Status, reason, and every operation that is missing."""
    source = ending.asset.source
    lines = [f"{ending.status}: {ending.reason or 'everything that was wanted is there'}", ""]
    lines += [f"Missing  {item.operation}: {item.reason}" for item in ending.missing]
    lines += [
        f"File     {source.key}",
        f"Version  {source.version_id}",
        f"When     {parse_iso(ending.finished_at):%Y-%m-%d %H:%M UTC}",
        f"Asset    {ending.asset.asset_id}",
        "Report   report.html, beside this file",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")
