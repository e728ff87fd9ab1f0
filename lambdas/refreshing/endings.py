"""How generations of the last days ended, read from what their steps left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from braid.domain.answer.review import Review
from braid.domain.asset.asset import GENERATE_FOLDER, AssetRef, AssetStatus
from braid.domain.generation.draft import Draft, GenerationPlan
from braid.domain.generation.library import ARM_MARK
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.generation.quality import Ending
from braid.store.documents import DocumentStore
from braid.store.ended_records import EndedRecords

__all__ = ["ended_generations", "ending_of", "read_endings"]

_READ_AT_ONCE = 16


def ended_generations(
    records: EndedRecords, status: AssetStatus, today: date, *, days: int
) -> list[tuple[AssetRef, str]]:
    """Each generation that ended so in the last ``days`` UTC days, with the moment, the oldest first."""
    found = [
        ended
        for back in range(days)
        for ended in records.of_day(status, today - timedelta(days=back), profile=GENERATE_FOLDER)
    ]
    return sorted(found, key=lambda ended: (ended[1], ended[0].asset_id))


def read_endings(
    ended: Iterable[tuple[AssetRef, str]], store_of: Callable[[AssetRef], DocumentStore]
) -> list[Ending]:
    """How each ended; requests that were refused before anything was asked say nothing and are left out."""
    with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
        found = pool.map(lambda each: ending_of(store_of(each[0]), each[0].asset_id, each[1]), ended)
        return [ending for ending in found if ending is not None]


def ending_of(store: DocumentStore, asset_id: str, at: str) -> Ending | None:
    """How one ended, by its plan, its draft and its review."""
    plan = store.find_document(GenerationPlan, store.result_key("plan.json"))
    if plan is None or not plan.usage:
        return None
    draft = store.find_document(Draft, store.result_key("draft.json"))
    template = plan.request.template
    names = {
        "template": plan.prompt.template,
        "version": plan.prompt.version,
        "experiment": template if ARM_MARK in template else "",
    }
    if draft is None:
        # Made and then refused is a bad picture and no filter: it says nothing about either share.
        made = store.find_document(MadeOutput, store.result_key("generated.json"))
        return Ending(asset_id, at, "filtered", {}, **names) if made is None else None
    if draft.blocked:
        return Ending(asset_id, at, "blocked", draft.statistics, **names)
    review = store.find_document(Review, store.result_key("review.json"))
    if review is None or review.by_deadline:
        return Ending(asset_id, at, "undecided", draft.statistics, **names)
    if review.decision == "approve":
        return Ending(asset_id, at, "approved", draft.statistics, **names)
    return Ending(asset_id, at, "refused", draft.statistics, **names)
