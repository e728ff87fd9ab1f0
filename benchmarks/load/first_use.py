"""How long a newcomer waits: from nothing to deployed stacks, and that again, when they were synthesized."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from evaluation.faults.deployment import deployed

__all__ = ["FIRST_USE"]

# Of the first start, which also synthesizes.
_MOST_AGAIN = 0.7
_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_FILES = tuple(_SAMPLES / name for name in ("talk.mp4", "portrait.jpg", "rental.pdf", "mug.bundle"))
_SECONDS = 300.0


def _measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first, assets_first = _use(home)
        again, assets_again = _use(home)
    yield Row("first", "stacks deployed", first, "s")
    yield Row("first", "four samples ended", assets_first, "s")
    yield Row("again", "stacks deployed", again, "s")
    yield Row("again", "four samples ended", assets_again, "s")
    yield Row("again", "stacks deployed, times the first", again / first, "×", at_most(_MOST_AGAIN))


def _use(home: Path) -> tuple[float, float]:
    """Seconds until the stacks stand, and from there until the last sample has ended."""
    began = time.monotonic()
    with deployed(home, wait_scale=0.1, loads_engines=True) as deployment:
        stands = time.monotonic()
        for asset_id in [deployment.send([path])[0] for path in _FILES]:
            if not deployment.settled(asset_id, _SECONDS):
                raise AssertionError(f"{asset_id} hasn't ended")
        return stands - began, time.monotonic() - stands


FIRST_USE = Benchmark(
    name="first-use",
    page=PERFORMANCE,
    title="Starting on a laptop",
    about=(
        "What `make demo` does after its set-up: the embedded AWS is started, the stacks deployed into it"
        " while the engines load, four samples are dropped at once and end; then everything once more in the"
        " same folder, with the stacks synthesized. Wall time, with package and file caches warm; every"
        " function starts cold."
    ),
    subject="Start",
    measure=lambda: list(_measure()),
)
