"""The folder ``.braid``: what one working tree knows of its embedded AWS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Home", "LocalAws"]

_LOG_TAIL_LINES = 12
# What survives a run, in the order of its making.
_KEPT = ("launcher.log", "deploy.log", "cdk.out", "reports", "deploy.lock", "lock")


@dataclass(frozen=True)
class LocalAws:
    """A live embedded AWS, as ``local.json`` in its home folder describes it."""

    endpoint: str
    port: int
    pid: int
    region: str
    account_id: str
    access_key_id: str
    secret_access_key: str
    started_at: str
    stacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Home:
    """One home folder and the files in it."""

    folder: Path

    @property
    def record(self) -> Path:
        """Describes the live AWS; absent while there is none."""
        return self.folder / "local.json"

    @property
    def run(self) -> Path:
        """Everything temporary."""
        return self.folder / "run"

    @property
    def log(self) -> Path:
        """What the launcher of the last run wrote."""
        return self.folder / "launcher.log"

    @property
    def pid(self) -> Path:
        """The launcher's process id, written before it is known to be healthy."""
        return self.run / "launcher.pid"

    def recorded(self) -> LocalAws | None:
        """The embedded AWS that the record describes, alive or not."""
        try:
            fields = json.loads(self.record.read_text(encoding="utf-8"))
            return LocalAws(**{**fields, "stacks": tuple(fields["stacks"])})
        except (FileNotFoundError, json.JSONDecodeError, TypeError, KeyError):
            return None

    def remember(self, aws: LocalAws) -> None:
        """Writes the record, atomically, readable by the user alone: it holds the key."""
        draft = self.record.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(aws), file, indent=2)
        draft.replace(self.record)

    def recorded_pid(self) -> int | None:
        """The process id of the last launcher, if one was written."""
        try:
            pid = int(self.pid.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None
        return pid if pid > 1 else None

    def log_tail(self) -> str:
        """The log's last lines, indented, and where all of it is."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        return "\n".join(f"  {line}" for line in lines) + f"\n(all of it: {self.log})"

    def delete_kept(self) -> bool:
        """Deletes all that is known to be Braid's in the folder, which may be one of the user's own."""
        kept = [self.folder / name for name in _KEPT if (self.folder / name).exists()]
        for path in kept:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        with contextlib.suppress(OSError):  # somebody's files are in it
            self.folder.rmdir()
        return bool(kept)
