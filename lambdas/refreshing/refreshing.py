"""One refresh: drift against the stored baseline, the library's order, and what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from braid.domain.generation.library import LIBRARY_KEY, PromptLibrary, refreshed_library
from braid.domain.generation.quality import (
    LEAST_FOR_A_BASELINE,
    Baseline,
    Drift,
    Ending,
    baseline_of,
    drift_of,
)
from braid.store.documents import DocumentStore

__all__ = ["Measured", "measure", "refresh_library"]

_BASELINE_KEY = "generation/quality/baseline.json"


@dataclass(frozen=True)
class Measured:
    """Against which baseline what drifted, or why nothing can be said yet."""

    baseline_at: str | None
    drifts: tuple[Drift, ...]
    note: str


def measure(
    endings: Sequence[Ending], *, store: DocumentStore, now: str, since: str, is_new: bool
) -> Measured:
    """The drift of what ended after the baseline was taken, and after ``since``.

    Where there is none, or ``is_new``, these endings become the baseline as soon as they are enough; the one
    before stays beside it, under the moment when it was taken.
    """
    baseline = store.find_document(Baseline, _BASELINE_KEY)
    if baseline is None or is_new:
        taken = baseline_of(endings, at=now)
        if taken is None:
            note = f"{len(endings)} of {LEAST_FOR_A_BASELINE} generations that a baseline needs have ended"
            return Measured(baseline.at if baseline else None, (), note)
        if baseline is not None:
            store.put_document(f"generation/quality/baseline-{baseline.at}.json", baseline)
        store.put_document(_BASELINE_KEY, taken)
        return Measured(now, (), f"the baseline is taken of {len(endings)} generations")
    later = [ending for ending in endings if ending.at > max(baseline.at, since)]
    drifts = drift_of(baseline, later)
    note = "" if drifts else f"{len(later)} generations ended lately, after the baseline: too few to tell"
    return Measured(baseline.at, drifts, note)


def refresh_library(
    endings: Sequence[Ending], versions: Mapping[str, str], *, store: DocumentStore, now: str
) -> PromptLibrary:
    """The library as it stands now, stored where decisions changed it; each version stays beside it."""
    before = store.find_document(PromptLibrary, LIBRARY_KEY)
    library = refreshed_library(before, endings, versions, at=now)
    if library is not before:
        store.put_document(f"generation/library/{library.version:06}.json", library)
        store.put_document(LIBRARY_KEY, library)
    return library
