"""Putting files into the inbox: what goes where, and what never starts."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from braid.domain.asset.asset import (
    BUNDLE_SUFFIX,
    INBOX_PREFIX,
    MANIFEST_NAME,
    InboxKind,
    Source,
    asset_id_for,
    read_inbox_key,
)
from braid.domain.asset.manifest import Manifest, read_manifest
from braid.domain.errors import InvalidAssetError
from cli.dropping.member_roles import guess_roles
from cli.errors import EXIT_MISUSE, CommandError
from cli.target import PROJECT_ROOT, Target

__all__ = [
    "MAX_PUT_BYTES",
    "LocalFile",
    "PlannedAsset",
    "Upload",
    "bundle_of",
    "check_folder",
    "check_profile",
    "plan_drop",
    "upload",
]

# One PutObject takes at most this much and answers with the version, which an asset's identity needs.
MAX_PUT_BYTES = 5 * 1024**3


class LocalFile(Protocol):
    """A file that can be dropped: a path, or what stands for one."""

    @property
    def name(self) -> str:
        """Its name, without folders."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """A reader of its bytes."""

    def stat(self) -> Any:
        """What has its size as ``st_size``."""


@dataclass(frozen=True)
class Upload:
    """One object to put: from a file, or the bytes of a manifest."""

    key: str
    path: LocalFile | None = None
    body: bytes = b""


@dataclass(frozen=True)
class PlannedAsset:
    """One asset to be: ``uploads`` in order, the last of which starts it; ``told`` is what was guessed."""

    name: str
    uploads: tuple[Upload, ...]
    told: str = ""

    @property
    def size_bytes(self) -> int:
        """Everything that will be sent."""
        return sum(item.path.stat().st_size if item.path else len(item.body) for item in self.uploads)


def plan_drop(files: Sequence[Path], *, profile: str, bundle: str | None) -> tuple[PlannedAsset, ...]:
    """What to upload for ``files``. Folders named ``NAME.bundle`` with a manifest go as that bundle.

    Raises ``CommandError`` (exit status 2) for files that can't be read or would never start anything.
    """
    if "/" in profile or not profile:
        raise CommandError(f"--profile takes a folder name, not {profile!r}", exit_code=2)
    if bundle is not None:
        return (_plan_bundle(list(files), f"{INBOX_PREFIX}{profile}/", bundle),)
    planned = []
    for path in files:
        if path.is_dir():
            planned.append(_plan_bundle_folder(path, f"{INBOX_PREFIX}{profile}/"))
            continue
        _check(path)
        key = f"{INBOX_PREFIX}{profile}/{path.name}"
        if not read_inbox_key(key).starts_execution:
            raise CommandError(f"{path}: files with this name are ignored; rename it first", exit_code=2)
        planned.append(PlannedAsset(path.name, (Upload(key, path),)))
    return tuple(planned)


def check_profile(profile: str) -> None:
    """Raises ``CommandError`` (exit status 2) for a profile that isn't among this project's.

    The pipeline rejects such an asset too, with the nearest name; this is for where both are of one project.
    """
    known = sorted(path.parent.name for path in (PROJECT_ROOT / "profiles").glob("*/profile.toml"))
    if profile in known:
        return
    nearest = difflib.get_close_matches(profile, known, n=1)
    meant = f"did you mean {nearest[0]}" if nearest else f"there are {', '.join(known)}"
    raise CommandError(
        f"no profile {profile!r}: {meant}, or make it with `braid new profile NAME`", exit_code=EXIT_MISUSE
    )


def _plan_bundle_folder(folder: Path, prefix: str) -> PlannedAsset:
    manifest = folder / MANIFEST_NAME
    if not folder.name.endswith(BUNDLE_SUFFIX) or not manifest.is_file():
        raise CommandError(
            f"{folder}: is a folder; drop its files, or combine them with --bundle NAME "
            f"(a folder NAME{BUNDLE_SUFFIX} with a {MANIFEST_NAME} goes as it is)",
            exit_code=2,
        )
    body = manifest.read_bytes()
    members = [member.name for member in _read_manifest(body, manifest).members]
    target = f"{prefix}{folder.name}/"
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    problems = [
        f"{name!r} is in the manifest but not in the folder" for name in members if name not in present
    ]
    problems += [
        f"{name!r} is in the folder but not in the manifest"
        for name in sorted(present)
        if name not in (MANIFEST_NAME, *members)
        and read_inbox_key(target + name).kind is not InboxKind.IGNORED
    ]
    if problems:
        raise CommandError(f"{folder}: {'; '.join(problems)}", exit_code=2)
    uploads = [Upload(target + name, present[name]) for name in members]
    return PlannedAsset(folder.name, (*uploads, Upload(target + MANIFEST_NAME, body=body)))


def _plan_bundle(files: list[Path], prefix: str, name: str) -> PlannedAsset:
    """The files as one bundle, if they can be read."""
    for path in files:
        if path.is_dir():
            raise CommandError(f"{path}: is a folder; --bundle takes files", exit_code=2)
        if path.name == MANIFEST_NAME:
            raise CommandError(
                f"{path}: --bundle writes the manifest itself; to send your own, put it and the files into a "
                f"folder {name}{BUNDLE_SUFFIX} and drop that",
                exit_code=2,
            )
        _check(path)
    return bundle_of(files, prefix, name)


def bundle_of(files: Sequence[LocalFile], prefix: str, name: str) -> PlannedAsset:
    """The files as one bundle below ``prefix``, with a manifest written for them.

    Raises ``CommandError`` (exit status 2) for a name or files that would be rejected.
    """
    name = name.removesuffix(BUNDLE_SUFFIX)
    if not name or "/" in name or name.startswith("."):
        raise CommandError(
            f"a bundle's name can't be empty, contain / or begin with a dot, not {name!r}", exit_code=2
        )
    names = [path.name for path in files]
    if twice := sorted({item for item in names if names.count(item) > 1}):
        raise CommandError(f"two members of the bundle are both named {', '.join(twice)}", exit_code=2)
    roles = guess_roles(files)
    members = [{"name": path.name, "role": role} for path, role in zip(files, roles, strict=True)]
    value = {"schema_version": "1", "members": members}
    body = json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
    _read_manifest(body, Path(f"{name}{BUNDLE_SUFFIX}"))
    folder = f"{prefix}{name}{BUNDLE_SUFFIX}/"
    uploads = [Upload(folder + path.name, path) for path in files]
    told = ", ".join(f"{path.name} as {role}" for path, role in zip(files, roles, strict=True))
    return PlannedAsset(f"{name}{BUNDLE_SUFFIX}", (*uploads, Upload(folder + MANIFEST_NAME, body=body)), told)


def _read_manifest(body: bytes, path: Path) -> Manifest:
    """Refuses here what would be refused there, before anything is sent."""
    try:
        return read_manifest(body)
    except InvalidAssetError as error:
        raise CommandError(f"{path}: {error}", exit_code=2) from error


def _check(path: Path) -> None:
    if not path.is_file():
        raise CommandError(f"{path}: no such file; check the name", exit_code=2)
    if not os.access(path, os.R_OK):
        raise CommandError(f"{path}: you may not read it; change its permissions first", exit_code=2)
    if path.stat().st_size > MAX_PUT_BYTES:
        raise CommandError(f"{path}: is larger than 5 GiB; upload it with `aws s3 cp`", exit_code=2)


def check_folder(target: Target, asset: PlannedAsset) -> None:
    """Raises ``CommandError`` if a bundle's folder in the inbox holds what isn't this bundle's.

    An earlier bundle of that name left it there; its manifest's next version would be rejected for it.
    """
    head = asset.uploads[-1].key
    if read_inbox_key(head).kind is not InboxKind.BUNDLE_MANIFEST:
        return
    folder = head.removesuffix(MANIFEST_NAME)
    pages = target.s3.get_paginator("list_objects_v2").paginate(Bucket=target.input_bucket, Prefix=folder)
    ours = {item.key for item in asset.uploads}
    extra = [
        entry["Key"].removeprefix(folder)
        for page in pages
        for entry in page.get("Contents", [])
        if entry["Key"] not in ours and read_inbox_key(entry["Key"]).kind is not InboxKind.IGNORED
    ]
    if extra:
        told = ", ".join(extra[:5]) + (f" and {len(extra) - 5} more" if len(extra) > 5 else "")
        raise CommandError(
            f"{asset.name}: an earlier bundle with this name has other members in the inbox ({told}); choose "
            f"another name, or delete them below s3://{target.input_bucket}/{folder}",
            exit_code=2,
        )


def upload(target: Target, asset: PlannedAsset, tell: Callable[[str], None] = lambda _: None) -> str:
    """Puts the asset's objects in order, tells each by name, and returns the asset's id."""
    version_id = ""
    for number, item in enumerate(asset.uploads, 1):
        tell(
            item.key.rpartition("/")[2]
            + (f", {number} of {count}" if (count := len(asset.uploads)) > 1 else "")
        )
        if item.path is None:
            answer = _put(target, item.key, item.body)
        else:
            with item.path.open("rb") as body:
                answer = _put(target, item.key, body)
        version_id = answer["VersionId"]
    return asset_id_for(Source(target.input_bucket, asset.uploads[-1].key, version_id))


def _put(target: Target, key: str, body: Any) -> dict[str, Any]:
    """With the checksum by which the same content is recognised when it is dropped again."""
    answer: dict[str, Any] = target.s3.put_object(
        Bucket=target.input_bucket, Key=key, Body=body, ChecksumAlgorithm="SHA256"
    )
    return answer
