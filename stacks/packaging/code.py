"""The code of all functions as Lambda gets it: what they read of the repository, its modules compiled."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from stacks.packaging.bytecode import COMPILED_VERSION, compile_modules

__all__ = ["CODE_FOLDERS", "REPOSITORY", "staged_code"]

REPOSITORY = Path(__file__).resolve().parents[2]

# The import root is the repository: a name is spelled the same in Lambda, in tests and on a laptop.
CODE_FOLDERS = ("braid", "lambdas", "profiles", "prompts", "registry", "schemas")

_STAGED = REPOSITORY / "build" / "code"
# Where Lambda unpacks a function's code.
_UNPACKED_AT = "/var/task"
# Whoever synthesises at the same moment may still copy what was staged before.
_KEPT_STAGES = 4


def staged_code() -> Path:
    """The folder to upload, named after what is in it; from an earlier synth, or filled now.

    It is compiled by this interpreter, whatever the functions' is: a laptop runs the asset that AWS gets.
    """
    files = _files()
    digest = hashlib.sha256(COMPILED_VERSION.encode())
    for path in files:
        name, content = path.relative_to(REPOSITORY).as_posix().encode(), path.read_bytes()
        for part in (name, content):
            digest.update(len(part).to_bytes(8, "big") + part)
    staged = _STAGED / digest.hexdigest()
    if staged.is_dir():
        os.utime(staged)
        return staged
    _STAGED.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=_STAGED, prefix="."))
    for path in files:
        target = draft / path.relative_to(REPOSITORY)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    compile_modules(draft, unpacked_at=_UNPACKED_AT)
    draft.chmod(0o755)
    try:
        draft.rename(staged)  # whole or not at all, whoever else stages the same now
    except OSError:
        shutil.rmtree(draft)
    _remove_older()
    return staged


def _files() -> list[Path]:
    """Of the code folders all but what editors, tests and interpreters leave there."""
    found: list[Path] = []
    for root in CODE_FOLDERS:
        for folder, folders, names in os.walk(REPOSITORY / root):
            folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
            found += [
                Path(folder, name) for name in names if not name.startswith(".") and name[-4:] != ".pyc"
            ]
    return sorted(found)


def _remove_older() -> None:
    # What goes meanwhile was removed by whoever else stages now.
    with contextlib.suppress(FileNotFoundError):
        staged = [path for path in _STAGED.iterdir() if not path.name.startswith(".")]
        for outdated in sorted(staged, key=lambda path: path.stat().st_mtime)[:-_KEPT_STAGES]:
            shutil.rmtree(outdated, ignore_errors=True)
