"""`braid posts`: a file of posts becomes a decision a line; a single post is judged while one waits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Seconds, Stack, chosen_target, console, out, print_json
from cli.printable import printable
from cli.target import Target

__all__ = ["posts"]

_SHOWN = 10


def posts(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="JSON lines with id and text, or a CSV file")
    ] = None,
    one: Annotated[str | None, typer.Option("--one", metavar="TEXT", help="judge this post now")] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="CODE", help="with --one: the post's language, such as de")
    ] = None,
    profile: Annotated[str, typer.Option(metavar="PROFILE", help="whose policy judges")] = "moderation",
    wait: Annotated[bool, typer.Option("--wait", help="wait until every line has its decision")] = False,
    timeout: Seconds = 3600.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Judge posts under a profile's policy: a file of them, or one.

    FILE becomes decisions.jsonl, a decision a line in the file's order. --one prints the decision about a
    single post, by the same judge and policy. Exit status of a file with --wait: as `drop --wait`.
    """
    if (file is None) == (one is None):
        raise CommandError("give either a FILE of posts or --one TEXT", exit_code=EXIT_MISUSE)
    if one is not None:
        if wait:
            raise CommandError("--one is judged at once; leave --wait out", exit_code=EXIT_MISUSE)
        _judge_one(one, lang, profile, as_json=as_json, stack=stack)
    elif file is not None:
        if lang is not None:
            raise CommandError(
                "--lang goes with --one; in a file each line has a lang of its own", exit_code=EXIT_MISUSE
            )
        _judge_file(file, profile, wait=wait, timeout=timeout, as_json=as_json, stack=stack)


def _judge_one(text: str, lang: str | None, profile: str, *, as_json: bool, stack: str | None) -> None:
    from cli.functions import call  # as every import that reaches AWS: only where it is asked

    target = chosen_target(stack)
    if not target.posts_function:
        raise CommandError(f"{target.stack_name} is of a version that judges no posts; deploy it again")
    asked = {"text": text, "profile": profile, **({"lang": lang} if lang else {})}
    told = call(target, target.posts_function, asked, refusal_status=EXIT_MISUSE)
    if as_json or not out.is_terminal:
        print_json(told, indent=None)
        return
    decision = told["decision"]
    out.print(Text(f"{decision['decision']}  ", style="bold"), end="")
    out.print(Text(printable(decision.get("reason") or "it touches no category of the policy")))
    before = "; it was judged before" if told["is_repeated"] else ""
    console.print(
        f"[dim]{told['milliseconds']} ms, ${told['cost_usd']:.6f}, judged by "
        f"{decision['judged_by']}{before}[/]",
        highlight=False,
    )


def _judge_file(
    file: Path, profile: str, *, wait: bool, timeout: float, as_json: bool, stack: str | None
) -> None:
    from cli.dropping.drop import check_profile, upload
    from cli.dropping.outcomes import exit_status
    from cli.dropping.progress import follow
    from cli.posts.files import plan_posts

    planned = plan_posts(file, profile)
    target = chosen_target(stack)
    if target.is_local:
        check_profile(profile)
    asset_id = upload(target, planned)
    if not wait:
        _print(as_json, {"asset_id": asset_id, "status": "RECEIVED"})
        console.print(f"[dim]`braid status {asset_id}` says how it stands[/]", highlight=False)
        return
    (outcome,) = follow(target, [(planned.name, asset_id, profile)], timeout_seconds=timeout, console=console)
    summary = _summary(target, asset_id)
    told = {
        "asset_id": asset_id,
        "status": outcome.status,
        "reason": outcome.reason,
        "decisions_uri": summary.get("decisions_uri"),
        "lines": summary.get("lines"),
        "rejected": summary.get("rejected"),
        "decisions": summary.get("decisions"),
        "calls": summary.get("calls"),
        "repeated": summary.get("repeated"),
        "usd_per_thousand": summary.get("usd_per_thousand"),
        # A file that awaits a reviewer has no receipt yet: what the model cost is known.
        "cost_usd": summary.get("model_usd") if outcome.cost_usd is None else outcome.cost_usd,
    }
    _print(as_json, told)
    raise typer.Exit(exit_status([outcome]))


def _summary(target: Target, asset_id: str) -> dict[str, Any]:
    """What is there of the file's newest attempt, also while it awaits a reviewer."""
    from botocore.exceptions import ClientError

    from cli.showing.records import read_record

    record = read_record(target, asset_id)
    if record is None:
        return {}
    folder = f"assets/{asset_id}/{record.attempt}"
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=f"{folder}/summary.json")["Body"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        return {}
    uri = f"s3://{target.results_bucket}/{folder}/decisions.jsonl"
    return {**json.loads(body.read()), "decisions_uri": uri}


def _print(as_json: bool, told: dict[str, Any]) -> None:
    if as_json or not out.is_terminal:
        print_json(told, indent=None)
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in told.items():
        if value is not None:
            shown = (
                ", ".join(f"{key} {count:,}" for key, count in value.items())
                if isinstance(value, dict)
                else value
            )
            table.add_row(name.replace("_", " "), printable(str(shown)))
    out.print(table)
