"""Opens the record of an arrived asset and starts its execution, once, however often it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from braid.domain.asset.asset import AssetRef
from braid.store.records import AssetRecords
from lambdas.dispatch.events import Arrival

__all__ = ["Dispatched", "dispatch"]


@dataclass(frozen=True)
class Dispatched:
    """What was done with one arrival, for the log."""

    source_key: str
    summary: str
    is_started: bool


def dispatch(
    arrival: Arrival, *, records: AssetRecords, start: Callable[[AssetRef], bool], now: str
) -> Dispatched:
    """Puts the record RECEIVED, then starts the execution; both do nothing the second time.

    The record comes first, so that even an execution that dies at once has one. If the start fails, the
    repeated message finds the record and still starts.
    """
    asset = arrival.asset
    key = arrival.source.key
    if asset is None:
        return Dispatched(key, f"'{key}' starts nothing: a folder, a hidden file or a bundle's member", False)
    records.put_received(asset, received_at=arrival.arrived_at or now, now=now)
    is_started = start(asset)
    happened = "started" if is_started else "was already started"
    return Dispatched(key, f"the execution of {asset.asset_id} {happened}", is_started)
