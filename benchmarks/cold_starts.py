"""What importing each handler takes, and how much of ours it reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from evaluation.load.cold_start import CORE_ONLY, import_ratios, imported_by

__all__ = ["COLD_STARTS"]

_LAMBDAS = Path(__file__).resolve().parents[1] / "lambdas"
_MOST_OF_FLOOR = 1.15
# With the libraries of pictures, video and pages, or those that mark pictures.
_MOST_OF_FLOOR_WITH_MEDIA = 1.4


def _measure() -> list[Row]:
    handlers = sorted(
        f"{path.parent.relative_to(_LAMBDAS).as_posix().replace('/', '.')}.{path.stem}"
        for path in _LAMBDAS.rglob("handler_*.py")
    )
    return list(_rows(handlers))


def _rows(handlers: list[str]) -> Iterator[Row]:
    for name, ratio in import_ratios(handlers).items():
        imported = imported_by(name)
        most = _MOST_OF_FLOOR if name in CORE_ONLY else _MOST_OF_FLOOR_WITH_MEDIA
        yield Row(name, "times the floor", ratio, "", at_most(most))
        yield Row(name, "modules of ours", imported.modules)
        yield Row(name, "their source", imported.source_bytes / 1024, "KiB")


COLD_STARTS = Benchmark(
    name="cold-starts",
    page=PERFORMANCE,
    title="Cold starts",
    about=(
        "Processor time of importing each handler in a fresh interpreter, over that of what no function can"
        " do without (boto3 with a client, Powertools' logger); the least of 5 turns. Handlers make their"
        " clients at the first call, which is why an import may take less than that. Most of what is"
        " above it is Python making our classes. What of ours it reads comes beside; `tests/architecture`"
        " holds handlers without the media layer to 1.26, which other work on a machine doesn't break."
    ),
    subject="Handler",
    measure=_measure,
    is_short=True,
)
