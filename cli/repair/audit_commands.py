"""`braid audit`: does everything that a deployment keeps agree?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from braid.domain.audit.disagreements import CHECKS, Disagreement, Mend, disagreements
from braid.domain.audit.facts import Facts
from cli.errors import CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.printable import printable
from cli.repair.consent import MOST_WITHOUT_CONSENT, check_consent, expected_usd, told_price
from cli.target import Target

__all__ = ["audit"]

_DISAGREES = 3
# Counts are read while others count: what is wrong stays wrong, what is under way changes.
_COUNTS = ("open-counts", "day-counts", "kind-counts", "day-cost", "day-money")
_SECOND_LOOK_SECONDS = 2.0


def audit(
    fix: Annotated[bool, typer.Option("--fix", help="mend what loses nothing")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help=f"with --fix, begin more than {MOST_WITHOUT_CONSENT} assets")
    ] = False,
    settled: Annotated[
        float,
        typer.Option(metavar="MINUTES", min=0, help="leave alone what changed in the last minutes"),
    ] = 5.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Compare what is kept of assets, and mend what disagrees.

    Inbox, records, executions, queues, results and counts should tell the same.

    Each disagreement has a sentence and the command that mends it. --fix mends what loses nothing; the rest
    is for you to decide. It also begins assets that were lost on their way, which costs what such assets
    cost: it says how many and how much, and leaves more than 100 alone without --yes. Prints JSON lines with
    --json. Exit status: 0 where all agree, or was mended; 3 otherwise.
    """
    target = chosen_target(stack)
    if not target.inbox_queue_url:
        raise CommandError(f"{target.stack_name} is of an earlier version: deploy this one first")
    patience = timedelta(minutes=settled)
    facts, found = _look(target, patience)
    mended: list[Disagreement] = []
    if fix:
        wanted = [each for each in found if each.check not in _COUNTS]
        mended = _mend(target, facts, wanted if _may_begin(facts, wanted, yes=yes) else _others(wanted))
    if fix and any(each.check in _COUNTS for each in found):
        # Counts last: what was mended has been counted by now.
        others = tuple(each for each in found if each.check not in _COUNTS)
        facts, again = _look(target, patience)
        counts = tuple(each for each in again if each.check in _COUNTS)
        found, mended = others + counts, mended + _mend(target, facts, counts)
    left = [each for each in found if each not in mended]
    if as_json:
        for each in found:
            print_json(_as_json(each, is_mended=each in mended), indent=None)
    else:
        _show(facts, found, mended, hints=not fix)
    raise typer.Exit(_DISAGREES if left else 0)


def _mend(target: Target, facts: Facts, found: Sequence[Disagreement]) -> list[Disagreement]:
    from cli.repair.mending import mend  # imports boto3, which help does without

    return [each for each in found if each.mend is not Mend.NOTHING and mend(target, facts, each)]


def _may_begin(facts: Facts, found: Sequence[Disagreement], *, yes: bool) -> bool:
    """Whether the assets that would be begun are, with a word of how many and what that costs."""
    count, price = _beginning(facts, found)
    try:
        check_consent("", count, price, yes=yes)
    except CommandError as error:
        console.print(f"[red]{error.message}[/]; these are left alone", highlight=False)
        return False
    if count:
        console.print(f"[dim]begins {_assets(count)}, {price}[/]", highlight=False)
    return True


def _beginning(facts: Facts, found: Sequence[Disagreement]) -> tuple[int, str]:
    """How many assets the mending of these begins, and what that costs in words."""
    begun = [str(each.asset_id) for each in found if each.mend.begins_asset]
    if not begun:
        return 0, ""
    from cli.repair.mending import profile_of  # as above

    profiles = [profile_of(facts, asset_id) for asset_id in begun]
    return len(begun), told_price(expected_usd(profiles, facts.records.values()))


def _others(found: Sequence[Disagreement]) -> list[Disagreement]:
    return [each for each in found if not each.mend.begins_asset]


def _assets(count: int) -> str:
    return "1 asset" if count == 1 else f"{count} assets"


def _look(target: Target, settled: timedelta) -> tuple[Facts, tuple[Disagreement, ...]]:
    """The facts and what disagrees; counts only where they do so twice in the same way."""
    from cli.repair.gathering import gather  # as above

    with console.status("reading inbox, records, executions, results and queues") as status:
        told: list[str] = []

        def tell(part: str) -> None:
            told.append(part)
            status.update(f"read {', '.join(told)}")

        facts = gather(target, now=datetime.now(UTC), settled=settled, tell=tell)
        found = disagreements(facts)
        if not any(each.check in _COUNTS for each in found):
            return facts, found
        time.sleep(0 if target.is_local else _SECOND_LOOK_SECONDS)
        again = gather(target, now=datetime.now(UTC), settled=settled)
    twice = {each for each in found if each.check in _COUNTS}
    still = tuple(each for each in disagreements(again) if each.check not in _COUNTS or each in twice)
    return again, still


def _as_json(found: Disagreement, *, is_mended: bool) -> dict[str, object]:
    return {
        "class": found.check,
        "asset_id": found.asset_id,
        "sentence": found.sentence,
        "command": found.command,
        "is_mended": is_mended,
    }


def _show(facts: Facts, found: tuple[Disagreement, ...], mended: list[Disagreement], *, hints: bool) -> None:
    looked_at = (
        f"{len(facts.records)} records, {len(facts.versions)} versions in the inbox,"
        f" {len(facts.executions)} executions, {len(facts.results)} results,"
        f" {len(facts.dead_letters)} dead letters"
    )
    if not found:
        out.print(f"all agree: {looked_at}", style="green", highlight=False)
        return
    out.print(looked_at, style="dim", highlight=False)
    by_class = Counter(each.check for each in found)
    for check in CHECKS:
        if not by_class[check]:
            continue
        out.print(Text(f"\n{check} ({by_class[check]})", style="bold"))
        table = Table(box=None, show_header=False, pad_edge=False)
        for each in (each for each in found if each.check == check):
            what = f"{each.asset_id}: {each.sentence}" if each.asset_id else each.sentence
            then = "mended" if each in mended else each.command
            table.add_row(Text(printable(what)), Text(then, style="green" if each in mended else "cyan"))
        out.print(table)
    if hints and any(each.mend is not Mend.NOTHING for each in found):
        count, price = _beginning(facts, found)
        begins = f", and begins {_assets(count)}, {price}" if count else ""
        console.print(f"\n[dim]`braid audit --fix` mends what loses nothing{begins}[/]", highlight=False)
