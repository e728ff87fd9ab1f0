"""Every task of generation at once: how long the drafts take, and what of that is work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from evaluation.faults.deployment import deployed

__all__ = ["GENERATION"]

_REQUESTS = 9  # seven tasks of pictures, two of videos
_MOST_SECONDS = 60.0
_DRAFTS = re.compile(r"(\d+) drafts in")


def _measure() -> Sequence[Row]:
    if not Path("/proc/self/stat").exists():
        raise UnmeasurableError("the processor time of the embedded AWS is read from /proc")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with deployed(home, wait_scale=0.1, context={"generation": "true"}) as deployment:
            return [
                row for name in ("cold", "warm") for row in _sent(name, home, deployment.aws.pid, home / name)
            ]


def _sent(name: str, home: Path, pid: int, drafts: Path) -> Sequence[Row]:
    """The marketing sample, as a person runs it."""
    before, began = _processor_seconds(pid), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "samples.marketing", str(drafts)],
        env={**os.environ, "BRAID_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, worked = time.monotonic() - began, _processor_seconds(pid) - before
    told = _DRAFTS.search(done.stderr)
    if told is None:
        raise RuntimeError(done.stderr[-500:])
    return (
        Row(name, "drafts", int(told[1]), bound=at_least(_REQUESTS)),
        Row(name, "all of them", seconds, "s", at_most(_MOST_SECONDS)),
        Row(name, "processor time", worked, "s"),
    )


def _processor_seconds(pid: int) -> float:
    """What a process, those that it started, and those of them that have ended, have worked."""
    parents, worked = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        process = int(path.parent.name)
        parents[process], worked[process] = int(fields[1]), sum(map(int, fields[11:15]))
    return sum(ticks for process, ticks in worked.items() if _is_below(process, pid, parents)) / os.sysconf(
        "SC_CLK_TCK"
    )


def _is_below(process: int, pid: int, parents: dict[int, int]) -> bool:
    while process not in (pid, 0):
        process = parents.get(process, 0)
    return process == pid


GENERATION = Benchmark(
    name="generation",
    page=PERFORMANCE,
    title="Every task of generation",
    about=(
        "The nine requests of `samples/marketing`, a task each, sent at once to a deployment that has made"
        " nothing before, and then again: from the first upload to the last draft that awaits a reviewer, and"
        " the processor time of the embedded AWS, its functions and engines. Wall time on a machine that may"
        " have had other work. Pictures are edits and placeholders, no model draws; waits between tries are a"
        " tenth of those in AWS, as `braid up` has them."
    ),
    subject="Run",
    measure=_measure,
    on_request=True,
)
