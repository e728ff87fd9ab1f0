"""`braid search` and `braid similar`: moments, pages and pictures of everything that was processed."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from braid.domain.search.hit import MAX_QUERY_CHARACTERS, Hit
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.target import HOME, Target

__all__ = ["search", "similar"]

# As `braid ask` where the evidence doesn't answer.
_NOTHING_FOUND = 3
_AGO = re.compile(r"(?P<count>\d{1,4})(?P<unit>[dh])")

Profile = Annotated[str, typer.Option("--profile", metavar="NAME", help="only assets of this profile")]
Modality = Annotated[str, typer.Option("--modality", metavar="KIND", help="only speech, vision or text")]
Since = Annotated[
    str,
    typer.Option("--since", metavar="WHEN", help="processed from then on: 2026-11-29, or 7d, or 12h"),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100, metavar="N", help="at most so many hits")]


def search(
    query: Annotated[str, typer.Argument(metavar="TEXT|IMAGE", help="words, or the path of a picture")],
    profile: Profile = "",
    modality: Modality = "",
    since: Since = "",
    limit: Limit = 10,
    nearest: Annotated[bool, typer.Option("--nearest", help="also show what is probably not meant")] = False,
    open_it: Annotated[
        bool, typer.Option("--open", help="open the best hit's report at its moment, in a browser")
    ] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Find moments, pages and pictures by words or by a picture.

    Every hit is a citation; where the terminal can, its name opens the report there, and pictures are shown.
    With --json it prints a line for each hit, the best first. Exit status 3 where nothing like it is there.
    """
    from cli.finding.query_pictures import picture_named

    asked: dict[str, Any] = {"nearest": nearest}
    if picture := picture_named(query):
        asked["picture"] = picture
    elif not query.strip():
        raise CommandError("a search needs words, or the path of a picture", exit_code=EXIT_MISUSE)
    elif len(query) > MAX_QUERY_CHARACTERS:
        raise CommandError(
            f"a query has at most {MAX_QUERY_CHARACTERS} characters, not {len(query)}: search for a sentence"
            " of it",
            exit_code=EXIT_MISUSE,
        )
    else:
        asked["text"] = query
    _find(asked, profile, modality, since, limit, open_it=open_it, as_json=as_json, stack=stack)


def similar(
    asset_ids: Annotated[
        list[str], typer.Argument(metavar="ASSET_ID", help="one asset, or several that somebody likes")
    ],
    profile: Profile = "",
    modality: Modality = "",
    since: Since = "",
    limit: Limit = 10,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Find what is like an asset, or like several taken together.

    The assets themselves are left out. What is nearest comes first, alike or not.
    """
    from cli.showing.asset_ids import find_asset

    target = chosen_target(stack)
    found = [find_asset(target, given).asset_id for given in asset_ids]
    _find({"similar_to": found}, profile, modality, since, limit, as_json=as_json, stack=stack)


def _find(
    asked: dict[str, Any],
    profile: str,
    modality: str,
    since: str,
    limit: int,
    *,
    open_it: bool = False,
    as_json: bool,
    stack: str | None,
) -> None:
    from cli.finding.deployed_search import find_search
    from cli.finding.hits import as_line, hits_of

    moment = _moment(since)
    target = chosen_target(stack)
    deployed = find_search(target)
    answer = deployed.find(**asked, profile=profile, modality=modality, since=moment, limit=limit)
    hits = hits_of(answer)
    for missing in answer.get("missing", []):
        console.print(f"not searched: {missing}", style="yellow", highlight=False)
    if as_json:
        for hit in hits:
            print_json(as_line(hit), indent=None)
    elif hits:
        _show(target, hits)
    if answer.get("is_nearest"):
        console.print(
            "these are the nearest: nothing says that they show or say the like", style="dim", highlight=False
        )
    if open_it and hits:
        _open(target, hits[0])
    if not hits:
        near = answer.get("near_misses", 0)
        hint = "; `--nearest` shows what comes closest" if near else ""
        within = _within(profile, modality, since)
        console.print(f"nothing like it was found{within}{hint}", markup=False, highlight=False)
        raise typer.Exit(_NOTHING_FOUND)


def _within(profile: str, modality: str, since: str) -> str:
    """What a search was narrowed down to, for whoever wonders why nothing is there."""
    given = (("--profile", profile), ("--modality", modality), ("--since", since))
    named = " ".join(f"{option} {value}" for option, value in given if value)
    return f" with {named}" if named else ""


def _show(target: Target, hits: list[Hit]) -> None:
    """Hits for people; their links and pictures only where there is a terminal that takes them."""
    from cli.finding.hits import show_hits
    from cli.finding.places import Places
    from cli.finding.thumbnails import protocol_of, sequence

    if not out.is_terminal:
        show_hits(out, hits)
        return
    places, protocol = Places(target), protocol_of(os.environ)

    def picture(hit: Hit) -> str:
        jpeg = places.picture(hit) if protocol else None
        return sequence(jpeg, protocol) if jpeg and protocol else ""

    show_hits(out, hits, link=places.link, picture=picture)


def _open(target: Target, hit: Hit) -> None:
    from cli.finding.places import fragment
    from cli.showing.opening import show_report
    from cli.showing.records import read_result

    if not hit.asset_id:
        raise CommandError(f"the best hit is of a knowledge base and has no report: {hit.evidence_id}")
    result = read_result(target, hit.asset_id)
    show_report(target, result, HOME / "reports", console, wants_media=None, place=fragment(hit))


def _moment(since: str) -> str:
    """``since`` as ISO 8601. Raises ``CommandError`` for what is no moment."""
    if not since:
        return ""
    if ago := _AGO.fullmatch(since):
        hours = int(ago["count"]) * (24 if ago["unit"] == "d" else 1)
        return (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")
    try:
        return datetime.fromisoformat(since).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError) as error:  # the last days of the year 9999 end in no calendar
        raise CommandError(
            f"--since {since!r} is no moment; write 2026-11-29, 2026-11-29T10:00, 7d or 12h",
            exit_code=EXIT_MISUSE,
        ) from error
