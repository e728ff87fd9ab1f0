"""Putting files into the inbox: what goes where, and what never starts."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError
from cli.target import Target
from domain.asset import BUNDLE_SUFFIX, INBOX_PREFIX, MANIFEST_NAME, Source, asset_id_for, read_inbox_key

__all__ = ["PlannedAsset", "Upload", "plan_drop", "upload"]

# One PutObject takes at most this much and answers with the version, which an asset's identity needs.
_MAX_PUT_BYTES = 5 * 1024**3
_ROLES_ALONE = {"image": "image", "video": "video", "audio": "audio", "document": "slides"}
_CAPTION_SUFFIXES = (".vtt", ".srt", ".ttml")


@dataclass(frozen=True)
class Upload:
    """One object to put: from a file, or the bytes of a manifest."""

    key: str
    path: Path | None = None
    body: bytes = b""


@dataclass(frozen=True)
class PlannedAsset:
    """One asset to be: ``uploads`` in order, the last of which starts it."""

    name: str
    uploads: tuple[Upload, ...]

    @property
    def size_bytes(self) -> int:
        """Everything that will be sent."""
        return sum(item.path.stat().st_size if item.path else len(item.body) for item in self.uploads)


def plan_drop(files: Sequence[Path], *, profile: str, bundle: str | None) -> tuple[PlannedAsset, ...]:
    """What to upload for ``files``. Folders named ``NAME.bundle`` with a manifest go as that bundle.

    Raises ``CommandError`` (exit status 2) for files that can't be read or would never start anything.
    """
    if "/" in profile or not profile:
        raise CommandError(f"a profile is a folder's name, not {profile!r}", exit_code=2)
    if bundle is not None:
        return (_plan_bundle(list(files), f"{INBOX_PREFIX}{profile}/", bundle, manifest=None),)
    planned = []
    for path in files:
        if path.is_dir():
            planned.append(_plan_bundle_folder(path, f"{INBOX_PREFIX}{profile}/"))
            continue
        _check(path)
        key = f"{INBOX_PREFIX}{profile}/{path.name}"
        if not read_inbox_key(key).starts_execution:
            raise CommandError(f"{path}: files of that name are ignored; rename it first", exit_code=2)
        planned.append(PlannedAsset(path.name, (Upload(key, path),)))
    return tuple(planned)


def _plan_bundle_folder(folder: Path, prefix: str) -> PlannedAsset:
    manifest = folder / MANIFEST_NAME
    if not folder.name.endswith(BUNDLE_SUFFIX) or not manifest.is_file():
        raise CommandError(
            f"{folder}: is a folder; drop its files, or join them with --bundle NAME "
            f"(a folder NAME{BUNDLE_SUFFIX} with a {MANIFEST_NAME} goes as it is)",
            exit_code=2,
        )
    members = sorted(path for path in folder.iterdir() if path.is_file() and path != manifest)
    members = [path for path in members if not path.name.startswith(".")]
    return _plan_bundle(members, prefix, folder.name.removesuffix(BUNDLE_SUFFIX), manifest.read_bytes())


def _plan_bundle(files: list[Path], prefix: str, name: str, manifest: bytes | None) -> PlannedAsset:
    if not name or "/" in name or name.startswith("."):
        raise CommandError(f"a bundle's name is one plain word, not {name!r}", exit_code=2)
    folder = f"{prefix}{name.removesuffix(BUNDLE_SUFFIX)}{BUNDLE_SUFFIX}/"
    names = [path.name for path in files]
    if twice := sorted({item for item in names if names.count(item) > 1}):
        raise CommandError(f"two members of the bundle have the name {', '.join(twice)}", exit_code=2)
    for path in files:
        _check(path)
    uploads = [Upload(folder + path.name, path) for path in files]
    body = manifest if manifest is not None else _manifest(files)
    return PlannedAsset(f"{name}{BUNDLE_SUFFIX}", (*uploads, Upload(folder + MANIFEST_NAME, body=body)))


def _manifest(files: list[Path]) -> bytes:
    members = [{"name": path.name, "role": role} for path, role in zip(files, _roles(files), strict=True)]
    return (
        json.dumps({"schema_version": "1", "members": members}, indent=2, ensure_ascii=False).encode() + b"\n"
    )


def _roles(files: list[Path]) -> list[str]:
    """Each member's role from its kind and its neighbours; a manifest written by hand says it better."""
    kinds = [_kind(path) for path in files]
    roles = []
    for path, kind in zip(files, kinds, strict=True):
        if kind == "text" and path.suffix.lower() in _CAPTION_SUFFIXES:
            roles.append("captions")
        elif kind == "text" and "audio" in kinds:
            roles.append("transcript")
        elif kind == "audio" and "document" in kinds:
            roles.append("narration")
        elif kind == "document" and "audio" not in kinds and "video" not in kinds:
            roles.append("text")
        else:
            roles.append(_ROLES_ALONE.get(kind, "text"))
    return roles


def _kind(path: Path) -> str:
    media_type = mimetypes.guess_type(path.name)[0] or ""
    if path.suffix.lower() in (".pdf", ".pptx"):
        return "document"
    return media_type.split("/")[0] if media_type.split("/")[0] in ("image", "audio", "video") else "text"


def _check(path: Path) -> None:
    if not path.is_file():
        raise CommandError(f"{path}: no such file", exit_code=2)
    if path.stat().st_size > _MAX_PUT_BYTES:
        raise CommandError(f"{path}: is larger than 5 GiB; upload it with `aws s3 cp`", exit_code=2)


def upload(target: Target, asset: PlannedAsset) -> str:
    """Puts the asset's objects in order and returns its id."""
    version_id = ""
    for item in asset.uploads:
        if item.path is None:
            answer = target.s3.put_object(Bucket=target.input_bucket, Key=item.key, Body=item.body)
        else:
            with item.path.open("rb") as body:
                answer = target.s3.put_object(Bucket=target.input_bucket, Key=item.key, Body=body)
        version_id = answer["VersionId"]
    return asset_id_for(Source(target.input_bucket, asset.uploads[-1].key, version_id))
