"""A bundle's members: waited for, and fixed to the versions that are there when all of them are."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from braid.aws.s3.s3_file import S3File
from braid.aws.s3.source_objects import ObjectHead, SourceObjects
from braid.domain.asset.admission import MemberRole
from braid.domain.asset.asset import MANIFEST_NAME, InboxKind, read_inbox_key
from braid.domain.asset.manifest import MAX_MANIFEST_BYTES, Manifest, read_manifest
from braid.domain.clock import seconds_between
from braid.domain.errors import InvalidAssetError, PendingError

__all__ = ["FoundObject", "Waiting", "find_members", "manifest_of", "open_found"]

_MAX_NAMED = 10


@dataclass(frozen=True)
class FoundObject:
    """One object version to examine."""

    name: str
    role: MemberRole
    key: str
    head: ObjectHead


def open_found(bucket: str, found: FoundObject) -> BinaryIO:
    """That version, through ranged reads."""
    file = S3File(bucket, found.key, found.head.version_id, found.head.size_bytes)
    return cast(BinaryIO, file)  # a raw file has every method that decoders use of a BinaryIO


@dataclass(frozen=True)
class Waiting:
    """How long members are waited for, from the execution's start."""

    started_at: str
    now: str
    limit_seconds: int

    @property
    def is_over(self) -> bool:
        """Whether what isn't there by now is missing."""
        return seconds_between(self.started_at, self.now) >= self.limit_seconds


def manifest_of(sources: SourceObjects, key: str, version_id: str) -> Manifest:
    """The manifest's content. Raises ``InvalidAssetError`` with all that is wrong with it."""
    return read_manifest(sources.read_small(key, version_id, max_bytes=MAX_MANIFEST_BYTES + 1))


def find_members(
    sources: SourceObjects, manifest_key: str, manifest: Manifest, waiting: Waiting
) -> tuple[FoundObject, ...]:
    """The current version of every member.

    Raises ``PendingError`` while one isn't there and there is time left, then ``InvalidAssetError`` that
    names the missing ones and, where the folder holds a name much like it, that one. An object in the folder
    that the manifest doesn't name is refused by its name too: it was meant to be part of the answer, or
    is left over. What lies there by itself, such as ``.DS_Store``, is none.
    """
    folder = manifest_key.rpartition("/")[0] + "/"
    found: list[FoundObject] = []
    absent: list[str] = []
    for member in manifest.members:
        head = sources.find_current(folder + member.name)
        if head is None:
            absent.append(member.name)
        else:
            # The listing doesn't say whether an archived object was restored; the head of that version does.
            head = sources.head(folder + member.name, head.version_id)
            found.append(FoundObject(member.name, member.role, folder + member.name, head))
    if absent and not waiting.is_over:
        raise PendingError(
            f"waiting for {_listed(absent)} ({len(found)} of {len(manifest.members)} members are there)"
        )
    extra = _extra(folder, sources.names_below(folder), manifest)
    problems = []
    remedies = []
    if absent:
        lookalikes = _lookalikes(absent, extra)
        extra = [name for name in extra if name not in lookalikes.values()]
        problems.append(
            f"The bundle is incomplete: its manifest lists {_listed(absent)}, which didn't arrive within"
            f" {_minutes(waiting.limit_seconds)}."
        )
        problems += [_mistaken(name, present) for name, present in lookalikes.items()]
        remedies.append("put what is missing into the bundle's folder")
    if extra:
        problems.append(f"The bundle's folder contains {_listed(extra)}, which its manifest doesn't list.")
        remedies.append("give what is there a role in manifest.json or delete it")
    if problems:
        remedy = " and ".join(remedies)
        raise InvalidAssetError(
            f"{' '.join(problems)} {remedy[:1].upper()}{remedy[1:]}, and drop manifest.json again."
        )
    return tuple(found)


def _extra(folder: str, present: Iterable[str], manifest: Manifest) -> list[str]:
    """Objects of the folder that are neither members nor what file managers leave behind."""
    named = {MANIFEST_NAME, *(member.name for member in manifest.members)}
    return [
        name
        for name in present
        if name not in named and read_inbox_key(folder + name).kind is not InboxKind.IGNORED
    ]


def _listed(names: Sequence[str]) -> str:
    """Quoted and joined, as many as a person reads."""
    quoted = [f"'{name}'" for name in names[:_MAX_NAMED]]
    if len(names) > _MAX_NAMED:
        return f"{', '.join(quoted)} and {len(names) - _MAX_NAMED} more"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _lookalikes(absent: Sequence[str], present: Sequence[str]) -> dict[str, str]:
    """The object that was probably meant, by the missing name: case and spelling are where names go wrong."""
    by_folded = {_folded(name): name for name in present}
    found = {}
    for name in absent:
        close = difflib.get_close_matches(_folded(name), by_folded, n=1, cutoff=0.8)
        if close:
            found[name] = by_folded[close[0]]
    return found


def _mistaken(name: str, present: str) -> str:
    if unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", present):
        return (
            f"There is a '{present}' that looks the same but has its accents in other characters than the"
            " manifest's name (macOS takes letters and accents apart): names must match exactly."
        )
    return f"There is '{present}' instead of '{name}': names must match exactly."


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _minutes(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{seconds} seconds" if seconds < 120 else f"{minutes} minutes"
