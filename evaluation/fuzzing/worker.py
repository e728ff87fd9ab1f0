"""Fuzzes one target in a process of its own, which its limits end: too much processor time, memory, a crash.

A folder has the number and the bytes of the case at work, what was found, and where Python was when a
limit ended it. Each error that is no refusal is found once, with the smallest input that raises it.
"""

from __future__ import annotations

import faulthandler
import hashlib
import importlib
import json
import logging
import os
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from evaluation.fuzzing.mutations import mutated
from evaluation.fuzzing.target import Target

__all__ = ["CPU_SECONDS", "REPOSITORY", "case", "digest", "fault_of", "signature_of", "work"]

REPOSITORY = Path(__file__).resolve().parents[2]
# Beside what is loaded: less than the smallest function of ours has.
_MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 10
_MINIMISING_RUNS = 300


def case(target: Target, seed: int, number: int) -> bytes:
    """The input of that number: the same on every machine."""
    return mutated(target.seeds(), target.form, random.Random(f"{target.name} {seed} {number}"))


def fault_of(target: Target, data: bytes) -> BaseException | None:
    """What reading ``data`` raises that is no refusal."""
    try:
        target.read(data)
    except target.refusals:
        return None
    except BaseException as error:  # noqa: BLE001  # whatever else comes out is what is looked for
        return error
    return None


def signature_of(error: BaseException) -> str:
    """Its class and where in our code it came out: errors of one kind have the same."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(str(REPOSITORY)) and ".venv" not in frame.filename
    ]
    ours = [frame for frame in frames if "evaluation/fuzzing" not in frame.filename]
    place = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(place.filename).relative_to(REPOSITORY)}:{place.name}"


def work(catalogue: str, name: str, folder: Path, seed: int, first: int, count: int, seconds: float) -> None:
    """What the process does: ``count`` cases from the ``first`` on, or as many as ``seconds`` take."""
    with open(folder / "trace", "w") as trace, open(folder / "found", "a") as found:
        os.dup2(trace.fileno(), sys.stderr.fileno())
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        target: Target = importlib.import_module(catalogue).TARGETS[name]
        target.seeds()
        _limit_memory()
        faulthandler.enable(trace)
        # Python's own handlers wait until C returns; this one writes where it is and lets the signal end it.
        faulthandler.register(signal.SIGPROF, trace, chain=True)
        numbers = _fuzz(target, folder, found, seed, first, count, seconds)
        print(json.dumps({"done": numbers}), file=found)


def _fuzz(
    target: Target, folder: Path, found: TextIO, seed: int, first: int, count: int, seconds: float
) -> int:
    began, number, seen = time.monotonic(), first, set()
    while number < first + count and time.monotonic() - began < seconds:
        data = case(target, seed, number)
        (folder / "number").write_text(str(number))
        error = _watched(target, data, folder)
        if error is not None and (signature := signature_of(error)) not in seen:
            seen.add(signature)
            trace_text = "".join(traceback.format_exception(error))[-6_000:]
            told = {"number": number, "signature": signature, "trace": trace_text, "input": data.hex()}
            print(json.dumps(told), file=found, flush=True)
            small = _smallest(data, _failing_alike(target, folder, signature))
            print(json.dumps({**told, "input": small.hex()}), file=found, flush=True)
        number += 1
    return number - first


def _watched(target: Target, data: bytes, folder: Path) -> BaseException | None:
    (folder / "input").write_bytes(data)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        return fault_of(target, data)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _failing_alike(target: Target, folder: Path, signature: str) -> Callable[[bytes], bool]:
    def fails(tried: bytes) -> bool:
        error = _watched(target, tried, folder)
        return error is not None and signature_of(error) == signature

    return fails


def _smallest(data: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """A part of ``data`` that still fails: halves, quarters and so on are left out while that can be."""
    runs, size = 0, len(data) // 2
    while size and runs < _MINIMISING_RUNS:
        begin = 0
        while begin < len(data) and runs < _MINIMISING_RUNS:
            tried = data[:begin] + data[begin + size :]
            runs += 1
            if fails(tried):
                data = tried
            else:
                begin += size
        size //= 2
    return data


def _limit_memory() -> None:
    status = Path("/proc/self/statm")
    if not status.exists():
        return  # macOS counts no address space against a limit
    used = int(status.read_text().split()[0]) * resource.getpagesize()
    most = used + _MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def digest(signature: str) -> str:
    """A short name for what is kept of a failure."""
    return hashlib.sha256(signature.encode()).hexdigest()[:8]
