"""Workers forked from a process that has imported boto3 and Powertools already.

Every function of a deployment imports the same packages first. A zygote does so once for an import path and
the variables that packages read while they are imported; a worker begins as its copy, as a function does on
AWS that starts from a snapshot. What is a function's own (its code, its variables, its credentials, its
folder) comes after the fork. Only on Linux: macOS's own libraries don't stand a fork without exec.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from local.launcher.functions.zygote_main import PRELOADED

__all__ = ["Zygotes"]

_MAIN = Path(__file__).with_name("zygote_main.py")
_BEGINS_WITHIN_SECONDS = 30.0
# Variables that act when an interpreter or a package starts, and so before a fork.
_EARLY = ("AWS_", "BOTO", "LD_", "PYTHON")
# What each worker has of its own, and nothing reads before its handler is imported.
_OWN = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    }
)


class ForkedWorker:
    """A forked process with the part of ``subprocess.Popen`` that MiniStack uses."""

    def __init__(self, zygote: _Zygote, pid: int, stdout: BinaryIO) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None
        self._zygote = zygote
        self._ended = threading.Event()

    def end(self, status: int) -> None:
        """What the zygote tells of its end."""
        self.returncode = status
        self._ended.set()

    def poll(self) -> int | None:
        """See ``subprocess.Popen``."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """See ``subprocess.Popen``."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("worker", timeout or 0)
        return self.returncode or 0

    def terminate(self) -> None:
        """See ``subprocess.Popen``."""
        self._zygote.signal(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """See ``subprocess.Popen``."""
        self._zygote.signal(self.pid, signal.SIGKILL)


class _Zygote:
    """One process, and what it tells of its workers. Raises ``OSError`` once it has ended."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-P", str(_MAIN), str(theirs.fileno())],
                env=dict(environment),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._asking, self._sending = threading.Lock(), threading.Lock()
        self._began: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._workers: dict[int, ForkedWorker] = {}
        self._ended_before: dict[int, int] = {}
        self.last_used = time.monotonic()
        threading.Thread(target=self._listen, daemon=True, name="zygote").start()

    @property
    def is_idle(self) -> bool:
        """Whether no worker of it is left."""
        with self._guard:
            return not self._workers

    def fork(self, environment: Mapping[str, str]) -> ForkedWorker:
        """A worker of the function with these variables."""
        reads, writes = os.pipe()
        stdout = os.fdopen(reads, "rb")
        try:
            with self._asking:
                self.last_used = time.monotonic()
                self._send({"environment": dict(environment)}, writes)
                pid = self._began.get(timeout=_BEGINS_WITHIN_SECONDS)
        except queue.Empty as error:
            stdout.close()
            raise OSError("the zygote doesn't answer") from error
        except OSError:
            stdout.close()
            raise
        finally:
            os.close(writes)
        if pid is None:
            stdout.close()
            raise OSError("the zygote has ended")
        with self._guard:
            worker = ForkedWorker(self, pid, stdout)
            if pid in self._ended_before:
                worker.end(self._ended_before.pop(pid))
            else:
                self._workers[pid] = worker
        return worker

    def signal(self, pid: int, number: int) -> None:
        """Sends it, unless the worker has ended: then its number may be another process's."""
        with contextlib.suppress(OSError):  # without their zygote workers end by themselves
            self._send({"signal": number, "pid": pid})

    def close(self) -> None:
        """Ends it; workers that are left follow within a second."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):  # who listens has closed it already
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()

    def _send(self, request: Mapping[str, Any], *descriptors: int) -> None:
        body = json.dumps(request).encode()
        with self._sending:
            head = struct.pack("!I", len(body))
            sent = socket.send_fds(self._control, [head], list(descriptors))
            self._control.sendall(head[sent:] + body)

    def _listen(self) -> None:
        with self._control.makefile("rb") as lines, contextlib.suppress(OSError):  # closed while it reads
            for line in lines:
                if line.endswith(b"\n"):  # else it ended within a line
                    self._heard(json.loads(line))
        self._began.put(None)
        with self._guard:
            left, self._workers = list(self._workers.values()), {}
        for worker in left:
            worker.end(-signal.SIGKILL)

    def _heard(self, message: Mapping[str, int]) -> None:
        if "began" in message:
            self._began.put(message["began"])
            return
        with self._guard:
            worker = self._workers.pop(message["ended"], None)
            if worker is None:
                self._ended_before[message["ended"]] = message["status"]
        if worker is not None:
            worker.end(message["status"])


class Zygotes:
    """One for each import path that functions have; safe to use from any thread."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._by_start: dict[tuple[tuple[str, str], ...], _Zygote] = {}

    def fork(self, environment: Mapping[str, str]) -> ForkedWorker | None:
        """A worker with these variables; None where it has to be a process of its own."""
        if not sys.platform.startswith("linux") or _brings_its_own(Path(environment["LAMBDA_TASK_ROOT"])):
            return None
        start = _start_of(environment)
        for _ in range(2):  # the one that was there may have ended
            with self._guard:
                zygote = self._by_start.get(start) or self._by_start.setdefault(start, _Zygote(dict(start)))
            try:
                return zygote.fork(environment)
            except OSError:
                with self._guard:
                    if self._by_start.get(start) is zygote:
                        del self._by_start[start]
                zygote.close()
        return None

    def end_idle(self, idle_seconds: float) -> None:
        """Ends those that have no worker and forked none for so long."""
        now = time.monotonic()
        with self._guard:
            idle = [
                start
                for start, zygote in self._by_start.items()
                if zygote.is_idle and now - zygote.last_used >= idle_seconds
            ]
            ended = [self._by_start.pop(start) for start in idle]
        for zygote in ended:
            zygote.close()

    def end_all(self) -> None:
        """Ends every one, and with it its workers."""
        with self._guard:
            ended, self._by_start = list(self._by_start.values()), {}
        for zygote in ended:
            zygote.close()


def _start_of(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The variables that a zygote for such functions begins with."""
    task_root = environment["LAMBDA_TASK_ROOT"]
    path = [entry for entry in environment["PYTHONPATH"].split(":") if entry != task_root]
    early = {
        name: value
        for name, value in environment.items()
        if name not in _OWN and (name.startswith(_EARLY) or name in ("LANG", "PATH", "TZ"))
    }
    return tuple(sorted({**early, "PYTHONPATH": ":".join(path)}.items()))


def _brings_its_own(task_root: Path) -> bool:
    """Whether the code has packages of its own among those that a zygote takes from elsewhere."""
    return any((task_root / name.partition(".")[0]).exists() for name in PRELOADED)
