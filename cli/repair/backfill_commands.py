"""`braid backfill`: what lies in the inbox and was never begun is begun by S3's own message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Annotated

import typer

from braid.domain.asset.asset import (
    INBOX_PREFIX,
    AssetRef,
    Source,
    asset_id_for,
    execution_name,
    read_inbox_key,
)
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.repair.consent import MOST_WITHOUT_CONSENT, check_consent, expected_usd, told_price
from cli.repair.messages import message_of_attempt, send_messages
from cli.target import Target

__all__ = ["backfill"]


def backfill(
    place: Annotated[str, typer.Argument(metavar="s3://BUCKET/PREFIX", help="default: the whole inbox")] = "",
    inventory: Annotated[
        str,
        typer.Option(
            metavar="s3://BUCKET/…/manifest.json",
            help="read this S3 Inventory of all versions instead of listing the inbox",
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only count and price what would begin")] = False,
    yes: Annotated[bool, typer.Option("--yes", help=f"begin more than {MOST_WITHOUT_CONSENT}")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Begin what lies in the inbox and was never begun.

    Each object version gets the message that S3 would have sent; what has a record already is passed over, so
    that the command can be repeated after an interruption. The price is what assets of the same profile cost
    on average.
    """
    from cli.repair.assets_table import read_records  # imports boto3
    from cli.repair.gathering import read_executions

    target = chosen_target(stack)
    prefix = _prefix(target, place)
    with console.status("reading inbox and records"):
        records, executions = read_records(target), read_executions(target)
        found = [
            (source, size_bytes)
            for source, size_bytes in _versions(target, prefix, inventory)
            if asset_id_for(source) not in records
        ]
    counts = Counter(read_inbox_key(source.key).profile for source, _ in found)
    price = expected_usd(counts.elements(), records.values())
    if not dry_run:
        check_consent("", len(found), told_price(price), yes=yes)
        send_messages(target, [_message(source, executions) for source, _ in found])
    if as_json:
        print_json(
            {
                "assets": len(found),
                "bytes": sum(size_bytes for _, size_bytes in found),
                "by_profile": dict(counts),
                "estimated_usd": None if price is None else float(price),
                "is_begun": not dry_run,
            }
        )
        return
    what = "1 asset" if len(found) == 1 else f"{len(found)} assets"
    if not found:
        out.print("everything there was begun already")
        return
    out.print(f"{what} {'would begin' if dry_run else 'begin'}, {told_price(price)}", highlight=False)
    for profile, by in sorted(counts.items()):
        out.print(f"  {profile}: {by}", markup=False, highlight=False)
    if not dry_run:
        console.print("[dim]`braid watch` follows them[/]", highlight=False)


def _versions(target: Target, prefix: str, inventory: str) -> Iterator[tuple[Source, int]]:
    from cli.repair.gathering import read_versions  # imports boto3
    from cli.repair.inventory import read_inventory

    if not inventory:
        return ((source, size_bytes) for source, _, size_bytes in read_versions(target, prefix))
    listed = read_inventory(target, inventory)
    return ((source, size_bytes) for source, size_bytes in listed if source.key.startswith(prefix))


def _message(source: Source, executions: Collection[str]) -> str:
    """S3's own; ours for the next attempt where the first one's execution is known and its record is lost."""
    asset_id, attempt = asset_id_for(source), 1
    while execution_name(asset_id, attempt) in executions:
        attempt += 1
    asset = AssetRef(asset_id, attempt, read_inbox_key(source.key).profile, source)
    return message_of_attempt(asset, None)


def _prefix(target: Target, place: str) -> str:
    if not place:
        return INBOX_PREFIX
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    if not place.startswith("s3://") or bucket != target.input_bucket:
        raise CommandError(
            f"{place} isn't in the inbox; files elsewhere are copied there first:"
            f" aws s3 cp --recursive {place} s3://{target.input_bucket}/{INBOX_PREFIX}",
            exit_code=EXIT_MISUSE,
        )
    if not prefix.startswith(INBOX_PREFIX):
        raise CommandError(
            f"s3://{bucket}/{prefix} isn't below s3://{bucket}/{INBOX_PREFIX}", exit_code=EXIT_MISUSE
        )
    return prefix
