"""`braid rerun`: assets asked for again, or what asking again would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.rerun import StartAt
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.receipt import Receipt
from cli.answers.trial_commands import changed_lines, model_cost
from cli.answers.trials import read_folder, try_profile
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.repair.consent import MOST_WITHOUT_CONSENT, check_consent
from cli.repair.rerunning import check_reusable, next_attempt, next_attempts, send_attempts
from cli.showing.asset_ids import find_asset
from cli.showing.documents import read_document
from cli.showing.records import Record, read_result, recent_records
from cli.target import Target

__all__ = ["rerun"]

_DAYS = 90
_CLOSED = tuple(status for status in AssetStatus if not status.is_open and status is not AssetStatus.DELETED)


@dataclass(frozen=True)
class Rehearsal:
    """What asking again would change of one asset; ``reason`` where there would be no answer."""

    asset_id: str
    added: int = 0
    removed: int = 0
    citations_before: int = 0
    citations_after: int = 0
    usd_before: float | None = None
    usd_after: float = 0.0
    reason: str | None = None


def rerun(
    asset_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ASSET_ID", help="ids, or their beginnings")
    ] = None,
    start_at: Annotated[
        StartAt, typer.Option("--from", help="where to begin; what comes before is taken over")
    ] = StartAt.ANALYSIS,
    profile: Annotated[
        str | None, typer.Option(metavar="PROFILE", help="the newest assets of this profile")
    ] = None,
    last: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="how many of them")] = 100,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="show what the profile as it lies here would change")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=f"begin more than {MOST_WITHOUT_CONSENT}")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Ask for assets again, as attempts of their own.

    From the beginning, --from fusion with the stored analyses, or --from inference with the stored timeline:
    then no analysis service is called, nor paid. Of a profile's newest assets those that can't be asked for
    so, such as rejected ones, are passed over. --dry-run asks the model alone, with the profile as it lies
    on this machine, stores nothing, and shows what would change in answers, citations and cost.
    """
    if bool(asset_ids) == (profile is not None):
        raise CommandError(
            "name assets, or with --profile whose newest are asked for again", exit_code=EXIT_MISUSE
        )
    target = chosen_target(stack)
    records = _chosen(target, asset_ids or [], profile, last)
    if dry_run:
        _show_rehearsals(_rehearse_all(target, records), as_json=as_json)
        return
    if asset_ids:
        attempts, refused = [next_attempt(target, record, start_at) for record in records], dict[str, str]()
    else:
        attempts, refused = next_attempts(target, [(record, start_at) for record in records])
    if not attempts:
        raise CommandError(f"none of {len(records)} can be asked for again: {next(iter(refused.values()))}")
    check_consent(" again", len(attempts), yes=yes)
    send_attempts(target, attempts)
    for asked in attempts:
        reused = f", with what attempt {asked.reuse.attempt} left" if asked.reuse else ""
        if as_json or not out.is_terminal:
            told = {"asset_id": asked.asset.asset_id, "attempt": asked.asset.attempt, "from": start_at}
            print_json(told, indent=None)
        else:
            out.print(f"{asked.asset.asset_id}: attempt {asked.asset.attempt} from {start_at}{reused}")
    for asset_id, why in refused.items():
        if as_json or not out.is_terminal:
            print_json({"asset_id": asset_id, "passed_over": why}, indent=None)
        else:
            out.print(f"{asset_id}: passed over, for {why}", style="red", markup=False, highlight=False)
    passed = f"{len(refused)} of {len(records)} were passed over; " if refused else ""
    console.print(f"[dim]{passed}`braid watch` follows what was begun[/]", highlight=False)


def _chosen(target: Target, asset_ids: Sequence[str], profile: str | None, last: int) -> list[Record]:
    if asset_ids:
        return [find_asset(target, each) for each in dict.fromkeys(asset_ids)]
    found = recent_records(target, days=_DAYS, statuses=_CLOSED, limit=10 * last)
    mine = [record for record in found if record.profile == profile][:last]
    if not mine:
        raise CommandError(f"no asset of the profile {profile!r} has ended in the last {_DAYS} days")
    return mine


def _rehearse_all(target: Target, records: Sequence[Record]) -> list[Rehearsal]:
    for profile in sorted({record.profile for record in records}):
        read_folder(profile)  # what is wrong with it is said before anything is asked, and once
    rehearsals = []
    with console.status("asking the model") as status:
        for number, record in enumerate(records, 1):
            status.update(f"asking the model, {number} of {len(records)}: {record.asset_id}")
            try:
                rehearsals.append(_rehearse(target, record))
            except CommandError as error:  # others were asked, and paid for
                rehearsals.append(Rehearsal(record.asset_id, reason=error.message))
    return rehearsals


def _rehearse(target: Target, record: Record) -> Rehearsal:
    result = read_result(target, record.asset_id)
    check_reusable(result, StartAt.INFERENCE)
    before = read_document(target, result, "answer", Answer)
    timeline = read_document(target, result, "timeline", Timeline)
    usd_before = model_cost(read_document(target, result, "receipt", Receipt))
    trial = try_profile(target, result, record.profile)
    lines = [] if trial.answer is None else changed_lines(before, trial, timeline)
    return Rehearsal(
        record.asset_id,
        added=sum(line[0] == "+" for line in lines),
        removed=sum(line[0] == "-" for line in lines),
        citations_before=_citations(before),
        citations_after=_citations(trial.answer),
        usd_before=usd_before,
        usd_after=trial.cost_usd,
        reason=trial.reason if trial.answer is None else None,
    )


def _citations(answer: Answer | None) -> int:
    return sum(len(claim.evidence_ids) for claim in answer.claims) if answer else 0


def _show_rehearsals(rehearsals: Sequence[Rehearsal], *, as_json: bool) -> None:
    if as_json:
        for each in rehearsals:
            print_json(vars(each), indent=None)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("ASSET", "STATEMENTS", "CITATIONS", "MODEL COST"):
        table.add_column(heading)
    for each in rehearsals:
        changes = each.reason or (
            f"+{each.added} -{each.removed}" if each.added or each.removed else "the same"
        )
        before = "-" if each.usd_before is None else f"${each.usd_before:.6f}"
        table.add_row(
            each.asset_id,
            Text(changes, style="red" if each.reason else ""),
            f"{each.citations_before} → {each.citations_after}",
            f"{before} → ${each.usd_after:.6f}",
        )
    out.print(table)
    changed = sum(bool(each.added or each.removed or each.reason) for each in rehearsals)
    spent = sum(each.usd_after for each in rehearsals)
    console.print(
        f"[dim]{changed} of {len(rehearsals)} would change; asking cost ${spent:.6f}; nothing was stored[/]",
        highlight=False,
    )
