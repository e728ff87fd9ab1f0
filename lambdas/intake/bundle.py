"""A bundle's members: waited for, and fixed to the versions that are there when all of them are."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from domain.admission import MemberRole
from domain.clock import seconds_between
from domain.errors import InvalidAssetError, PendingError
from domain.manifest import MAX_MANIFEST_BYTES, Manifest, read_manifest
from lambdas.aws.source_objects import ObjectHead, SourceObjects

__all__ = ["FoundObject", "Waiting", "find_members", "manifest_of"]


@dataclass(frozen=True)
class FoundObject:
    """One object version to examine."""

    name: str
    role: MemberRole
    key: str
    head: ObjectHead


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
    names the missing ones and, where the folder holds a name much like it, that one.
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
    if not absent:
        return tuple(found)
    names = _listed(absent)
    if not waiting.is_over:
        raise PendingError(f"waiting for {names} ({len(found)} of {len(manifest.members)} members are there)")
    raise InvalidAssetError(
        f"The bundle lacks {names}, {'which its' if len(absent) == 1 else 'all of which its'} manifest names;"
        f" {_minutes(waiting.limit_seconds)} were waited.{_lookalikes(absent, sources.names_below(folder))}"
        " Put what is missing into the bundle's folder and drop manifest.json again."
    )


def _listed(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _lookalikes(absent: list[str], present: tuple[str, ...]) -> str:
    """Case and spelling are where names go wrong."""
    by_folded = {name.casefold(): name for name in present}
    told = []
    for name in absent:
        close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.8)
        if close and by_folded[close[0]] != name:
            told.append(f" There is '{by_folded[close[0]]}' instead of '{name}': names must match exactly.")
    return "".join(told)


def _minutes(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{seconds} seconds" if seconds < 120 else f"{minutes} minutes"
