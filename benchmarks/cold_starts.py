"""What importing each handler takes, and how much of ours it reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from evaluation.load.cold_start import import_ratios, imported_by

__all__ = ["COLD_STARTS"]

_LAMBDAS = Path(__file__).resolve().parents[1] / "lambdas"
# With the libraries of pictures, video and pages.
_MOST_OF_FLOOR = 1.8


def _measure() -> list[Row]:
    handlers = sorted(
        f"{path.parent.relative_to(_LAMBDAS).as_posix().replace('/', '.')}.{path.stem}"
        for path in _LAMBDAS.rglob("handler_*.py")
    )
    return list(_rows(handlers))


def _rows(handlers: list[str]) -> Iterator[Row]:
    for name, ratio in import_ratios(handlers).items():
        imported = imported_by(name)
        yield Row(name, "times the floor", ratio, "", at_most(_MOST_OF_FLOOR))
        yield Row(name, "modules of ours", imported.modules)
        yield Row(name, "their source", imported.source_bytes / 1024, "KiB")


COLD_STARTS = Benchmark(
    name="cold-starts",
    page=PERFORMANCE,
    title="Cold starts",
    about=(
        "Processor time of importing each handler in a fresh interpreter, over that of what no function can"
        " do without (boto3 with a client, Powertools' logger); the least of 5 turns. What of ours it"
        " reads comes beside. `tests/architecture` holds handlers without the media layer to 1.26."
    ),
    subject="Handler",
    measure=_measure,
)
