"""The three workflow patterns, deployed, over the same asset as one, two and three modalities."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.pages import DESIGNING
from benchmarks.rows import Row, at_most
from evaluation.load.patterns import PATTERNS, differences, run_patterns

__all__ = ["PATTERNS_DEPLOYED"]

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_WORDS, _PICTURE = (_SAMPLES / "mug.bundle" / name for name in ("mug.md", "mug.jpg"))
_ROUNDS = 2
_ASSETS = {
    "text": (_WORDS,),
    "picture and text": (_PICTURE, _WORDS),
    "speech, picture and text": (_SAMPLES / "talk.mp4", _PICTURE, _WORDS),
}


def _measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as home:
        runs = run_patterns(Path(home), _ASSETS, rounds=_ROUNDS)
    for pattern in PATTERNS:
        for name, attempt in runs[pattern].items():
            line = f"{pattern}, {name}"
            yield Row(line, "states", attempt.states)
            yield Row(line, "wall time", attempt.seconds, "s")
            yield Row(line, "cost", attempt.usd, "$")
            differing = sum(1 for _ in differences(runs[PATTERNS[0]][name], attempt))
            yield Row(line, "places that differ", differing, bound=at_most(0))


PATTERNS_DEPLOYED = Benchmark(
    name="patterns",
    page=DESIGNING,
    title="The patterns, measured",
    about=(
        "The same asset as one, two and three modalities (a mug's description; its picture too; a talk"
        " of 34 seconds as well) through each pattern, deployed by its knob into the embedded AWS one"
        " after the other, one asset at a time; the shorter of two rounds. Wall time is the execution's,"
        " with local engines in the services' place, on a machine that may have had other work; cost is"
        " the receipt's, at AWS prices. Places that differ are those of all published documents, times"
        " aside, against the shipped pattern's."
    ),
    subject="Pattern and modalities",
    measure=lambda: list(_measure()),
    on_request=True,
)
