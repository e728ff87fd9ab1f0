"""What the models of search know: products by their pictures, wide and narrow questions."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.benchmark import Benchmark
from benchmarks.pages import SEARCH
from benchmarks.rows import Row, at_least, at_most
from evaluation.search.contrastive import learn, made_pairs
from evaluation.search.diagnosis import gap, level_recalls, ranking, shelf
from evaluation.search.products import products, query_sets
from evaluation.search.providers import Provider, local_providers
from evaluation.search.vector_sizes import by_dimensions

__all__ = ["CONTRASTIVE", "SEARCH_MODELS", "VECTOR_DIMENSIONS"]

_LEAST_HELD_OUT = 0.8
_VECTORS = 20_000


def _measure_models() -> list[Row]:
    with local_providers() as providers:
        return [row for provider in providers for row in _model_rows(provider)]


def _model_rows(provider: Provider) -> Iterator[Row]:
    """A line for each question, a column for each model."""
    found, sets = products(), query_sets()
    here, name = shelf(provider, found), provider.name
    yield Row("of eight products, how many have a vector", name, len(here.names))
    sneaker = ranking(provider, here, "suede sneaker", "sneaker")
    if sneaker.place:
        yield Row("“suede sneaker”: the sneaker's place", name, sneaker.place)
        yield Row("“suede sneaker”: its distance", name, sneaker.distances[sneaker.place - 1])
    for query, right in sets.cross_modal.items():
        place = ranking(provider, here, query, right).place
        yield Row(f"“{query}”: the {right} comes first", name, float(place == 1))
    for level in (sets.granularity, sets.context):
        for query, recall in level_recalls(provider, level).items():
            yield Row(f"“{query}”: {len(level.queries[query])} in front", name, recall)
    if provider.is_joint and here.names:
        texts = provider.texts([item.text for item in found if item.name in here.names])
        apart = gap(texts, here.rows)
        yield Row("modality gap, between the means", name, apart.distance)
        yield Row("cosine of a picture with its own text", name, apart.pairs)
        yield Row("cosine of two texts", name, apart.texts)


def _measure_contrastive() -> list[Row]:
    learnt = learn(made_pairs(300, seed=1), made_pairs(100, seed=2))
    name = "a matrix of 64 by 64"
    return [
        Row(name, "loss before", learnt.losses[0]),
        Row(name, "loss after", learnt.losses[-1], bound=at_most(learnt.losses[0] / 4)),
        Row(name, "own picture first, before", learnt.recall_before),
        Row(name, "after", learnt.recall_after, bound=at_least(_LEAST_HELD_OUT)),
    ]


def _measure_dimensions() -> list[Row]:
    rows = []
    for sized in by_dimensions(_VECTORS):
        name = str(sized.dimensions)
        rows += [
            Row(name, "size", sized.bytes_each * _VECTORS / 1e6, "MB"),
            Row(name, "processor time a query", sized.ms, "ms"),
            Row(name, "of the true ten", sized.recall),
        ]
    return rows


SEARCH_MODELS = Benchmark(
    name="search_models",
    page=SEARCH,
    title="What the models know",
    about=(
        "The eight products of `samples/products`, by titles and descriptions where a model reads and"
        " by their drawn pictures where it sees; what people mean without naming it (“furry pet"
        " playing”, “morning beverage”, “celebration moment”, “peaceful evening by the water”, “fast"
        " red vehicle”); and questions of several widths and words of two senses over sentences"
        " (`evaluation/search/queries.toml`), each with the share of its right answers in front. The"
        " label bridge is made for photographs and knows few drawings. `python -m evaluation.search`"
        " shows every question, writes the heatmaps, and asks a model of Bedrock or your own server as"
        " well."
    ),
    subject="Asked",
    measure=_measure_models,
    packages=("numpy",),
)
CONTRASTIVE = Benchmark(
    name="contrastive_head",
    page=SEARCH,
    title="What pairs teach",
    about=(
        "Contrastive learning in numpy (`evaluation/search/contrastive.py`): pictures and texts of 300"
        " made classes, seen through two maps that don't know each other, and a matrix learnt from"
        " their pairs in 200 steps. Counted are the texts of 100 other classes that find their own"
        " picture first."
    ),
    subject="Learnt",
    measure=_measure_contrastive,
    packages=("numpy",),
)
VECTOR_DIMENSIONS = Benchmark(
    name="vector_dimensions",
    page=SEARCH,
    title="Shorter vectors",
    about=(
        f"{_VECTORS:,} made vectors of 1,024 numbers, cut to their first ones: what is lost of the ten"
        " nearest where a vector that wasn't learnt to be cut (Matryoshka) is. A model is asked for its"
        " length instead, which is why the index's name has it."
    ),
    subject="Numbers kept",
    measure=_measure_dimensions,
    packages=("numpy",),
)
