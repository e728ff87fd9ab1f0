"""Features of many objects: the processor seconds that a job's price expects beside those that are used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from benchmarks.benchmark import Benchmark, UnmeasurableError, real_material
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least
from evaluation.load.processing_times import Worked, work_on

__all__ = ["PROCESSING"]

_FOLDERS = ("media-image", "media-video", "media-audio", "media-document")
_MEGABYTE = 1_000_000


def _measure() -> Iterator[Row]:
    folder = real_material()
    files = [path for name in _FOLDERS for path in sorted((folder / name).rglob("*")) if path.is_file()]
    if not files:
        raise UnmeasurableError(f"{folder} has none of the folders {', '.join(_FOLDERS)}")
    by_kind: dict[str, list[Worked]] = defaultdict(list)
    for each in work_on(files):
        by_kind[each.kind].append(each)
    for kind, worked in by_kind.items():
        seconds = sum(each.seconds for each in worked)
        expected = sum(each.expected_seconds for each in worked)
        yield Row(kind, "objects", len(worked))
        yield Row(kind, "size", sum(each.size_bytes for each in worked) / _MEGABYTE, "MB")
        yield Row(kind, "processor time", seconds, "s")
        yield Row(kind, "an object", seconds / len(worked), "s")
        yield Row(kind, "expected", expected, "s")
        yield Row(kind, "expected by used", expected / seconds, "×", at_least(1.0))


PROCESSING = Benchmark(
    name="processing",
    page=PERFORMANCE,
    title="Features of many objects",
    about=(
        "Real files of each kind (`BRAID_TEST_DATA`), one after the other through what a Processing job does"
        " with an object, the second time that the process sees it, with S3 of the embedded AWS. `expected`"
        " is what `braid process` prices: it leans to the high side, because a file's name and size say"
        " little of how long a video is or how many pages a document has."
    ),
    subject="Kind",
    measure=lambda: list(_measure()),
    packages=("av", "pypdfium2", "pillow"),
    on_request=True,
)
