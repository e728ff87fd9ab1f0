"""The worker processes behind the engines: who starts them, who ends them, what a crash means."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.engines.errors import EngineCrashedError, EngineFailedError, EngineTimeoutError
from local.engines.pool import EnginePool

REPOSITORY = Path(__file__).resolve().parents[2]

# A task that returns what it was given, and one that works until its parent is gone (given another process's
# id, it ends its own process at once).
ECHO = "errors:EngineError"
BUSY = "worker:_end_with_parent"


@pytest.fixture
def pool() -> Iterator[EnginePool]:
    with EnginePool() as engines:
        yield engines


def _gone(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{process_id}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def _wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def test_no_worker_runs_before_the_first_call_and_one_serves_many(pool: EnginePool) -> None:
    assert pool.process_ids() == {}
    assert str(pool.run(ECHO, "first")) == "first"
    worker = pool.process_ids()
    assert str(pool.run(ECHO, "second")) == "second"
    assert pool.process_ids() == worker
    assert list(worker) == ["short"]


def test_an_unexpected_error_of_an_engine_carries_its_traceback(pool: EnginePool) -> None:
    with pytest.raises(EngineFailedError, match=r"No module named .local\.engines\.nowhere"):
        pool.run("nowhere:nothing")
    assert str(pool.run(ECHO, "still serving")) == "still serving"


def test_a_crashed_worker_is_reported_and_replaced(pool: EnginePool) -> None:
    with pytest.raises(EngineCrashedError, match=r"exit status|signal"):
        pool.run(BUSY, -1)
    assert str(pool.run(ECHO, "fresh")) == "fresh"


def test_a_worker_killed_between_calls_is_replaced_without_an_error(pool: EnginePool) -> None:
    pool.run(ECHO, "x")
    first = pool.process_ids()["short"]
    os.kill(first, signal.SIGKILL)
    assert _wait_until(lambda: pool.process_ids() == {})
    assert str(pool.run(ECHO, "fresh")) == "fresh"
    assert pool.process_ids()["short"] != first


def test_a_call_that_takes_too_long_is_ended(pool: EnginePool) -> None:
    with pytest.raises(EngineTimeoutError, match="longer than"):
        pool.run(BUSY, os.getpid(), timeout_seconds=0.3)  # by itself it would never end
    assert pool.process_ids() == {}


def test_closing_ends_a_busy_worker_and_tells_its_caller() -> None:
    pool = EnginePool()
    outcome: list[BaseException] = []
    pool.run(ECHO, "start")
    worker = pool.process_ids()["short"]

    def call() -> None:
        try:
            pool.run(BUSY, os.getpid())
        except EngineCrashedError as error:
            outcome.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.3)
    pool.close()
    caller.join(60)
    assert len(outcome) == 1
    assert _gone(worker)


def test_an_idle_worker_ends() -> None:
    with EnginePool(idle_seconds=0.2) as pool:
        pool.run(ECHO, "x")
        worker = pool.process_ids()["short"]
        assert _wait_until(lambda: _gone(worker))
        assert str(pool.run(ECHO, "again")) == "again"


def test_workers_are_nicer_than_their_parent(pool: EnginePool) -> None:
    pool.run(ECHO, "x")
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, pool.process_ids()["short"]) >= min(mine + 10, 19)


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_workers_end_when_the_parent_is_killed(busy: bool) -> None:
    script = (
        "import os, threading, time\n"
        "from local.engines.pool import EnginePool\n"
        "pool = EnginePool()\n"
        "pool.run('errors:EngineError', 'x')\n"
        "print(pool.process_ids()['short'], flush=True)\n"
        + ("pool.run('worker:_end_with_parent', os.getpid())\n" if busy else "time.sleep(60)\n")
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _wait_until(lambda: _gone(worker))
