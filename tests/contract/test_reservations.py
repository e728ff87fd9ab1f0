"""Money is reserved once an attempt, only where the day has room, and settled by what the asset cost."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.errors import NoRoomError
from braid.store.records import RecordClosing
from braid.store.reservations import Reservation
from tests.contract.conftest import Storage
from tests.doubles.memory_stores import MemoryStorage

AnyStorage = Storage | MemoryStorage


@pytest.fixture
def day() -> str:
    """A day that no other test uses."""
    number = uuid.uuid4().int
    return f"{2100 + number % 800}-{1 + number // 800 % 12:02}-{1 + number // 9600 % 28:02}"


def asset_of(name: str = "cup") -> AssetRef:
    return AssetRef(
        f"{name}-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/general/cup.txt", "v1")
    )


def admit(storage: AnyStorage, asset: AssetRef, day: str, usd: str, limit: int = 10) -> None:
    reservation = Reservation(Decimal(usd), Decimal(limit))
    assert storage.records.process(
        asset, execution_arn="arn:1", now=f"{day}T10:00:00.000Z", reservation=reservation
    )


def end(storage: AnyStorage, asset: AssetRef, at: str, usd: str | None) -> None:
    cost = None if usd is None else Decimal(usd)
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r", "arn:1", cost)
    assert storage.records.close(asset, closing, now=at)


def committed(storage: AnyStorage, day: str) -> Decimal:
    return storage.counts.read(f"{day}T12:00:00.000Z").committed_usd


def test_what_it_cost_takes_the_place_of_what_was_expected(any_storage: AnyStorage, day: str) -> None:
    asset = asset_of()
    admit(any_storage, asset, day, "0.40")
    assert committed(any_storage, day) == Decimal("0.40")
    end(any_storage, asset, f"{day}T10:05:00.000Z", "0.25")
    assert committed(any_storage, day) == Decimal("0.25")
    end(any_storage, asset, f"{day}T10:06:00.000Z", "0.25")
    assert committed(any_storage, day) == Decimal("0.25"), "a repeated step settles once"


def test_the_day_that_admitted_pays(any_storage: AnyStorage, day: str) -> None:
    asset, other = asset_of(), "2099-12-31"
    before = committed(any_storage, other)
    admit(any_storage, asset, day, "2")
    end(any_storage, asset, f"{other}T00:05:00.000Z", "3")
    assert committed(any_storage, day) == 3
    assert committed(any_storage, other) == before
    assert any_storage.counts.read(f"{other}T12:00:00.000Z").spent_usd >= 3


def test_a_repeated_admission_reserves_once(any_storage: AnyStorage, day: str) -> None:
    asset = asset_of()
    admit(any_storage, asset, day, "4")
    admit(any_storage, asset, day, "4")
    admit(any_storage, asset, day, "9")
    assert committed(any_storage, day) == 4


def test_a_day_without_room_changes_nothing(any_storage: AnyStorage, day: str) -> None:
    first, second = asset_of(), asset_of()
    admit(any_storage, first, day, "7")
    any_storage.records.process(second, execution_arn="arn:1", now=f"{day}T09:00:00.000Z")
    with pytest.raises(NoRoomError):
        admit(any_storage, second, day, "4")
    assert committed(any_storage, day) == 7
    assert "reserved_usd" not in any_storage.record(second.asset_id)
    end(any_storage, first, f"{day}T10:05:00.000Z", "5")
    admit(any_storage, second, day, "4")
    assert committed(any_storage, day) == 9


def test_what_is_dearer_than_a_day_has_an_empty_day_to_itself(any_storage: AnyStorage, day: str) -> None:
    dear = asset_of()
    admit(any_storage, dear, day, "25")
    with pytest.raises(NoRoomError):
        admit(any_storage, asset_of(), day, "0.01")


def test_an_end_without_a_cost_gives_everything_back(any_storage: AnyStorage, day: str) -> None:
    asset = asset_of()
    admit(any_storage, asset, day, "4")
    end(any_storage, asset, f"{day}T10:05:00.000Z", None)
    assert committed(any_storage, day) == 0


def test_what_an_open_attempt_reserved_stays_when_a_newer_one_takes_over(
    any_storage: AnyStorage, day: str
) -> None:
    asset = asset_of()
    admit(any_storage, asset, day, "4")
    newer = replace(asset, attempt=2)
    any_storage.records.put_received(newer, received_at=f"{day}T11:00:00Z", now=f"{day}T11:00:00.000Z")
    assert committed(any_storage, day) == 4
    admit(any_storage, newer, day, "3")
    assert committed(any_storage, day) == 7
    end(any_storage, newer, f"{day}T11:05:00.000Z", "2")
    assert committed(any_storage, day) == 6, "the first one's may have been spent, and nobody can say it"


def test_dropping_and_deleting_again_and_again_fills_the_day(any_storage: AnyStorage, day: str) -> None:
    for _ in range(2):
        asset = asset_of()
        admit(any_storage, asset, day, "4")
        assert any_storage.records.delete(asset, now=f"{day}T10:01:00.000Z")
        assert "reserved_usd" not in any_storage.record(asset.asset_id)
    assert committed(any_storage, day) == 8
    with pytest.raises(NoRoomError):
        admit(any_storage, asset_of(), day, "4")


def test_deleting_what_has_ended_leaves_what_it_cost(any_storage: AnyStorage, day: str) -> None:
    asset = asset_of()
    admit(any_storage, asset, day, "4")
    end(any_storage, asset, f"{day}T10:05:00.000Z", "0.25")
    assert any_storage.records.delete(asset, now=f"{day}T10:06:00.000Z")
    assert committed(any_storage, day) == Decimal("0.25")


def test_what_was_never_reserved_counts_where_it_ends(any_storage: AnyStorage, day: str) -> None:
    asset = asset_of()
    any_storage.records.process(asset, execution_arn="arn:1", now=f"{day}T09:00:00.000Z")
    end(any_storage, asset, f"{day}T10:05:00.000Z", "0.5")
    assert committed(any_storage, day) == Decimal("0.5")


def test_those_who_come_at_once_never_reserve_more_than_the_day_has(
    any_storage: AnyStorage, day: str
) -> None:
    def come(_: int) -> bool:
        try:
            admit(any_storage, asset_of(), day, "3")
        except NoRoomError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        admitted = sum(pool.map(come, range(6)))
    assert admitted == 3
    assert committed(any_storage, day) == 9
