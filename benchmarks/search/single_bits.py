"""Whether any way to keep a vector in single bits finds more than its signs do."""

from __future__ import annotations

from benchmarks.benchmark import Benchmark
from benchmarks.pages import SEARCH
from benchmarks.rows import Row
from evaluation.search.single_bits import recall_of_single_bits

__all__ = ["SINGLE_BITS"]

_VECTORS, _DIMENSIONS, _CLUSTERS = 20_000, 384, 40


def _measure() -> list[Row]:
    ways = recall_of_single_bits(_VECTORS, _DIMENSIONS, _CLUSTERS)
    return [Row(way, "of the true ten", recall) for way, recall in ways]


SINGLE_BITS = Benchmark(
    name="single_bits",
    page=SEARCH,
    title="Ways to keep single bits",
    about=(
        "Single bits find so few of the true ten in the table above because of what is searched, not of how"
        " bits are made: 20,000 vectors of 384 numbers in 40 clusters, as many in each as above, whose"
        " members differ in every direction alike. Of such members the cosine spreads by about 1/√384, and by"
        " as much does what bits tell of it (RaBitQ, Gao and Long 2024). Centring and rotating, at random or"
        " as learnt (ITQ, Gong and Lazebnik 2011), change little; rescoring does."
    ),
    subject="Bits are",
    measure=_measure,
    packages=("numpy",),
)
