"""Fetching results to this machine."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.playback import file_name_of, played_member
from braid.domain.asset.result import Result
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.documents import read_claim, read_document
from cli.target import Target

__all__ = [
    "MediaFile",
    "SavedReport",
    "get_result",
    "media_of",
    "open_in_browser",
    "save_media",
    "save_report",
]

_BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class MediaFile:
    """The file that a report plays: which version of which object, and where it belongs."""

    member: Member
    path: Path

    @property
    def is_there(self) -> bool:
        """Whether it was fetched before, whole; a version's content never changes."""
        return self.path.is_file() and self.path.stat().st_size == self.member.size_bytes


@dataclass(frozen=True)
class SavedReport:
    """A report on this machine, in a folder of its asset's and attempt's own."""

    path: Path
    media: MediaFile | None


def get_result(target: Target, result: Result, name: str) -> bytes:
    """The bytes of the result of that name, or that file name; ``result`` itself is a name too."""
    if name in ("result", "result.json"):
        key = f"assets/{result.asset_id}/result.json"
        body: bytes = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
        return body
    by_file = {claim.uri.rsplit("/", 1)[-1]: claim for claim in result.results.values()}
    claim = result.results.get(name) or by_file.get(name) or result.results.get(name.rsplit(".", 1)[0])
    if claim is None:
        names = ", ".join(["result", *sorted(result.results)])
        raise CommandError(
            f"{result.asset_id} has no result {name!r}; it has: {names}", exit_code=EXIT_MISUSE
        )
    return read_claim(target, claim)


def save_report(target: Target, result: Result, folder: Path) -> SavedReport:
    """Writes the asset's report below ``folder`` and tells what it plays, which isn't fetched yet."""
    home = folder / f"{result.asset_id}-{result.attempt}"
    home.mkdir(parents=True, exist_ok=True)
    path = home / "report.html"
    path.write_bytes(get_result(target, result, "report"))
    return SavedReport(path, media_of(target, result, home))


def media_of(target: Target, result: Result, folder: Path) -> MediaFile | None:
    """What of the asset plays, as ``folder`` would hold it; ``None`` where nothing does."""
    admission = read_document(target, result, "admission", Admission)
    member = played_member(admission) if admission else None
    return None if member is None else MediaFile(member, folder / file_name_of(member))


def save_media(target: Target, media: MediaFile, tell: Callable[[int], None]) -> None:
    """Fetches exactly the version that was analysed, block by block; ``tell`` gets the bytes of each.

    A broken transfer leaves nothing under the file's name. Raises ``CommandError`` where the version is gone.
    """
    member = media.member
    part = media.path.with_name(media.path.name + ".part")
    try:
        found = target.s3.get_object(Bucket=member.bucket, Key=member.key, VersionId=member.version_id)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchVersion", "404"):
            raise
        raise CommandError(
            f"{member.key}: the analysed version was deleted; the report is complete without it"
        ) from error
    try:
        with part.open("wb") as file:
            while block := found["Body"].read(_BLOCK_BYTES):
                file.write(block)
                tell(len(block))
        part.replace(media.path)
    except OSError as error:
        raise CommandError(f"{media.path}: can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def open_in_browser(path: Path, place: str = "") -> bool:
    """Opens a page for the person, at a place of it; whether this machine has a browser to do it with."""
    try:
        return webbrowser.open(path.as_uri() + place)
    except webbrowser.Error:
        return False
