"""The job's entry point: ``python -m processing --lists FOLDER --reports FOLDER --message FILE``.

Each list is a file of objects, a line each; SageMaker deals lists out to a job's instances. Of each a report
of the same name is written, a line an object. The exit status is 1 where an object failed.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from braid.domain.asset.asset import asset_id_for
from braid.domain.datasets.features import ObjectReport, SourceObject, list_lines, read_lines
from braid.runtime.settings import read_settings
from processing.features import Settings, make_features

__all__ = ["main"]

_DIED = "the process that looked at it died, twice; it may need more memory than the instance has"


def main(arguments: Sequence[str] | None = None) -> int:
    """Goes through every list; returns the exit status."""
    given = _parse(arguments)
    settings = read_settings(Settings)
    given.reports.mkdir(parents=True, exist_ok=True)
    total = failed = 0
    for path in sorted(given.lists.glob("*.jsonl")):
        items = read_lines(SourceObject, path.read_bytes(), source=path.name)
        reports = list(_reports(items, settings, again=given.again, at_once=given.at_once))
        (given.reports / path.name).write_bytes(list_lines(reports))
        total += len(reports)
        failed += sum(each.outcome == "failed" for each in reports)
    given.message.write_text(f"{total} objects, {failed} failed; the report names each", "utf-8")
    return 1 if failed else 0


def _reports(
    items: Sequence[SourceObject], settings: Settings, *, again: bool, at_once: int
) -> Iterator[ObjectReport]:
    """In the list's order. A file that kills its process costs itself: all that were under way are tried
    once more, each in a process of its own."""
    found = _tried(items, settings, again=again, at_once=at_once)
    for item, report in zip(items, found, strict=True):
        if report is None:
            (report,) = _tried([item], settings, again=again, at_once=1)
        yield report or ObjectReport(asset_id_for(item.source), item.source, "failed", _DIED)


def _tried(
    items: Sequence[SourceObject], settings: Settings, *, again: bool, at_once: int
) -> list[ObjectReport | None]:
    # A fresh interpreter each: decoders and clients don't survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(at_once, mp_context=context) as pool:

        def begin(item: SourceObject) -> Future[ObjectReport] | None:
            with contextlib.suppress(BrokenProcessPool):
                return pool.submit(make_features, item, settings, again=again)
            return None

        def end(future: Future[ObjectReport] | None) -> ObjectReport | None:
            with contextlib.suppress(BrokenProcessPool):
                return None if future is None else future.result()
            return None

        return [end(future) for future in [begin(item) for item in items]]


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m processing", description=__doc__)
    parser.add_argument("--lists", type=Path, required=True, help="a folder of lists of objects")
    parser.add_argument("--reports", type=Path, required=True, help="where reports go")
    parser.add_argument("--message", type=Path, required=True, help="where the job says how it ended")
    parser.add_argument("--again", action="store_true", help="make features anew that are there")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="objects at a time")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
