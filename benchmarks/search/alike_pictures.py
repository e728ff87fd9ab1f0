"""Whether a picture of what isn't there finds something all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark, UnmeasurableError, real_material
from benchmarks.pages import SEARCH
from benchmarks.rows import Row, at_least, at_most
from evaluation.search.alike_pictures import alike, chosen_on, least_cosine, pictured, unseen

__all__ = ["ALIKE_PICTURES"]

_LEAST_AREA = 0.9
_MOST_FALSE = 0.05


def _measure() -> list[Row]:
    folder = real_material()
    return list(_rows(folder))


def _rows(folder: Path) -> Iterator[Row]:
    least = least_cosine()
    if least is None:
        raise UnmeasurableError("the registry has no alike_cosine for the label bridge")
    for name, pictures in (("those it was chosen on", chosen_on()), ("unseen ones", unseen(folder))):
        found = alike(pictured(pictures), least)
        yield Row(name, "pictures", found.pictures)
        yield Row(name, "subjects", found.subjects)
        yield Row(name, "area under the curve", found.area, bound=at_least(_LEAST_AREA))
        yield Row(name, "false finds", found.false, bound=at_most(_MOST_FALSE))
        yield Row(name, "found where it is there", found.found)
        yield Row(name, "refused as queries", found.refused)


ALIKE_PICTURES = Benchmark(
    name="alike_pictures",
    page=SEARCH,
    title="Pictures as queries",
    about=(
        "The label bridge, its bound chosen on the pictures of scikit-image (the lowest hundredth at which"
        " nothing false is found there) and shown on the pictures and videos of `BRAID_TEST_DATA`. Half of"
        " the subjects are the index, a hundred times by chance; mirrored, dark, blurred, small and cut"
        " renderings of all pictures search it. A query of which no label is likelier than not is refused"
        " and doesn't count as one without an answer."
    ),
    subject="Pictures",
    measure=_measure,
    packages=("numpy", "onnxruntime"),
)
