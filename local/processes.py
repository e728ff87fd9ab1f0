"""Ending a background process and all its children, also after it crashed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.1
_PROC = Path("/proc")


@dataclass(frozen=True)
class _Process:
    pid: int
    group: int
    state: str  # one letter as ps prints it; Z is a zombie
    command: str


def end_group(leader: int, command: str) -> None:
    """Ends the group's leader, politely first, and then everything else in its process group.

    ``command`` is a part of the leader's command line: a process of the same number without it is
    someone else's and stays untouched.
    """
    if _is(leader, command):
        with contextlib.suppress(ProcessLookupError):
            os.kill(leader, signal.SIGTERM)
        _wait_until(lambda: not _is(leader, command), _STOP_SECONDS)
    elif _exists(leader):
        return  # the number belongs to someone else by now; as long as our group lived it couldn't
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    _wait_until(lambda: not _group_members(leader), _STOP_SECONDS)
    _reap(leader)


def _is(pid: int, command: str) -> bool:
    return any(process.pid == pid and command in process.command for process in _living())


def _exists(pid: int) -> bool:
    return any(process.pid == pid for process in _living())


def _group_members(group: int) -> list[int]:
    return [process.pid for process in _living() if process.group == group]


def _living() -> list[_Process]:
    """Every process but zombies: those have ended, whether or not anybody collected them."""
    return [
        process
        for process in (_from_proc() if (_PROC / "self" / "stat").exists() else _from_ps())
        if process.state != "Z"
    ]


def _from_proc() -> Iterator[_Process]:
    """Linux's own listing; ``ps`` isn't on every Linux machine."""
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it ended while we looked
                # "pid (name) state parent group ..."; the name may hold spaces and parentheses.
                state, _parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                yield _Process(int(folder.name), int(group), state, command)


def _from_ps() -> Iterator[_Process]:
    listed = subprocess.run(
        ["ps", "-ww", "-A", "-o", "pid=,pgid=,stat=,command="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        pid, group, state, *command = line.split(None, 3)
        yield _Process(int(pid), int(group), state[0], "".join(command))


def _reap(pid: int) -> None:
    """Collects the process if it is our own child, so that its number is free."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
