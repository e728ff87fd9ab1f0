"""The console over 78,000 records: how soon it is there, what a page takes, and whether it counts right."""

from __future__ import annotations

import os
import re
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from evaluation.faults.deployment import deployed
from evaluation.load.console_visits import POSTS_OF, fill, visiting

__all__ = ["CONSOLE"]

_RECORDS = int(os.environ.get("BRAID_CONSOLE_RECORDS", "78000"))
_PAGES = 40
_REPEATS = 5
_LINKED = re.compile(r"/posts/(asset-\d+)")
# However far down a page is, it costs what one near the beginning does.
_DEEPER = 1.5


def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with deployed(home, wait_scale=1.0) as deployment:
            fill(deployment.target, _RECORDS)
            return _rows(deployment.target, home)


def _rows(target: Any, home: Path) -> list[Row]:
    starts = []
    for _ in range(_REPEATS):
        with visiting(target, home) as visit:
            starts.append((visit.seconds_to_address, visit.seconds_to_first_list))
    with visiting(target, home) as visit:
        first = [visit.get(f"{visit.base}/") for _ in range(2 * _REPEATS)]
        pages = list(visit.pages(_PAGES))
        wrong = sum(visit.counted(text) != _RECORDS for text, _ in (*first, *pages))
        posts, files = [visit.get(f"{visit.base}/posts")], -(-_RECORDS // POSTS_OF)
        posts += visit.pages_after(posts[0][0], _PAGES)
        wrong_files = sum(visit.counted_files(text) != files for text, _ in posts)
        shown = len({name for text, _ in posts for name in _LINKED.findall(text)})
        seen = [visit.seconds_until_seen(number) for number in range(_REPEATS)]
    lists = [milliseconds for _, milliseconds in first]
    times = [milliseconds for _, milliseconds in pages]
    posted = [milliseconds for _, milliseconds in posts]
    third = len(times) // 3
    deeper = statistics.median(times[-third:]) / statistics.median(times[:third])
    name = f"{_RECORDS:,} records"
    return [
        Row(name, "address printed", statistics.median(address for address, _ in starts), "s"),
        Row(name, "first list from nothing", statistics.median(listed for _, listed in starts), "s"),
        Row(name, "list", statistics.median(lists), "ms"),
        Row(name, "next page", statistics.median(times), "ms"),
        Row(name, "slowest of the next pages", max(times), "ms"),
        Row(name, "last third of the pages against the first", deeper, "×", at_most(_DEEPER)),
        Row(name, "status change seen, slowest", max(seen), "s"),
        Row(name, "pages with a wrong count", wrong, bound=at_most(0)),
        Row(f"{files} files of posts among them", "next page", statistics.median(posted), "ms"),
        Row(f"{files} files of posts among them", "pages with a wrong count", wrong_files, bound=at_most(0)),
        Row(f"{files} files of posts among them", "files that no page has", files - shown, bound=at_most(0)),
    ]


CONSOLE = Benchmark(
    name="console",
    page=PERFORMANCE,
    title="The console over many records",
    about=(
        "`braid console` as a person starts it, over a table of the embedded AWS with records of 90 days;"
        f" the medians of {_REPEATS} starts, {2 * _REPEATS} lists and {_PAGES} pages one after the other."
        " A change is seen when the page that follows the event stream shows it. Wall time on a machine that"
        " may have had other work; most of a page's is the embedded DynamoDB's, which evaluates a query's"
        " condition item by item and answers one request at a time. `BRAID_CONSOLE_RECORDS` sets how many"
        " records."
    ),
    subject="Table",
    measure=_measure,
    on_request=True,
)
