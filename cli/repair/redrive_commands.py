"""`braid redrive`: what failed goes on from where it failed.

A redrive enters the state again that failed. Where a workflow caught the failure and recorded it, that is
the Fail state at its end, which fails again
(https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states): such
an asset is asked for again as a new attempt, which takes over what stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.rerun import StartAt
from braid.domain.audit.facts import LetterKind
from braid.domain.clock import iso
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.repair.consent import MOST_WITHOUT_CONSENT, check_consent
from cli.repair.dead_letters import Letter, give_letter_back, receive_letters, redrive_letter, remove_letter
from cli.repair.recorded_failures import RecordedFailure, recorded_failure, start_of_new_attempt
from cli.repair.rerunning import (
    AskedAgain,
    ask_again,
    is_throttled,
    next_attempts,
    send_attempts,
    start_of_partial,
)
from cli.showing.asset_ids import find_asset
from cli.showing.records import Record, execution_arn_of, read_result, recent_records
from cli.target import Target

__all__ = ["redrive", "redrive_execution"]

# RedriveExecution goes back two weeks:
# https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
_DAYS = 14
_MOST = 1000
_LEFT = 3


def redrive(
    asset_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ASSET_ID", help="failed assets, by id or its beginning"),
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help=f"every FAILED asset of {_DAYS} days")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help=f"every PARTIAL asset of {_DAYS} days, throttled ones first")
    ] = False,
    dead_letters: Annotated[
        bool, typer.Option("--dead-letters", help="every message that couldn't be handled")
    ] = False,
    drop_unreadable: Annotated[
        bool, typer.Option("--drop-unreadable", help="delete dead letters that are none of Braid's")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would be done")] = False,
    yes: Annotated[bool, typer.Option("--yes", help=f"begin more than {MOST_WITHOUT_CONSENT}")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Let what failed go on.

    An execution that was cut off goes on where it was, by the definition that it began with and with
    today's functions. One that recorded its failure has ended: its asset is asked for again, with what was
    done before the step that failed. A PARTIAL asset has ended too, and is asked for again: from its answer,
    where nothing else is missing, else from its file; not where the same would come of it. A dead letter goes
    back to whom it was for. Exit status: 3 where something is left.
    """
    if not (asset_ids or failed or partial or dead_letters):
        raise CommandError("name assets, or say --failed, --partial or --dead-letters", exit_code=EXIT_MISUSE)
    target = chosen_target(stack)
    done: list[tuple[str, str, bool]] = []
    records = _chosen(target, asset_ids or [], all_failed=failed) if asset_ids or failed else []
    partials = _choose_partial(target) if partial else _Partials()
    if not dry_run:
        before = f"the PARTIAL ones cost ${partials.cost_usd:.2f} before" if partials.asked else ""
        check_consent(" again", len(records) + len(partials.asked), before, yes=yes)
    done += _redrive_executions(target, records, dry_run)
    done += _redrive_partial(target, partials, dry_run)
    if dead_letters:
        done += _redrive_letters(target, dry_run, drop_unreadable)
    for what, outcome, is_done in done:
        if as_json or not out.is_terminal:
            print_json({"asset_id": what, "outcome": outcome, "is_done": is_done}, indent=None)
        else:
            out.print(f"{what}: {outcome}", style="" if is_done else "red", markup=False, highlight=False)
    if not done:
        console.print("nothing to redrive")
    raise typer.Exit(0 if all(is_done for *_, is_done in done) else _LEFT)


def _chosen(target: Target, asset_ids: Sequence[str], *, all_failed: bool) -> list[Record]:
    named = [find_asset(target, each) for each in dict.fromkeys(asset_ids)]
    if all_failed:
        named += recent_records(target, days=_DAYS, statuses=(AssetStatus.FAILED,), limit=_MOST)
    return list({record.asset_id: record for record in named}.values())


def _redrive_executions(
    target: Target, records: Sequence[Record], dry_run: bool
) -> list[tuple[str, str, bool]]:
    done = []
    for record in records:
        outcome, is_done = redrive_execution(target, record, dry_run=dry_run)
        done.append((record.asset_id, outcome, is_done))
    if done and not dry_run:
        console.print(
            "[dim]They go on by the definition that they began with, with today's functions; "
            "`braid watch` follows them[/]",
            highlight=False,
        )
    return done


def redrive_execution(target: Target, record: Record, *, dry_run: bool) -> tuple[str, bool]:
    """What becomes, or would become, of one asset, and whether that is an end of it."""
    if record.status is not AssetStatus.FAILED:
        return f"is {record.status}, and only what FAILED goes on; `braid rerun` asks for it again", False
    arn = execution_arn_of(target, record)
    try:
        found = target.stepfunctions.describe_execution(executionArn=arn)
        if found.get("redriveStatus") != "REDRIVABLE":
            told = found.get("redriveStatusReason") or f"it is {found['status']}"
            return f"can't go on ({told}); `braid rerun {record.asset_id}` asks for it again", False
        if ended := recorded_failure(target.stepfunctions, arn):
            return _begin_again(target, record, ended, dry_run)
        if dry_run:
            return f"would go on where it failed ({found['status']})", True
        target.stepfunctions.redrive_execution(executionArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ExecutionDoesNotExist", "ExecutionNotRedrivable"):
            raise
        return f"its execution is gone; `braid rerun {record.asset_id}` asks for it again", False
    from braid.store.records import AssetRecords  # imports boto3, which help does without

    source = Source(target.input_bucket, record.source_key, record.source_version_id)
    asset = AssetRef(record.asset_id, record.attempt, record.profile, source)
    AssetRecords(target.assets_table, dynamodb=target.dynamodb).reopen(
        asset,
        execution_arn=arn,
        redrive_count=int(found.get("redriveCount") or 0) + 1,
        now=iso(datetime.now(UTC)),
    )
    return "goes on where it failed", True


def _begin_again(target: Target, record: Record, ended: RecordedFailure, dry_run: bool) -> tuple[str, bool]:
    """A new attempt, for a redrive would end in the same Fail state."""
    try:
        start_at = start_of_new_attempt(ended, read_result(target, record.asset_id).results)
        if not dry_run:
            ask_again(target, [record], start_at)
    except CommandError as error:
        return f"its failure was recorded, and it can't be asked for again: {error.message}", False
    then = "would be" if dry_run else "is"
    return f"its failure was recorded, so that it {then} asked for again, from {start_at}", True


@dataclass(frozen=True)
class _Partials:
    """The PARTIAL assets that are asked for again, what becomes of the others, and what the first cost."""

    asked: Sequence[AskedAgain] = ()
    others: Sequence[tuple[str, str, bool]] = ()
    throttled: Collection[str] = ()
    cost_usd: float = 0.0


def _choose_partial(target: Target) -> _Partials:
    """What would be the same again is passed over, and so is what can't be asked for, which is left."""
    done, wanted, throttled = list[tuple[str, str, bool]](), list[tuple[Record, StartAt]](), set[str]()
    for record in recent_records(target, days=_DAYS, statuses=(AssetStatus.PARTIAL,), limit=_MOST):
        try:
            result = read_result(target, record.asset_id)
        except CommandError as error:
            done.append((record.asset_id, f"can't be asked for again: {error.message}", False))
            continue
        if (start_at := start_of_partial(result)) is None:
            why = f"stays as it is, for the same would come of it: {result.reason}"
            done.append((record.asset_id, why, True))
            continue
        wanted.append((record, start_at))
        throttled |= {record.asset_id} if is_throttled(result) else set()
    wanted.sort(key=lambda each: each[0].asset_id not in throttled)
    asked, refused = next_attempts(target, wanted)
    done += [(asset_id, f"can't be asked for again: {why}", False) for asset_id, why in refused.items()]
    before = sum(record.cost_usd or 0.0 for record, _ in wanted if record.asset_id not in refused)
    return _Partials(asked, done, throttled, before)


def _redrive_partial(target: Target, partials: _Partials, dry_run: bool) -> list[tuple[str, str, bool]]:
    if not dry_run:
        send_attempts(target, partials.asked)
    then = "would be asked for again" if dry_run else "is asked for again"
    asked = [
        (each.asset.asset_id, f"{then}{_how(each, partials.throttled)}", True) for each in partials.asked
    ]
    return [*asked, *partials.others]


def _how(asked: AskedAgain, throttled: Collection[str]) -> str:
    start_at = asked.reuse.start_at if asked.reuse else StartAt.ANALYSIS
    because = ", for a service was too busy" if asked.asset.asset_id in throttled else ""
    return f", from {start_at}{because}"


def _redrive_letters(target: Target, dry_run: bool, drop_unreadable: bool) -> list[tuple[str, str, bool]]:
    done, left = [], []
    for each in receive_letters(target, only_looks=dry_run):
        what = each.letter.about or f"message {each.letter.message_id}"
        outcome, is_done = _redrive_letter(target, each, dry_run, drop_unreadable)
        done.append((what, outcome, is_done))
        if not is_done and not dry_run:
            left.append(each)
    for each in left:  # not before all were received: they would be received again
        give_letter_back(target, each)
    return done


def _redrive_letter(target: Target, each: Letter, dry_run: bool, drop_unreadable: bool) -> tuple[str, bool]:
    """What becomes, or would become, of one message, and whether that is an end of it."""
    letter = each.letter
    if letter.kind is LetterKind.UNREADABLE:
        if drop_unreadable and not dry_run:
            remove_letter(target, each)
            return "was none of Braid's, and is deleted", True
        because = f" ({letter.reason})" if letter.reason else ""
        return f"is none of Braid's{because}; --drop-unreadable deletes it", drop_unreadable
    if dry_run:
        return f"would go back to whom it was for ({letter.kind})", True
    try:
        redrive_letter(target, each)
    except CommandError as error:
        return f"couldn't be handled again: {error.message}", False
    return f"went back to whom it was for ({letter.kind})", True
