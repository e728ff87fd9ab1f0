"""Whether an assembly was synthesized from just what a deployment begins from, so that it is used again."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

__all__ = ["forget", "inputs_of", "is_current", "remember"]

# What the app doesn't read. Whatever else lies in its folder counts: synthesizing once too often costs
# seconds, once too seldom deploys what nobody wrote.
_UNREAD_FOLDERS = frozenset({"node_modules", "cdk.out", "build", "docs", "tests", "__pycache__"})
_RECORD = "inputs.sha256"


def is_current(assembly: Path, inputs: str) -> bool:
    """Whether ``assembly`` is whole and was made from ``inputs``."""
    record = assembly / _RECORD
    if not (assembly / "manifest.json").is_file() or not record.is_file():
        return False
    return record.read_text(encoding="ascii") == inputs


def remember(assembly: Path, inputs: str) -> None:
    """Notes what ``assembly`` was made from: as it was before, since files may change meanwhile."""
    (assembly / _RECORD).write_text(inputs, encoding="ascii")


def forget(assembly: Path) -> None:
    """Whatever stands in ``assembly`` is about to be changed."""
    (assembly / _RECORD).unlink(missing_ok=True)


def inputs_of(assembly: Path, app_folder: Path, knobs: Mapping[str, str], today: date) -> str:
    """A digest of every file that the app could read, the knobs, the interpreter, the user's own CDK settings
    and the day, by which warnings go."""
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
