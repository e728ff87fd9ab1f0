"""Where fetched weights lie, and the one way to read them: by a path whose bytes have been checked."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from functools import cache
from pathlib import Path

from local import own_settings
from local.weights.catalogue import BuiltFile, WeightSet, weight_set

__all__ = ["FOLDER_SETTING", "WeightsMissingError", "built_mark", "folder", "is_fetched", "path", "sha256_of"]

FOLDER_SETTING = "BRAID_WEIGHTS"
_BLOCK_BYTES = 1 << 20


class WeightsMissingError(Exception):
    """Weights aren't in the cache, or aren't the ones that are known; the message says what helps."""


def folder() -> Path:
    """The cache: ``BRAID_WEIGHTS``, else the place that the system has for such data."""
    chosen = os.environ.get(FOLDER_SETTING, "").strip()
    if chosen:
        return own_settings.folder(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "braid" / "weights"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "braid" / "weights"


def path(name: str, file: str) -> Path:
    """The file ``file`` of the set ``name``; its hash is computed once in a process.

    Raises ``WeightsMissingError``; ``KeyError`` for what the catalogue doesn't know.
    """
    return _checked(folder(), name, file)


def is_fetched(name: str) -> bool:
    """Whether all files of a set are in the cache, by their sizes: quick, and enough to say what runs."""
    wanted = weight_set(name)
    place = folder() / name
    return all(_size(place / file.name) == file.size_bytes for file in wanted.files) and all(
        (place / build.name).exists() for build in wanted.builds
    )


def sha256_of(file: Path) -> str:
    """The hash of a file's bytes, in hex digits; read in blocks."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def built_mark(place: Path, build: BuiltFile) -> Path:
    """The note beside a built file: of what, by which version of its builder, with which hash."""
    return place / f"{build.name}.built.json"


@cache
def _checked(cache_folder: Path, name: str, file: str) -> Path:
    wanted = weight_set(name)
    found = cache_folder / name / file
    expected = _expected_sha256(wanted, cache_folder / name, file)
    if expected is None or not found.is_file():
        raise WeightsMissingError(f"the weights {name} aren't fetched; run `braid engines fetch {name}`")
    if sha256_of(found) != expected:
        raise WeightsMissingError(
            f"the weights in {found} aren't the ones that were fetched; run `braid engines fetch {name}`"
        )
    return found


def _expected_sha256(wanted: WeightSet, place: Path, file: str) -> str | None:
    """``None`` for a built file that isn't built, or was built of other weights or by an older builder."""
    for source in wanted.files:
        if source.name == file:
            return source.sha256
    build = next(build for build in wanted.builds if build.name == file)
    source = next(source for source in wanted.files if source.name == build.source)
    try:
        mark = json.loads(built_mark(place, build).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_current = mark.get("source_sha256") == source.sha256 and mark.get("version") == build.version
    return str(mark.get("sha256")) if is_current else None


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None
