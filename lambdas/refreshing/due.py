"""What was published long enough ago is asked for again; what is public stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from braid.domain.asset.asset import AssetRef
from braid.domain.clock import parse_iso
from braid.domain.generation.compose import compose
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.request import GenerationRequest
from braid.store.documents import DocumentStore

__all__ = ["ask_again", "refresh_key"]

# A schedule that was off for longer leaves out what was due then; so whoever deleted what was asked for again
# doesn't find it asked for every day.
_LATE = timedelta(days=7)
_SUFFIX = ".toml"
_MOST_SEEDS = 4_294_967_295


def ask_again(
    published: Iterable[tuple[AssetRef, str]],
    *,
    now: str,
    store_of: Callable[[AssetRef], DocumentStore],
    put_request: Callable[[str, bytes], bool],
) -> int:
    """Drops the request of everything that is due, and gives how many were dropped.

    ``put_request`` puts a new object into the inbox and says whether it did: each published draft is asked
    for again once, as an asset of its own with a record, a receipt and a review of its own.
    """
    dropped = 0
    for asset, at in published:
        store = store_of(asset)
        plan = store.find_document(GenerationPlan, store.result_key("plan.json"))
        if plan is None or plan.request.refresh_days is None:
            continue
        late = parse_iso(now) - parse_iso(at) - timedelta(days=plan.request.refresh_days)
        if timedelta(0) <= late < _LATE:
            dropped += put_request(refresh_key(asset), compose(_another(plan.request)).encode())
    return dropped


def refresh_key(asset: AssetRef) -> str:
    """Beside the request, named after this asset: ``<name>.<8 digits>-<attempt>.refresh.toml``."""
    stem = asset.source.key.removesuffix(_SUFFIX)
    return f"{stem}.{asset.asset_id[-8:]}-{asset.attempt}.refresh{_SUFFIX}"


def _another(request: GenerationRequest) -> GenerationRequest:
    """The same seed would give the same picture."""
    if request.seed is None:
        return request
    return replace(request, seed=(request.seed + 1) % _MOST_SEEDS)
