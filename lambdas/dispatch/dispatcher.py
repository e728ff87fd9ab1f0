"""Opens the record of an arrived asset, and starts its execution once there is a place for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from braid.domain.asset.asset import AssetKind, AssetRef, is_posts_name
from braid.domain.asset.rerun import Reuse
from braid.domain.errors import BraidError
from braid.domain.profile.profile import Profile
from braid.store.counts import AssetCounts
from braid.store.records import AssetRecords, Place
from lambdas.dispatch.events import Arrival
from lambdas.dispatch.waiting import Look, seconds_to_wait, until_tomorrow

__all__ = ["Dispatched", "Executions", "Limits", "dispatch", "judges_posts"]

_NO_PLACE = "It waits: no more than {} are processed at once (max_assets_at_once)"
_SPENT = "It waits for tomorrow (UTC): the ${} that a day may cost (max_usd_per_day) are spent or reserved"


@dataclass(frozen=True)
class Limits:
    """``assets_at_once`` may be PROCESSING; of a day's money (UTC) no more is begun than ``usd_per_day``.

    An asset that awaits a person takes no place. ``usd_per_day`` of 0 is no limit.
    """

    assets_at_once: int
    usd_per_day: int


@dataclass(frozen=True)
class Executions:
    """How executions are started: ``start`` is ``False`` for one that was; ``arn_of`` names it before."""

    start: Callable[[AssetRef, Reuse | None], bool]
    arn_of: Callable[[AssetRef], str]


@dataclass(frozen=True)
class Dispatched:
    """What was done with one arrival, for the log. It comes again in ``again_in_seconds``, if that is set.

    Then its message is ``again``. ``is_without_money`` says that the day's limit keeps it waiting.
    """

    source_key: str
    summary: str
    is_started: bool = False
    again_in_seconds: int | None = None
    again: str = ""
    is_without_money: bool = False


def judges_posts(asset: AssetRef, profiles: Collection[str], read_profile: Callable[[str], Profile]) -> bool:
    """Whether the asset is a file of posts: called as one, in a profile that judges them line by line."""
    is_named = is_posts_name(asset.source.key) and asset.profile in profiles
    return is_named and read_profile(asset.profile).posts.accepts


def dispatch(
    arrival: Arrival,
    *,
    records: AssetRecords,
    counts: AssetCounts,
    executions: Executions,
    limits: Limits,
    now: str,
    chance: float,
    kind: AssetKind | None = None,
) -> Dispatched:
    """Puts the record RECEIVED, takes a place, starts the execution; each does nothing the second time.

    The record comes first, so that even an execution that dies at once has one. If the start fails, the place
    is given back, and the repeated message tries again. An asset whose record is closed, or waits for a
    person, is never started again, however late the event comes: execution names are free after 90 days.
    """
    asset = arrival.asset
    key = arrival.source.key
    if asset is None:
        return Dispatched(key, f"'{key}' starts nothing: a folder, a hidden file or a bundle's member")
    records.put_received(
        asset, received_at=arrival.arrived_at or now, now=now, reuse=arrival.reuse, kind=kind
    )
    standing, arn = counts.read(now), executions.arn_of(asset)
    is_spent = 0 < limits.usd_per_day <= standing.committed_usd
    is_full = standing.processing >= limits.assets_at_once
    limit = 0 if is_spent or is_full else limits.assets_at_once
    place = records.take_place(asset, execution_arn=arn, limit=limit, now=now)
    if place is Place.NOT_NEEDED:
        return Dispatched(key, f"{asset.asset_id} needs no execution any more")
    if place is Place.NONE_FREE:
        reason = _SPENT.format(limits.usd_per_day) if is_spent else _NO_PLACE.format(limits.assets_at_once)
        records.wait(asset, reason=reason, now=now)
        look = Look(int(datetime.fromisoformat(now).timestamp()), standing.left)
        seconds = (
            until_tomorrow(now)
            if is_spent
            else seconds_to_wait(standing.received, limits.assets_at_once, look, arrival.last_look, chance)
        )
        return Dispatched(
            key,
            f"{asset.asset_id} waits {seconds} s: {reason}",
            again_in_seconds=seconds,
            again=arrival.body_with(look),
            is_without_money=is_spent,
        )
    try:
        is_started = executions.start(asset, arrival.reuse)
    except BraidError:
        records.give_back_place(asset, execution_arn=arn, now=now)
        raise
    happened = "started" if is_started else "was already started"
    return Dispatched(key, f"the execution of {asset.asset_id} {happened}", is_started)
