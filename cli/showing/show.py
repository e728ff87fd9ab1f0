"""Printing records and results for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from braid.domain.accessibility.accessibility import Accessibility, CriterionStatus
from braid.domain.answer.answer import Answer, AnswerClaim
from braid.domain.answer.claims import value_at
from braid.domain.asset.result import Result
from braid.domain.evidence.citation import places
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.money.accounting import missing_by_reason
from braid.domain.money.receipt import Receipt
from cli.dropping.outcomes import STATUS_STYLES, DropOutcome
from cli.printable import words
from cli.showing.documents import read_document
from cli.showing.records import Record, name_of
from cli.showing.tracks import AGREEMENT_STYLES, agreement_mark, tracks
from cli.target import Target

__all__ = [
    "Facts",
    "outcome_table",
    "record_table",
    "show_accessibility",
    "show_agreements",
    "show_answer",
    "show_result",
]

_METHODS = {
    "model": "written by {model_id} from the evidence",
    "extractive": "quoted from the evidence, without a model",
    "reviewer": "corrected by a person",
}
# What stands before a claim as its place, or behind it as what it cites.
_NOT_ASIDE = frozenset({"evidence_ids", "start_ms", "end_ms", "page", "end_page"})
_RELATIONS = {
    AgreementKind.REDUNDANT: "agreeing",
    AgreementKind.COMPLEMENTARY: "complementary",
    AgreementKind.CONTRADICTORY: "contradictory",
}


def record_table(records: Iterable[Record]) -> Table:
    """Two lines per asset, newest first: what and how, then its id and why."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Updated (UTC)", "Status", "What, and its asset id"):
        table.add_column(heading, overflow="fold")
    for record in records:
        what: list[RenderableType] = [words(record.name), Text(record.asset_id, style="dim")]
        if record.reason:
            what.append(words(record.reason, style="italic"))
        table.add_row(
            (record.updated_at or "").replace("T", " ")[5:16],
            Text(record.status, style=STATUS_STYLES[record.status]),
            Group(*what),
        )
    return table


def outcome_table(outcomes: Sequence[tuple[str, DropOutcome]]) -> Group:
    """One row per dropped asset with what a person wants to know first; below them the reasons, in full."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("File", "Status", "States", "Seconds", "Asset"):
        table.add_column(
            heading, overflow="fold", justify="right" if heading in ("States", "Seconds") else "left"
        )
    reasons = Table.grid(padding=(0, 2, 0, 0))
    for name, outcome in outcomes:
        if outcome.reason:
            style = STATUS_STYLES[outcome.status]
            reasons.add_row(words(name, style=style), words(outcome.reason))
        table.add_row(
            words(name),
            Text(outcome.status, style=STATUS_STYLES[outcome.status]),
            "" if outcome.states_executed is None else str(outcome.states_executed),
            "" if outcome.duration_seconds is None else f"{outcome.duration_seconds:.1f}",
            Text(outcome.asset_id),
        )
    return Group(table, "", reasons) if reasons.row_count else Group(table)


def show_result(console: Console, target: Target, result: Result) -> None:
    """One asset: status, gates, what is missing, the answer with its citations, the timeline, agreements."""
    title = Text.assemble(
        words(name_of(result.source.key, result.profile), style="bold"),
        "  ",
        (result.status, STATUS_STYLES[result.status]),
        "  ",
        (result.asset_id, "dim"),
    )
    console.print(title)
    timeline = read_document(target, result, "timeline", Timeline)
    facts = Facts()
    if result.reason:
        facts.add("reason", words(result.reason))
    for gate in result.gates:
        if gate.outcome != "pass" and gate.reason and gate.reason not in (result.reason or ""):
            facts.add(gate.outcome, words(gate.reason), "yellow")
    for warning in result.warnings:
        facts.add("warning", words(warning), "yellow")
    for missed in result.missed_targets:
        facts.add("target missed", words(str(missed)), "yellow")
    for reason, operations in missing_by_reason(result.missing).items():
        facts.add("missing", words(f"{', '.join(operations)}: {reason}"), "yellow")
    facts.add("source", words(f"{result.source.key} ({result.source.media_type or 'of unknown type'})"))
    if (receipt := read_document(target, result, "receipt", Receipt)) is not None:
        estimated = "estimated at AWS prices of" if target.is_local else "at prices of"
        facts.add("cost", Text(f"${receipt.total_usd:.4f} {estimated} {receipt.priced_as}"))
    facts.add("results", Text(", ".join(sorted(result.results))))
    console.print(facts.table)
    if (answer := read_document(target, result, "answer", Answer)) is not None:
        show_answer(console, answer, timeline)
    if (standing := read_document(target, result, "accessibility", Accessibility)) is not None:
        show_accessibility(console, standing)
    if timeline is not None:
        ascii_only = console.options.ascii_only
        if lines := tracks(timeline, width=console.width, ascii_only=ascii_only):
            console.print()
            console.print(*lines, sep="\n")
        show_agreements(console, timeline, ascii_only=ascii_only)


class Facts:
    """Short labels with their values, which wrap beside them and not under them."""

    def __init__(self) -> None:
        self.table = Table.grid(padding=(0, 2))
        self.table.add_column()
        self.table.add_column(overflow="fold")

    def add(self, label: str, value: Text, style: str = "dim") -> None:
        """One more fact."""
        self.table.add_row(Text(label, style=style), value)


def show_answer(console: Console, answer: Answer, timeline: Timeline | None) -> None:
    """The answer's claims under their headings, each with the places that it cites."""
    evidence = {item.evidence_id: item for item in timeline.evidence} if timeline else {}
    made = _METHODS.get(answer.method, answer.method).format(model_id=answer.model_id)
    console.print()
    sureness = "" if answer.confidence is None else f"; confidence {answer.confidence:.2f}"
    console.print(Text.assemble(("Answer", "bold"), (f"  {made}{sureness}", "dim")))
    if (decision_basis := answer.decision_basis) is not None:
        console.print(
            Text.assemble((decision_basis.decision, "bold"), "  ", words(decision_basis.rule, style="dim"))
        )
    grid = _bullets()
    section = ""
    for claim in answer.claims:
        heading = claim.path.strip("/").split("/")[0].replace("_", " ").capitalize()
        if heading != section:
            console.print(grid)
            console.print(words(heading, style="bold"))
            section, grid = heading, _bullets()
        known = [evidence[item] for item in claim.evidence_ids if item in evidence]
        unknown = [item for item in claim.evidence_ids if item not in evidence]
        cited = " · ".join(filter(None, [places(known), ", ".join(unknown)]))
        aside = words(_aside(answer, claim), style="dim")
        said = Text.assemble(words(claim.text), "  ", words(cited, style="cyan"))
        clashes = [words(f"contradiction: {reason}", style="red") for reason in claim.contradictions]
        grid.add_row("•", Text("\n").join(filter(None, (said, aside, *clashes))))
    console.print(grid)


def _aside(answer: Answer, claim: AnswerClaim) -> str:
    """What an answer says beside a claim's own words: a category's path, a vote, the answer to a question."""
    value = value_at(answer.answer, claim.path)
    if not isinstance(value, Mapping):
        return ""
    told = []
    for name, member in value.items():
        listed = member if isinstance(member, list) else [member]
        is_plain = all(isinstance(item, str | int | float) for item in listed)
        is_told = isinstance(member, str) and (claim.text.startswith(member) or claim.text.endswith(member))
        if listed and is_plain and not is_told and name not in _NOT_ASIDE:
            told.append(f"{name.replace('_', ' ')}: {', '.join(map(str, listed))}")
    return " · ".join(told)


def _bullets() -> Table:
    """Lines with a mark before them, which wrap beside the mark."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=3, justify="right")
    grid.add_column(overflow="fold")
    return grid


def show_accessibility(console: Console, standing: Accessibility) -> None:
    """The criteria that concern the asset: what is left to do of each, and how many are met."""
    open_points = [
        item
        for item in standing.criteria
        if item.status not in (CriterionStatus.MET, CriterionStatus.NOT_APPLICABLE)
    ]
    met = sum(item.status is CriterionStatus.MET for item in standing.criteria)
    console.print()
    told = f"  {met} met, {len(open_points)} open; a worklist, not a statement of conformance"
    console.print(Text.assemble((f"Accessibility ({standing.standard})", "bold"), (told, "dim")))
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(min_width=6, justify="right")
    grid.add_column(overflow="fold")
    for item in open_points:
        style = "red" if item.status is CriterionStatus.NOT_MET else "yellow"
        why = words(f" ({item.level}) {item.reason} {item.todo}")
        grid.add_row(item.number, Text.assemble((item.status.value, style), why))
    console.print(grid)


def show_agreements(console: Console, timeline: Timeline, *, ascii_only: bool) -> None:
    """What the marks of the timeline mean, how many there are, and every contradiction in words."""
    agreements = [(segment.span, item) for segment in timeline.segments for item in segment.agreements]
    if not agreements:
        return
    told: list[str | tuple[str, str]] = []
    for kind in AgreementKind:
        if count := sum(item.kind == kind for _, item in agreements):
            mark = agreement_mark(kind, ascii_only=ascii_only)
            told += [", " if told else "  overlapping pairs: ", (mark, AGREEMENT_STYLES[kind])]
            told += [(f" {count} {_RELATIONS[kind]}", "dim")]
    console.print()
    console.print(Text.assemble(("Agreement", "bold"), *told))
    grid = _bullets()
    for span, item in agreements:
        if item.kind is AgreementKind.CONTRADICTORY:
            reason = f"{span.brief}: {item.reason}" if span.brief else item.reason
            mark = agreement_mark(item.kind, ascii_only=ascii_only)
            grid.add_row(Text(mark, style=AGREEMENT_STYLES[item.kind]), words(reason))
    if grid.row_count:
        console.print(grid)
