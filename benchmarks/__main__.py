"""Measures, and writes docs/performance.md and docs/reliability.md.

    python -m benchmarks [--check] [--page PAGE | NAME ...]

Without names everything is measured that doesn't take long; of a page everything. With ``--check`` nothing
is written, and the exit status is 1 where a bound doesn't hold or can't be measured; without names that
holds the short ones alone. What can't be measured here (its material isn't there) keeps its section and is
listed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.catalogue import BENCHMARKS
from benchmarks.machine import measured_on
from benchmarks.pages import PAGES, section, write_section
from benchmarks.rows import Row, figure


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures Braid.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--page", choices=PAGES, help="everything on it, which takes hours for some")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a bound doesn't hold")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is named {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    broken = []
    for name in options.names or _unnamed(options.page, is_check=options.check):
        benchmark = BENCHMARKS[name]
        print(f"{name}: {benchmark.title}", flush=True)
        try:
            rows = benchmark.measure()
        except UnmeasurableError as error:
            print(f"  not measured: {error}", flush=True)
            broken += [f"{name}: not measured: {error}"] if options.check else []
            continue
        for row in rows:
            print(f"  {_line(row)}", flush=True)
        broken += [f"{name}: {_line(row)}" for row in rows if not row.is_within]
        if not options.check:
            _write(benchmark, rows)
    for line in broken:
        print(f"doesn't hold: {line}", file=sys.stderr)
    return 1 if broken and options.check else 0


def _unnamed(page: str | None, *, is_check: bool) -> list[str]:
    """What is measured where nothing is named."""
    if page is not None:
        return [name for name, it in BENCHMARKS.items() if it.page == PAGES[page]]
    return [name for name, it in BENCHMARKS.items() if (it.is_short if is_check else not it.on_request)]


def _write(benchmark: Benchmark, rows: Sequence[Row]) -> None:
    today = datetime.now(UTC).date()
    where = measured_on(today, benchmark.packages)
    written = section(benchmark.title, benchmark.about, benchmark.subject, rows, where)
    write_section(benchmark.page, benchmark.name, written)


def _line(row: Row) -> str:
    bound = f" ({row.bound})" if row.bound else ""
    return f"{row.name}, {row.measure}: {figure(row.value)} {row.unit}".rstrip() + bound


if __name__ == "__main__":
    sys.exit(main())
