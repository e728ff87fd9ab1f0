"""What search finds in two hundred real files, by how the answer got in and by which model."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.benchmark import Benchmark, real_material
from benchmarks.pages import SEARCH
from benchmarks.rows import Row, at_least
from braid.retrieval.searched import Searched
from evaluation.search.providers import local_providers
from evaluation.search.real_files import FILES, chosen_files, observed, questions
from evaluation.search.searching import IndexedCollection, indexed

__all__ = ["FOUND_IN_REAL_FILES"]

_LEAST_WRITTEN = 0.9
_AMONG = 5
_CALLED = {
    "written": "written in documents, captions, tables",
    "read_in_pictures": "read in pictures",
    "seen": "seen in pictures",
    "said": "said",
}


def _measure() -> list[Row]:
    folder = real_material()
    return list(_rows(folder))


def _rows(folder: Path) -> Iterator[Row]:
    assets = [asset for path in chosen_files(folder) if (asset := observed(path)) is not None]
    with local_providers() as providers:
        spaces = [(provider.space, provider.embedder) for provider in providers]
        searched = indexed(assets, spaces)
        both = searched.searched
        for group, asked in questions().items():
            name = _CALLED[group]
            yield Row(name, "questions", len(asked))
            bound = at_least(_LEAST_WRITTEN) if group == "written" else None
            yield Row(name, "among five", _recall(searched, asked, both), bound=bound)
            for provider, alone in zip(providers, both, strict=True):
                yield Row(name, f"{provider.name} alone", _recall(searched, asked, [alone]))


def _recall(searched: IndexedCollection, asked: dict[str, list[str]], spaces: Sequence[Searched]) -> float:
    """The share of questions of which a file that answers them is among the first five."""
    return statistics.fmean(
        any(name.endswith(tuple(right)) for name in searched.find(question, spaces)[:_AMONG])
        for question, right in asked.items()
    )


FOUND_IN_REAL_FILES = Benchmark(
    name="found_in_real_files",
    page=SEARCH,
    title="What is found in real files",
    about=(
        f"{FILES} files that other people made (`BRAID_TEST_DATA`): PDFs, office documents, scans,"
        " photographs, recordings, videos, captions and JSON, read, heard and seen by this machine's"
        " engines and indexed as the step does it; those that are refused or hold nothing aren't in the"
        " index. The questions (`evaluation/search/real_files.toml`) were written from the files' own"
        " words and pictures before any was asked. A question counts where a file that answers it is"
        " among the first five: in all spaces together, as a search asks them, and in each model's"
        " alone."
    ),
    subject="The answer is",
    measure=_measure,
    packages=("numpy",),
)
