"""The page and the text that tell an editor why an asset gave no answer."""

from __future__ import annotations

from domain.clock import parse_iso
from lambdas.aws.conclusion import Ending
from lambdas.runtime.markup import Markup, join, page, tag

__all__ = ["reason_text", "report_page"]

_WORDS = {"REJECTED": "This file was not accepted", "FAILED": "This file could not be processed"}
_NEXT = {
    "REJECTED": "Nothing was changed: the file is where it was. Mend it and drop it again; a new version"
    " under the same name starts by itself.",
    "FAILED": "Nothing was changed: the file is where it was. The execution's history says where it broke;"
    " once the cause is mended, drop the file again.",
}


def reason_text(ending: Ending) -> bytes:
    """``reason.txt``: the status and the reason, for someone who opens a file in the bucket."""
    source = ending.asset.source
    lines = [
        f"{ending.status}: {ending.reason}",
        "",
        _NEXT[ending.status],
        "",
        f"File     {source.key}",
        f"Version  {source.version_id}",
        f"When     {_day(ending.finished_at)}",
        f"Asset    {ending.asset.asset_id}",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def report_page(ending: Ending) -> bytes:
    """``report.html``: what is wrong, what was measured, what to do."""
    source = ending.asset.source
    name = source.key.rsplit("/", 1)[-1]
    body = [
        tag(
            "header",
            tag("span", ending.status, class_="status bad"),
            tag("h1", name),
            tag("p", tag("span", source.key), tag("span", _day(ending.finished_at)), class_="facts"),
        ),
        tag(
            "section",
            tag("h2", _WORDS[ending.status]),
            tag("p", ending.reason or ""),
            tag("p", _NEXT[ending.status], class_="soft"),
            class_="notice bad",
        ),
    ]
    if ending.gates:
        body.append(tag("section", tag("h2", "What was measured"), _gates(ending)))
    body.append(tag("p", f"Asset {ending.asset.asset_id} · {ending.execution_arn}", class_="soft"))
    return page(f"{name}: {ending.status.value.lower()}", join(body))


def _gates(ending: Ending) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", gate.name),
            tag("td", f"{gate.value} {gate.unit}".strip()),
            tag("td", gate.outcome, class_="warned" if gate.outcome == "warn" else gate.outcome),
            tag("td", gate.reason or ""),
        )
        for gate in ending.gates
    ]
    return tag("table", *rows)


def _day(moment: str) -> str:
    return parse_iso(moment).strftime("%Y-%m-%d %H:%M UTC")
