"""Printing records and results for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cli.progress import STATUS_STYLES, DropOutcome
from cli.records import Record
from cli.target import Target
from domain.accounting import MissingOperation
from domain.answer import Answer
from domain.receipt import Receipt
from domain.result import Result
from domain.timeline import AgreementKind, Timeline
from domain.wire import decode

__all__ = ["outcome_table", "record_table", "show_result"]


def record_table(records: Iterable[Record]) -> Table:
    """One row per asset, newest first; reasons wrap."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Updated (UTC)", "Status", "Asset", "What"):
        table.add_column(heading, overflow="fold")
    for record in records:
        what = [Text(record.name)]
        if record.reason:
            what.append(Text(record.reason, style="dim"))
        table.add_row(
            (record.updated_at or "").replace("T", " ")[5:16],
            Text(record.status, style=STATUS_STYLES[record.status]),
            Text(record.asset_id),
            Group(*what),
        )
    return table


def outcome_table(outcomes: Sequence[tuple[str, DropOutcome]]) -> Table:
    """One row per dropped asset with what a person wants to know first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("File", "Status", "States", "Seconds", "Asset"):
        table.add_column(
            heading, overflow="fold", justify="right" if heading in ("States", "Seconds") else "left"
        )
    for name, outcome in outcomes:
        cell: list[RenderableType] = [Text(outcome.asset_id)]
        if outcome.reason:
            cell.append(Text(outcome.reason, style="dim"))
        table.add_row(
            Text(name),
            Text(outcome.status, style=STATUS_STYLES[outcome.status]),
            "" if outcome.states_executed is None else str(outcome.states_executed),
            "" if outcome.duration_seconds is None else f"{outcome.duration_seconds:.1f}",
            Group(*cell),
        )
    return table


def show_result(console: Console, target: Target, result: Result) -> None:
    """The whole of one asset: status, gates, what is missing, the answer with its citations, agreements."""
    console.print(Text(result.asset_id, style="bold"))
    console.print(Text.assemble((result.status, STATUS_STYLES[result.status]), f"  {result.reason or ''}"))
    console.print(f"[dim]source[/]   s3://{escape(result.source.bucket)}/{escape(result.source.key)}")
    console.print(
        f"[dim]type[/]     {result.source.media_type or 'unknown'}  [dim]profile[/] {result.profile}"
    )
    for gate in result.gates:
        if gate.outcome != "pass":
            console.print(f"[yellow]{gate.outcome}[/]     {escape(gate.reason or gate.name)}")
    for reason, operations in _by_reason(result.missing).items():
        console.print(f"[yellow]missing[/]  {escape(', '.join(operations))}: [dim]{escape(reason)}[/]")
    timeline = _read(target, result, "timeline", Timeline)
    if (answer := _read(target, result, "answer", Answer)) is not None:
        _show_answer(console, answer, timeline)
    if timeline is not None:
        _show_agreements(console, timeline)
    if (receipt := _read(target, result, "receipt", Receipt)) is not None:
        console.print(f"\n[dim]cost[/]     ${receipt.total_usd:.4f} (priced as {escape(receipt.priced_as)})")
    console.print(f"[dim]results[/]  {', '.join(sorted(result.results))}")
    console.print(f"[dim]get one with[/] braid get {result.asset_id} NAME")


def _by_reason(missing: Iterable[MissingOperation]) -> dict[str, list[str]]:
    """Operations that are missing for one reason, together."""
    together: dict[str, list[str]] = {}
    for item in missing:
        together.setdefault(item.reason, []).append(item.operation)
    return together


def _show_answer(console: Console, answer: Answer, timeline: Timeline | None) -> None:
    evidence = {item.evidence_id: item for item in timeline.evidence} if timeline else {}
    console.print(
        f"\n[bold]Answer[/]  [dim]{answer.method} · {escape(answer.model_id)} · "
        f"confidence {answer.confidence:.2f}[/]"
    )
    section = ""
    for claim in answer.claims:
        heading = claim.path.strip("/").split("/")[0].replace("_", " ")
        if heading != section:
            section = heading
            console.print(f"[bold]{escape(heading)}[/]")
        cited = [
            f"{item} ({evidence[item].span})" if item in evidence else item for item in claim.evidence_ids
        ]
        console.print(f"  • {escape(claim.text)}  [dim]{escape(', '.join(cited))}[/]")


def _show_agreements(console: Console, timeline: Timeline) -> None:
    agreements = [(segment.span, item) for segment in timeline.segments for item in segment.agreements]
    if not agreements:
        return
    counts = {kind: sum(item.kind == kind for _, item in agreements) for kind in AgreementKind}
    console.print("\n[bold]Agreement[/]  " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
    for span, item in agreements:
        if item.kind is AgreementKind.CONTRADICTORY:
            console.print(f"  [red]{span}[/]  {escape(item.reason)}")


def _read(target: Target, result: Result, name: str, cls: type[Any]) -> Any:
    claim = result.results.get(name)
    if claim is None:
        return None
    body = target.s3.get_object(Bucket=claim.bucket, Key=claim.key)["Body"].read()
    return decode(cls, json.loads(body))
