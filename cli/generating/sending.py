"""A request on its way: its pictures are put beside it first, then the request, which starts it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from braid.domain.asset.asset import INBOX_PREFIX, slug
from braid.domain.errors import InvalidAssetError
from braid.domain.generation.compose import as_toml, compose
from braid.domain.generation.request import MAX_REQUEST_BYTES, PLACE_OF_THE_STAGE_BEFORE, read_request
from braid.domain.toml_text import parse_toml
from cli.dropping.drop import PlannedAsset, Upload
from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["plan_request", "request_members"]

_FOLDER = f"{INBOX_PREFIX}generate/"
_MAX_PICTURE_BYTES = 16 * 1024 * 1024


def request_members(path: Path) -> dict[str, Any]:
    """The members of a request's file. Raises ``CommandError`` for what can't be read."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}; check the name", exit_code=EXIT_MISUSE) from error
    if len(body) > MAX_REQUEST_BYTES:
        raise CommandError(f"{path}: has {len(body)} bytes, and no request has", exit_code=EXIT_MISUSE)
    try:
        return parse_toml(body.decode("utf-8-sig"))
    except ValueError as error:
        raise CommandError(f"{path}: isn't TOML: {error}", exit_code=EXIT_MISUSE) from error


def plan_request(members: Mapping[str, Any], *, folder: Path, name: str, by: str) -> PlannedAsset:
    """What to upload: pictures named by a path become keys below ``inbox/generate/references/``.

    Raises ``CommandError`` (exit status 2) where the deployment would refuse the request.
    """
    uploads: dict[str, Upload] = {}
    changed = _with_keys(members, folder, uploads)
    changed["then"] = [_with_keys(stage, folder, uploads) for stage in members.get("then", [])]
    if not changed.get("requested_by") and by:
        changed["requested_by"] = by
    file = f"{slug(name)}.toml"
    try:
        request = read_request(as_toml(changed), name=file)
    except InvalidAssetError as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
    key = f"{_FOLDER}{file}"
    return PlannedAsset(file, (*uploads.values(), Upload(key, body=compose(request).encode())))


def _with_keys(members: Mapping[str, Any], folder: Path, uploads: dict[str, Upload]) -> dict[str, Any]:
    changed = dict(members)
    if isinstance(given := members.get("references"), list):
        changed["references"] = [_key(item, folder, uploads) for item in given]
    if given := members.get("mask"):
        changed["mask"] = _key(given, folder, uploads)
    return changed


def _key(given: Any, folder: Path, uploads: dict[str, Upload]) -> Any:
    """The key of a picture on this machine, which is uploaded; what is a key already stays."""
    if not isinstance(given, str) or given.startswith(("inbox/", "assets/")):
        return given
    if given == PLACE_OF_THE_STAGE_BEFORE:
        return given
    path = folder / given
    if not path.is_file():
        raise CommandError(f"{path}: no such file; check the name", exit_code=EXIT_MISUSE)
    if path.stat().st_size > _MAX_PICTURE_BYTES:
        raise CommandError(f"{path}: is larger than 16 MiB; give a smaller picture", exit_code=EXIT_MISUSE)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    key = f"{_FOLDER}references/{digest}/{path.name}"
    uploads[key] = Upload(key, path)
    return key
