"""Runs targets in worker processes side by side, and keeps what fails, with the command that repeats it."""

from __future__ import annotations

import concurrent.futures
import json
import multiprocessing
import re
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.fuzzing.worker import CPU_SECONDS, REPOSITORY, digest, work

__all__ = ["CATALOGUE", "Failure", "Run", "fuzz", "fuzz_target"]

CATALOGUE = "evaluation.fuzzing.targets"
# Nobody waits longer for one that sleeps; starting a process takes some of it.
_PATIENCE_SECONDS = 120
_MOST_DEATHS = 5
_MANY = 10**9


@dataclass(frozen=True)
class Failure:
    """An input that a parser neither read nor refused; ``signature`` is the same for those of one kind."""

    target: str
    signature: str
    number: int
    data: bytes = field(repr=False)
    trace: str = field(repr=False)

    def keep(self, folder: Path) -> Path:
        """Writes the input, and beside it what happened with the command that repeats it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.target}-{digest(self.signature)}.bin"
        path.write_bytes(self.data)
        command = f"python -m evaluation.fuzzing --repeat {path}"
        path.with_suffix(".txt").write_text(f"{self.signature}\n{command}\n\n{self.trace}\n", "utf-8")
        return path


@dataclass(frozen=True)
class Run:
    """How many inputs a target was given, and what failed."""

    target: str
    cases: int
    failures: tuple[Failure, ...]


def fuzz(
    names: Sequence[str],
    *,
    seed: int,
    seconds: float,
    workers: int,
    catalogue: str = CATALOGUE,
    on_end: Callable[[Run], None] = lambda _run: None,
) -> list[Run]:
    """Every target for an equal share of ``seconds`` of each of ``workers`` processes."""
    share = seconds * workers / max(1, len(names))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        tasks = [
            pool.submit(fuzz_target, name, seed=seed, seconds=share, catalogue=catalogue) for name in names
        ]
        runs = []
        for task in concurrent.futures.as_completed(tasks):
            runs.append(task.result())
            on_end(runs[-1])
    return sorted(runs, key=lambda run: run.target)


def fuzz_target(
    name: str, *, seed: int, seconds: float = _MANY, count: int = _MANY, catalogue: str = CATALOGUE
) -> Run:
    """One target, until ``seconds`` passed or ``count`` inputs were given, whatever ends its processes."""
    began, first, deaths = time.monotonic(), 0, 0
    failures: dict[str, Failure] = {}
    with tempfile.TemporaryDirectory() as folder:
        while first < count and deaths < _MOST_DEATHS:
            left = seconds - (time.monotonic() - began)
            if first and left <= 0:
                break
            ended, told = _work(Path(folder), catalogue, name, seed, first, count - first, max(0.1, left))
            for found in told:
                if "done" in found:
                    first += found["done"]
                else:
                    failure = Failure(
                        name,
                        found["signature"],
                        found["number"],
                        bytes.fromhex(found["input"]),
                        found["trace"],
                    )
                    failures[failure.signature] = failure
            if told and "done" in told[-1]:
                break
            killed = _killed(Path(folder), name, ended)
            failures.setdefault(killed.signature, killed)
            first, deaths = killed.number + 1, deaths + 1
    return Run(name, first, tuple(failures.values()))


def _work(
    folder: Path, catalogue: str, name: str, seed: int, first: int, count: int, seconds: float
) -> tuple[str, list[dict[str, Any]]]:
    """Why the process ended, and what it found."""
    for left in ("number", "found"):
        (folder / left).unlink(missing_ok=True)
    # A server process has imported every parser once: a new process costs nothing.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([CATALOGUE])
    process = context.Process(target=work, args=(catalogue, name, folder, seed, first, count, seconds))
    process.start()
    process.join(min(seconds, _MANY / 1000) + _PATIENCE_SECONDS)
    ended = "didn't return" if process.exitcode is None else _reason(process.exitcode)
    process.kill()
    process.join()
    found = folder / "found"
    return ended, [json.loads(line) for line in found.read_text().splitlines()] if found.exists() else []


def _reason(status: int) -> str:
    if status == -signal.SIGPROF:
        return f"took more than {CPU_SECONDS} s of processor time"
    if status < 0:
        return f"ended the process by {signal.Signals(-status).name}"
    return f"ended the process with status {status}"


def _killed(folder: Path, name: str, ended: str) -> Failure:
    if not (folder / "number").exists():
        raise RuntimeError(f"{name} doesn't start: {(folder / 'trace').read_text()[-2_000:]}")
    trace = (folder / "trace").read_text()[:6_000]
    ours = re.search(rf'File "{re.escape(str(REPOSITORY))}/(?!\.venv)([^"]+)", line \d+ in (\w+)', trace)
    place = f" at {ours[1]}:{ours[2]}" if ours else ""
    number = int((folder / "number").read_text())
    return Failure(name, f"{ended}{place}", number, (folder / "input").read_bytes(), trace)
