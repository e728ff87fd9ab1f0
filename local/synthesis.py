"""Whether an assembly was synthesized from just what a deployment begins from, so that it is used again."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

__all__ = ["forget", "is_current", "remember"]

# What the app doesn't read. Whatever else lies in its folder counts: synthesizing once too often costs
# seconds, once too seldom deploys what nobody wrote.
_UNREAD_FOLDERS = frozenset({"node_modules", "cdk.out", "build", "docs", "tests", "__pycache__"})
_RECORD = "inputs.sha256"


def is_current(assembly: Path, app_folder: Path, knobs: Mapping[str, str], today: date) -> bool:
    """Whether ``assembly`` is whole and was remembered for these inputs; warnings go by the day."""
    record = assembly / _RECORD
    if not (assembly / "manifest.json").is_file() or not record.is_file():
        return False
    return record.read_text(encoding="ascii") == _digest(assembly, app_folder, knobs, today)


def remember(assembly: Path, app_folder: Path, knobs: Mapping[str, str], today: date) -> None:
    """Notes what ``assembly`` was synthesized from; to be called once it is whole."""
    digest = _digest(assembly, app_folder, knobs, today)
    (assembly / _RECORD).write_text(digest, encoding="ascii")


def forget(assembly: Path) -> None:
    """Whatever stands in ``assembly`` is about to be changed."""
    (assembly / _RECORD).unlink(missing_ok=True)


def _digest(assembly: Path, app_folder: Path, knobs: Mapping[str, str], today: date) -> str:
    """Of every file that the app could read, the knobs, the interpreter and the user's own CDK settings."""
    digest = hashlib.sha256(repr((sorted(knobs.items()), sys.version, today.isoformat())).encode())
    for path in (*_files(app_folder, but=assembly.parent), Path.home() / ".cdk.json"):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"\0{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
    return digest.hexdigest()


def _files(folder: Path, *, but: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _UNREAD_FOLDERS and Path(place, name) != but
        )
        yield from (Path(place) / name for name in sorted(names))
