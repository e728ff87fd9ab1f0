"""What search promises, each with its bound: right, exact, quick, cheap, and gone when it shall be."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Bound, Row, at_least, at_most
from benchmarks.search.found import measure_found
from benchmarks.search.sizes import measure_time
from evaluation.search.brute_force import agreement_with_brute_force
from evaluation.search.indexing_twice import indexed_twice
from evaluation.search.publish_to_found import seconds_to_found

__all__ = ["FOUND_AFTER_PUBLISH", "SEARCH_PROMISES"]

_MOST_USD = 0.005
_MOST_SECONDS = 5.0
_MEASURE = "measured"
# Of the tables of docs/search.md, what is promised.
_ANSWERS = {
    ("exact terms", "answer first"): "exact terms: the answer comes first",
    ("about nothing here", "area under the curve"): "questions with and without an answer told apart, AUROC",
    ("about nothing here", "something found"): "something found where nothing is, of held-out questions",
    (
        "32-bit floats",
        "times a bare product",
    ): "a query of 100,000 vectors by a vector alone, times numpy's product",
}


def _measure() -> list[Row]:
    return [*_exactness(), *_answers(), *_indexing()]


def _exactness() -> Iterator[Row]:
    found, in_order = agreement_with_brute_force()
    yield _row("embedded S3 Vectors: of brute force's nearest ten", found, at_least(1.0))
    yield _row("embedded S3 Vectors: queries in the same order, equals by key", in_order, at_least(1.0))


def _answers() -> Iterator[Row]:
    for row in (*measure_found(), *measure_time()):
        if name := _ANSWERS.get((row.name, row.measure)):
            yield _row(name, row.value, row.bound)


def _indexing() -> Iterator[Row]:
    run = indexed_twice()
    yield _row("ten minutes of video: vectors", run.vectors)
    yield _row("ten minutes of video: USD", run.usd, at_most(_MOST_USD))
    yield _row("indexed again: model calls", run.calls_again, at_most(0))
    yield _row("indexed again: vectors changed", run.puts_again, at_most(0))
    yield _row("made again after its index was lost: model calls", run.calls_after_loss, at_most(0))
    yield _row("deleted: vectors left", run.left, at_most(0))


def _row(name: str, value: float, bound: Bound | None = None) -> Row:
    return Row(name, _MEASURE, value, bound=bound)


def _measure_found_after_publish() -> list[Row]:
    waited = sorted(seconds_to_found())
    name = f"{len(waited)} text files, one after the other"
    return [
        Row(name, "quickest", waited[0], "s"),
        Row(name, "median", waited[len(waited) // 2], "s", at_most(_MOST_SECONDS)),
        Row(name, "slowest", waited[-1], "s"),
    ]


SEARCH_PROMISES = Benchmark(
    name="search_promises",
    page=PERFORMANCE,
    title="What search promises",
    about=(
        "Exactness on 20,000 vectors of 384 numbers, 200 of them equals of others, and 100 queries, against"
        " distances in 64 bits. Answers over the 60 assets and held-out questions of [search.md](search.md),"
        " which has the whole tables. Indexing with Titan's models at list price, whose answers are stood in"
        " for, of 60 keyframes and 100 utterances, with the puts and the first month of the vectors. An empty"
        " index costs nothing; `braid cost idle` has what stands around it."
    ),
    subject="Promise",
    measure=_measure,
    packages=("numpy",),
)
FOUND_AFTER_PUBLISH = Benchmark(
    name="found_after_publish",
    page=PERFORMANCE,
    title="From published to found",
    about=(
        "The embedded AWS with the stacks as `braid up` deploys them: from the time of an asset's \"Asset"
        ' Processed" to the end of the first search that finds a number that stands in it alone, through the'
        " rule, the queue and both functions. Searches are asked ten times a second meanwhile. Wall time on a"
        " machine that may have had other work."
    ),
    subject="Dropped",
    measure=_measure_found_after_publish,
    packages=("numpy",),
)
