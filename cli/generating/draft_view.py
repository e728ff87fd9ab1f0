"""A draft on the terminal: what was asked, of whom, for how much, and what the checks found."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from braid.domain.generation.draft import Draft
from cli.printable import words

__all__ = ["show_draft"]

_STYLES = {"passed": "green", "to be seen": "yellow", "blocked": "red"}


def show_draft(out: Console, draft: Draft) -> None:
    """All that a reviewer needs beside the picture itself, which `--open` shows."""
    plan = draft.plan
    table = Table.grid(padding=(0, 2))
    template = f"{plan.prompt.template} {plan.prompt.version}" if plan.prompt.template else ""
    vetted = (
        f"vetted by {plan.prompt.vetted_by} on {plan.prompt.vetted_at[:10]}" if plan.prompt.vetted_by else ""
    )
    facts = {
        "asked for by": plan.request.requested_by,
        "prompt": plan.prompt.text,
        "not to be seen": plan.prompt.negative,
        "template": f"{template} {vetted}".strip(),
        "made by": f"{plan.provider} ({plan.model_id}) in {plan.region}",
        "started from": ", ".join(plan.request.inputs),
        "price": f"${plan.usd:.2f}",
        "size": f"{draft.width} x {draft.height}, {draft.file.media_type}",
        "not honoured": "; ".join(plan.not_honoured),
        "the prompt lacks": "; ".join(finding.sentence for finding in plan.findings),
        "asked again because": plan.redo_reason,
        "marked": f"signed by {draft.issuer}"
        + ("" if draft.watermark is None else f", watermark {draft.watermark:08x}"),
    }
    for name, value in facts.items():
        if value:
            table.add_row(Text(name, style="dim"), words(value))
    for check in draft.checks:
        told = Text(check.outcome, style=_STYLES.get(check.outcome, ""))
        table.add_row(Text(check.name, style="dim"), Text.assemble(told, ": ", words(check.sentence)))
    out.print(table)
