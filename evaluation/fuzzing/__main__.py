"""Fuzzes every parser, or those named, for some minutes; what fails is kept below build/fuzz.

python -m evaluation.fuzzing --minutes 5 [--seed 1] [--workers 2] [TARGET ...]
python -m evaluation.fuzzing --repeat build/fuzz/manifest-1a2b3c4d.bin
python -m evaluation.fuzzing --list
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from pathlib import Path

from evaluation.fuzzing.campaign import Run, fuzz
from evaluation.fuzzing.targets import TARGETS
from evaluation.fuzzing.worker import REPOSITORY, fault_of

_KEPT = REPOSITORY / "build" / "fuzz"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fuzzing", description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeat", type=Path, metavar="FILE")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    if given.list:
        print("\n".join(TARGETS))
        return 0
    if given.repeat:
        return _repeat(given.repeat)
    if unknown := sorted(set(given.targets) - set(TARGETS)):
        parser.error(f"no target {', '.join(unknown)}; --list names them")
    runs = fuzz(
        given.targets or list(TARGETS),
        seed=given.seed,
        seconds=60 * given.minutes,
        workers=given.workers,
        on_end=_show,
    )
    failures = sum(len(run.failures) for run in runs)
    print(
        f"{sum(run.cases for run in runs):,} inputs, {len(runs)} parsers, seed {given.seed}:"
        f" {failures} failures"
    )
    return 1 if failures else 0


def _show(run: Run) -> None:
    print(f"{run.target:28} {run.cases:9,} inputs", flush=True)
    for failure in run.failures:
        path = failure.keep(_KEPT)
        print(f"    {failure.signature}\n    {path.relative_to(REPOSITORY)}", flush=True)


def _repeat(path: Path) -> int:
    """Reads a kept input once, without limits."""
    name = path.stem.rpartition("-")[0]
    if name not in TARGETS:
        print(f"{path.name} doesn't begin with a target's name", file=sys.stderr)
        return 2
    error = fault_of(TARGETS[name], path.read_bytes())
    if error is None:
        print("It is read, or refused with a declared error.")
        return 0
    traceback.print_exception(error)
    return 1


if __name__ == "__main__":
    sys.exit(main())
