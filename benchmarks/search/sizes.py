"""How long a search among many vectors takes, and what smaller vectors lose."""

from __future__ import annotations

from benchmarks.benchmark import Benchmark
from benchmarks.pages import SEARCH
from benchmarks.rows import Row, at_least, at_most
from evaluation.search.query_times import timed_queries
from evaluation.search.vector_sizes import kept_in_fewer_bits, time_against_a_bare_product

__all__ = ["VECTOR_QUERIES", "VECTOR_SIZES", "measure_time"]

_MOST_TIMES = 1.5
_MOST_TIMES_ASKED = 2.5
_VECTORS = 100_000
_DIMENSIONS = 384
_LEAST_RECALL = {"8-bit integers": 0.97, "single bits, 800 rescored": 0.999}


def measure_time() -> list[Row]:
    """How long a query takes, beside numpy's product."""
    seconds, times = time_against_a_bare_product(_VECTORS, _DIMENSIONS)
    return [
        Row("32-bit floats", "processor time a query", seconds * 1000, "ms"),
        Row("32-bit floats", "times a bare product", times, bound=at_most(_MOST_TIMES)),
    ]


def _measure_sizes() -> list[Row]:
    rows = measure_time()
    for kept in kept_in_fewer_bits(_VECTORS, _DIMENSIONS):
        rows.append(Row(kept.how, "size", kept.bytes_each * _VECTORS / 1e6, "MB"))
        least = _LEAST_RECALL.get(kept.how)
        bound = at_least(least) if least else None
        rows.append(Row(kept.how, "of the true ten", kept.recall, bound=bound))
    return rows


VECTOR_SIZES = Benchmark(
    name="vector_sizes",
    page=SEARCH,
    title="100,000 vectors",
    about=(
        "384 numbers each, in 200 clusters, searched by 100 others of them: the time of a query by a vector"
        " alone, as a picture asks it, of the embedded S3 Vectors, for ten of them, beside that of numpy's"
        " product with a partition, and what is lost of the"
        " ten nearest where fewer bits are kept. S3 Vectors keeps 32-bit floats alone; the others are for"
        " an index that is carried away. Integers are scaled by each vector's largest number. Single bits"
        " find candidates, which the floats put in order: of 500 in a cluster bits can hardly tell which are"
        " nearest, so that it takes some hundreds."
    ),
    subject="Kept as",
    measure=_measure_sizes,
    is_short=True,
    packages=("numpy",),
)


def _measure_queries() -> list[Row]:
    rows = []
    for timed in timed_queries(_VECTORS, _DIMENSIONS):
        rows.append(Row(timed.asked, "processor time a query", timed.seconds * 1000, "ms"))
        rows.append(Row(timed.asked, "times a bare product", timed.times, bound=at_most(_MOST_TIMES_ASKED)))
    return rows


VECTOR_QUERIES = Benchmark(
    name="vector_queries",
    page=SEARCH,
    title="What is asked of 100,000 vectors",
    about=(
        "384 numbers each, with the metadata of citations and thirteen words, one of which stands in all: the"
        " time of what a search asks the embedded S3 Vectors for, sixty at first. A picture asks by its"
        " vector, a text by its vector and its words (BM25) together; a profile is a quarter of them. The"
        " first query with a filter's key or with a word is slower: what is kept of it is made then."
    ),
    subject="Asked by",
    measure=_measure_queries,
    packages=("numpy",),
)
