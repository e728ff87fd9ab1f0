"""A process that has imported what nearly every function imports, and forks workers that begin from there.

Run as ``python -S -P zygote_main.py CONTROL_FD`` with the import path of the layers and the runtime; what
isn't there is passed over. A request is four bytes of length, JSON with ``environment``, and with it the
descriptor that the worker writes its output to. Lines of JSON come back: ``{"began": PID}`` for each in its
turn, ``{"ended": PID, "status": CODE}`` for each end. A request with ``signal`` and ``pid`` is for a worker
that may have ended. The zygote ends with the other end of the socket.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import selectors
import signal
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Not the runtime's client itself: it looks for its endpoint while it is imported.
PRELOADED = (
    "simplejson",
    "snapshot_restore_py",
    "boto3",
    "boto3.dynamodb.transform",
    "boto3.ec2.createtags",
    "boto3.s3.inject",
    "botocore.args",
    "botocore.client",
    "botocore.httpsession",
    "botocore.retries.standard",
    "botocore.signers",
    "aws_lambda_powertools",
    "aws_lambda_powertools.logging",
    "fastjsonschema",
)


class _Zygote:
    def __init__(self, control: socket.socket, worker_main: Callable[[int, str], None]) -> None:
        self._control, self._worker_main = control, worker_main
        self._workers: set[int] = set()

    def serve(self) -> None:
        """Forks until the launcher is gone, or closes its end."""
        woken, wakes = socket.socketpair()
        wakes.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes.fileno())
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is woken:
                        woken.recv(4096)
                        self._reap()
                    elif not self._take():
                        return

    def _take(self) -> bool:
        """One request; whether there was one."""
        head, descriptors, _, _ = socket.recv_fds(self._control, 4, 1)
        try:
            (length,) = struct.unpack("!I", head + self._read(4 - len(head)))
            told = self._read(length)
        except EOFError:
            return False
        request = json.loads(told)
        if "signal" in request:
            if request["pid"] in self._workers:
                os.kill(request["pid"], request["signal"])
            return True
        (output,) = descriptors
        pid = os.fork()
        if pid == 0:
            self._become_worker(output, request)
        os.close(output)
        self._workers.add(pid)
        self._tell({"began": pid})
        return True

    def _read(self, count: int) -> bytes:
        """So many bytes; raises ``EOFError`` where the launcher ends before."""
        read = b""
        while len(read) < count:
            more = self._control.recv(count - len(read))
            if not more:
                raise EOFError
            read += more
        return read

    def _reap(self) -> None:
        for pid in list(self._workers):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._workers.discard(pid)
                self._tell({"ended": pid, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, int]) -> None:
        self._control.sendall(json.dumps(message).encode() + b"\n")

    def _become_worker(self, output: int, request: dict[str, Any]) -> None:
        """From here on it is a worker like any other, which has imported a little already; never returns."""
        zygote_pid, status = os.getppid(), 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            nothing = os.open(os.devnull, os.O_RDONLY)
            for descriptor, number in ((nothing, 0), (output, 1), (output, 2)):
                os.dup2(descriptor, number)
            os.closerange(3, os.sysconf("SC_OPEN_MAX") if sys.platform == "darwin" else 256)
            _put_into(request["environment"])
            self._worker_main(zygote_pid, request["environment"]["_HANDLER"])
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:  # noqa: BLE001  # shown as an interpreter shows it, which this process stands for
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)


def _put_into(environment: dict[str, str]) -> None:
    """The environment, working folder and import path that a process of its own would have begun with."""
    of_zygote = os.environ.get("PYTHONPATH", "").split(":")
    # What `ps -o comm` and `top` show, 15 characters; the command line stays the zygote's.
    Path("/proc/self/comm").write_text(f"lambda:{environment['AWS_LAMBDA_FUNCTION_NAME']}"[:15])
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(environment["LAMBDA_TASK_ROOT"])
    sys.path[:] = [
        *environment["PYTHONPATH"].split(":"),
        *(entry for entry in sys.path if entry not in of_zygote),
    ]
    sys.path_importer_cache.clear()
    tempfile.tempdir = None
    time.tzset()


def _worker_main() -> Callable[[int, str], None]:
    """Of the file beside this one, whose folder no function may import from."""
    spec = importlib.util.spec_from_file_location("worker_main", Path(__file__).with_name("worker_main.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main  # type: ignore[no-any-return]  # a module's attributes have no types


def main() -> None:
    """Imports, then serves."""
    with socket.socket(fileno=int(sys.argv[1])) as control:
        for name in PRELOADED:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        # What is there now is never collected, so that no worker gets a copy of its pages for looking at it.
        gc.collect()
        gc.freeze()
        _Zygote(control, _worker_main()).serve()


if __name__ == "__main__":
    main()
