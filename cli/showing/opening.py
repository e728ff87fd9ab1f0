"""`braid show --open`: the report with what it plays beside it, in the person's browser."""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from braid.domain.asset.result import Result
from cli.printable import printable
from cli.showing.results import MediaFile, open_in_browser, save_media, save_report
from cli.target import Target

__all__ = ["LARGE_BYTES", "show_report"]

# Fetching more than this takes minutes and costs cents on its way out of AWS: nobody meets it unasked.
LARGE_BYTES = 500_000_000


def show_report(
    target: Target,
    result: Result,
    folder: Path,
    console: Console,
    *,
    wants_media: bool | None,
    place: str = "",
) -> Path:
    """Fetches the report, and unless told otherwise what it plays, opens it and says where it is.

    ``place`` is where in it, such as ``#t=6.2``. ``wants_media`` of ``None`` fetches up to ``LARGE_BYTES``
    and asks above that, where there is somebody to ask.
    """
    saved = save_report(target, result, folder)
    if saved.media is not None and not saved.media.is_there and _fetches(saved.media, console, wants_media):
        _fetch(target, saved.media, console)
    said = "opened" if open_in_browser(saved.path, place) else "no browser on this machine; the report is"
    console.print(f"{said} {saved.path}", markup=False, highlight=False, soft_wrap=True)
    return saved.path


def _fetches(media: MediaFile, console: Console, wants_media: bool | None) -> bool:
    if wants_media is not None:
        return wants_media
    if media.member.size_bytes <= LARGE_BYTES:
        return True
    name = f"{printable(media.path.name)} ({media.member.size_bytes / 1e6:,.0f} MB)"
    if console.is_terminal and sys.stdin.isatty():
        return typer.confirm(f"Download {name}, which the report plays?", err=True)
    console.print(
        f"{name} isn't downloaded (use --media); the report is complete without it",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    return False


def _fetch(target: Target, media: MediaFile, console: Console) -> None:
    columns = (
        TextColumn("downloading {task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(printable(media.path.name), total=media.member.size_bytes)
        save_media(target, media, lambda size: progress.advance(task, size))
