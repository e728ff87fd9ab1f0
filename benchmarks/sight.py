"""The engines that look at photographs, and the one that finds names, on material whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import ENGINES
from benchmarks.rows import Row, at_least, at_most
from evaluation.entities import Score, sentences
from evaluation.photographs import LABELS, QUERIES
from evaluation.sight import entity_score, explicit_probabilities, found_first, is_fetched, named

__all__ = ["BENCHMARKS"]

_BINS = ((0.95, 1.0), (0.85, 0.95), (0.65, 0.85))
_SKIN_COLOURED = "retina"  # a round field of reds, like no everyday photograph
_NAMES = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "COMMERCIAL_ITEM", "EVENT", "TITLE"})


def _needs(name: str) -> None:
    if not is_fetched(name):
        raise UnmeasurableError(f"the weights {name} aren't fetched (braid engines fetch)")


def _labels() -> Iterator[Row]:
    _needs("labels")
    measured = named()
    found = measured.labels
    for least, most in _BINS:
        inside = [item for item in found if least <= item[0] < most or item[0] == most == 1]
        name = f"confidence {least:g} to {most:g}"
        yield Row(name, "labels", len(inside))
        if inside:
            yield Row(name, "mean confidence", mean(sure for sure, _ in inside))
            yield Row(name, "share right", mean(right for _, right in inside))
    right = [is_right for _, is_right in found]
    yield Row("together", "labels", len(right))
    yield Row("together", "share right", mean(right), bound=at_least(0.85))
    yield Row("together", "processor time a picture", 1000 * measured.seconds_each, "ms")


def _explicit() -> Iterator[Row]:
    _needs("explicit")
    found = explicit_probabilities()
    for group, names, most in (
        ("harmless photographs", set(LABELS), 0.39),
        ("of them an eye's retina", {_SKIN_COLOURED}, 0.39),
        ("of them all others", set(LABELS) - {_SKIN_COLOURED}, 0.15),
    ):
        probabilities = [probability for name, probability in found if name in names]
        yield Row(group, "pictures", len(probabilities))
        yield Row(group, "mean", mean(probabilities))
        yield Row(group, "highest", max(probabilities), bound=at_most(most))


def _bridge() -> Iterator[Row]:
    _needs("labels")
    yield Row("a sentence each", "photographs", len(QUERIES))
    yield Row("a sentence each", "found first", found_first(), bound=at_least(len(QUERIES) - 1))


def _entities() -> Iterator[Row]:
    _needs("entities")
    for name, types in (("names", _NAMES), ("dates, quantities and addresses", None), ("all", None)):
        if name.startswith("dates"):
            types = frozenset({"DATE", "QUANTITY", "OTHER"})
        yield from _scored(name, entity_score(types), least_f1=0.83 if name == "all" else None)
    yield Row("all", "sentences", len(sentences()))


def _scored(name: str, found: Score, *, least_f1: float | None) -> Sequence[Row]:
    bound = at_least(least_f1) if least_f1 is not None else None
    return (
        Row(name, "precision", found.precision),
        Row(name, "recall", found.recall),
        Row(name, "F1", found.f1, bound=bound),
    )


BENCHMARKS = (
    Benchmark(
        name="labels",
        page=ENGINES,
        title="Labels of photographs",
        about=(
            "EfficientNet-Lite0 on the photographs of scikit-image in six renderings each"
            " (`evaluation/photographs.py`): how sure its labels are, and how often such labels are right. It"
            " can't judge scenes, actions and people, nor what has no class of ImageNet, and names nothing in"
            " drawings, pages and screens. Half of these photographs were among the 23 that its confidences"
            " were fitted on: that set isn't in this project, and no script fits them again. Four"
            " photographs carry most of the 66 labels (a cat 24, a cup of coffee 18, a motorcycle 12, a"
            " photographer 6), so that shares say little of other things."
        ),
        subject="Labels with",
        measure=lambda: list(_labels()),
        packages=("onnxruntime",),
    ),
    Benchmark(
        name="explicit",
        page=ENGINES,
        title="Explicit pictures",
        about=(
            "open_nsfw on the same harmless photographs: the probability that a picture is explicit. What it"
            " misses can't be measured here: there is no explicit picture in this project. Means over"
            " mirrored pictures, crops and a second size were tried: they took the highest from 0.284 to"
            " 0.339, 0.276 and 0.283, and 36 other harmless pictures from a mean of 0.0058 to 0.0064, 0.0063"
            " and 0.0062, so that each is looked at once. Violence, drugs, gestures, symbols and every other"
            " category aren't judged at all, and are listed as missing."
        ),
        subject="Pictures",
        measure=lambda: list(_explicit()),
        packages=("onnxruntime",),
    ),
    Benchmark(
        name="bridge",
        page=ENGINES,
        title="Photographs found by words",
        about=(
            "Photographs of scikit-image by sentences that were written before anything was looked for,"
            " through the bridge of labels. It knows what has a label: no looks, no moods, no actions."
        ),
        subject="Queries",
        measure=lambda: list(_bridge()),
        packages=("onnxruntime",),
    ),
    Benchmark(
        name="entities",
        page=ENGINES,
        title="Entities of English texts",
        about=(
            "Patterns and spaCy's recogniser on sentences of our own from eight domains"
            " (`evaluation/entities/sentences.txt`); an entity counts with the same type and text. The"
            " patterns alone have an F1 of 0.58, the recogniser alone 0.72: each is used for what it does"
            " better."
        ),
        subject="Entities",
        measure=lambda: list(_entities()),
        packages=("spacy",),
    ),
)
