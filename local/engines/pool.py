"""Runs engines in worker processes, so that no engine freezes, swells or crashes the embedded AWS.

Three lanes, a process each, started on first use: ``speech`` (holds the interpreter lock for seconds),
``writer`` (the optional language model: 2 GB, minutes) and ``short`` (everything else). A lane runs one call
at a time; callers of the same lane wait their turn. ``ahead`` uses them before anybody else does.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from local.engines.errors import EngineBusyError, EngineCrashedError, EngineTimeoutError
from local.engines.turns import Turns
from local.own_settings import absolute_folders

_REPOSITORY = Path(__file__).resolve().parents[2]
_OWN_LANES = {"speech.recognition": "speech", "writing.writer": "writer"}  # engines' modules
_STOP_SECONDS = 2.0
# AWS clients give up reading after 60 s by default: who waited almost as long has gone, and working for
# those who have gone is how an overload feeds itself.
_TURN_SECONDS = 50.0


class EnginePool:
    """At most three worker processes that end when idle, on ``close`` and with this process.

    Safe to share between threads.
    """

    def __init__(self, *, idle_seconds: float = 120.0) -> None:
        self._lanes = {name: _Lane(name, idle_seconds) for name in (*_OWN_LANES.values(), "short")}

    def run(
        self,
        task: str,
        *args: Any,
        timeout_seconds: float = 120.0,
        turn_seconds: float | None = _TURN_SECONDS,
        **keywords: Any,
    ) -> Any:
        """Calls ``module:function`` below ``local.engines`` in a worker and returns its result.

        Arguments and result must be picklable. ``timeout_seconds`` counts from the moment the worker takes
        the call; before that it waits for its turn, at most ``turn_seconds`` (``None``: without end).
        Raises what the function raises, where that is an ``EngineError`` or ``ValueError``;
        ``EngineFailedError`` for any other error of the function; ``EngineCrashedError`` if the worker
        died; ``EngineTimeoutError`` if it took too long; ``EngineBusyError`` if its turn didn't come.
        """
        module_name = task.partition(":")[0]
        lane = self._lanes[_OWN_LANES.get(module_name, "short")]
        return lane.run(task, args, keywords, timeout_seconds, turn_seconds)

    def process_ids(self) -> dict[str, int]:
        """The live workers by lane; empty while nothing was asked."""
        ids = {name: lane.process_id() for name, lane in self._lanes.items()}
        return {name: process_id for name, process_id in ids.items() if process_id is not None}

    def close(self) -> None:
        """Ends the workers, also busy ones, whose callers get ``EngineCrashedError``.

        A later call starts anew.
        """
        for lane in self._lanes.values():
            lane.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Lane:
    """One worker process and the queue in front of it."""

    def __init__(self, name: str, idle_seconds: float) -> None:
        self._name = name
        self._idle_seconds = idle_seconds
        self._turns = Turns()
        self._worker: _Worker | None = None
        self._idle_timer: threading.Timer | None = None

    def run(
        self,
        task: str,
        args: tuple[Any, ...],
        keywords: dict[str, Any],
        timeout_seconds: float,
        turn_seconds: float | None,
    ) -> Any:
        if not self._turns.take(turn_seconds):
            raise EngineBusyError(f"{task} waited {turn_seconds:.0f} s for its turn; ask again later")
        try:
            succeeded, outcome = self._call(task, args, keywords, timeout_seconds)
        finally:
            self._turns.give_back()
        if succeeded:
            return outcome
        raise outcome

    def _call(
        self, task: str, args: tuple[Any, ...], keywords: dict[str, Any], timeout_seconds: float
    ) -> tuple[bool, Any]:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self._worker is not None and not self._worker.alive():
            self._worker.close()
            self._worker = None
        if self._worker is None:
            self._worker = _Worker(self._name)
        try:
            answer = self._worker.call(task, args, keywords, timeout_seconds)
        except BaseException:
            # Whatever went wrong, the pipe may hold half a message: never reuse it.
            self._worker.close()
            self._worker = None
            raise
        self._idle_timer = threading.Timer(self._idle_seconds, self._end_if_idle)
        self._idle_timer.daemon = True
        self._idle_timer.start()
        return answer

    def process_id(self) -> int | None:
        worker = self._worker
        return worker.process_id if worker is not None and worker.alive() else None

    def kill(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self._worker is not None:
            self._worker.kill()

    def _end_if_idle(self) -> None:
        if not self._turns.take(0):
            return  # a call came in between; it sets a timer of its own
        try:
            if self._worker is not None and threading.current_thread() is self._idle_timer:
                self._worker.close()
                self._worker = None
        finally:
            self._turns.give_back()


class _Worker:
    """A process that answers one call after the other over two pipes."""

    def __init__(self, lane_name: str) -> None:
        request_fd, write_fd = os.pipe()
        read_fd, reply_fd = os.pipe()
        self._lane_name = lane_name
        self._ended = threading.Lock()
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "local.engines.worker",
                    str(request_fd),
                    str(reply_fd),
                    str(os.getpid()),
                ],
                cwd=_REPOSITORY,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(request_fd, reply_fd),
            )
        except OSError:
            os.close(write_fd)
            os.close(read_fd)
            raise
        finally:
            os.close(request_fd)
            os.close(reply_fd)
        self._requests: IO[bytes] = os.fdopen(write_fd, "wb")
        self._replies: IO[bytes] = os.fdopen(read_fd, "rb")

    @property
    def process_id(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def call(
        self, task: str, args: tuple[Any, ...], keywords: dict[str, Any], timeout_seconds: float
    ) -> tuple[bool, Any]:
        """(succeeded, result or exception); raises if the worker dies or is too slow."""
        timed_out = threading.Event()

        def give_up() -> None:
            timed_out.set()
            self._process.kill()

        clock = threading.Timer(timeout_seconds, give_up)
        clock.daemon = True
        clock.start()
        try:
            pickle.dump((task, args, keywords), self._requests, protocol=pickle.HIGHEST_PROTOCOL)
            self._requests.flush()
            reply: tuple[bool, Any] = pickle.load(self._replies)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
            if timed_out.is_set():
                raise EngineTimeoutError(
                    f"the engine {task} took longer than {timeout_seconds:g} s and was ended"
                ) from error
            raise EngineCrashedError(
                f"the {self._lane_name} engine process ended while it ran {task} ({self._exit()})"
            ) from error
        finally:
            clock.cancel()
        return reply

    def kill(self) -> None:
        """Ends the process at once; a thread that waits for its reply sees the end of the pipe."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Ends the process and closes the pipes; only for the thread whose turn it is."""
        self.kill()
        for pipe in (self._requests, self._replies):
            # Bytes still buffered for a dead worker are no news.
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _exit(self) -> str:
        try:
            status = self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return "it closed its pipe without ending"
        return f"signal {-status}" if status < 0 else f"exit status {status}"


def _environment() -> dict[str, str]:
    """The parent's environment without what would change how engines run or reach out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return kept | {
        # It works in another folder than the parent, from which relative ones are meant.
        **absolute_folders(kept),
        # Engines find `local` by this, wherever the parent was started.
        "PYTHONPATH": str(_REPOSITORY),
        # Libraries that know a model's name ask its publisher where its files aren't here.
        "HF_HUB_OFFLINE": "1",
        # OpenBLAS's threads spin while they wait for each other: on busy cores one is up to 15 times as fast.
        "OPENBLAS_NUM_THREADS": "1",
        # glibc keeps what a large picture needed for a moment, and takes more the next time: the peak is
        # 983 MB with these and 1,105 MB without. With 1 MB for the first it is 974 MB, and fifty pictures
        # take a quarter longer.
        "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
        "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
    }
