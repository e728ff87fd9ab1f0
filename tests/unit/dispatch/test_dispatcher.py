"""One record and one execution for each object version, however often and in whichever order it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.rerun import Reuse
from braid.domain.clock import iso
from braid.domain.errors import NoRoomError, ThrottledError
from braid.store.records import RecordClosing
from braid.store.reservations import Reservation
from lambdas.dispatch.dispatcher import Dispatched, Executions, Limits, dispatch
from lambdas.dispatch.events import Arrival
from lambdas.dispatch.waiting import MOST_SECONDS
from tests.doubles.memory_stores import MemoryCounts, MemoryRecords

NOW, EARLIER = "2026-11-20T10:00:00.000Z", "2026-11-20T09:59:00Z"
MANY = Limits(assets_at_once=1000, usd_per_day=0)


class Machine:
    """Starts each asset once, as Step Functions does with deterministic names."""

    def __init__(self, failures: int = 0) -> None:
        self.started: list[AssetRef] = []
        self.failures = failures

    def start(self, asset: AssetRef, _reuse: Reuse | None) -> bool:
        if self.failures:
            self.failures -= 1
            raise ThrottledError("states:StartExecution: ThrottlingException")
        if asset in self.started:
            return False
        self.started.append(asset)
        return True

    @staticmethod
    def arn_of(asset: AssetRef) -> str:
        return f"arn:{asset.asset_id}-{asset.attempt}"


def arrive(key: str, version_id: str = "v1", arrived_at: str | None = EARLIER) -> Arrival:
    return Arrival(Source("input", key, version_id), arrived_at, body="{}")


def told(
    arrival: Arrival, records: MemoryRecords, machine: Machine, limits: Limits = MANY, now: str = NOW
) -> Dispatched:
    executions = Executions(machine.start, machine.arn_of)
    return dispatch(
        arrival,
        records=records,
        counts=MemoryCounts(records),
        executions=executions,
        limits=limits,
        now=now,
        chance=0.5,
    )


def end(records: MemoryRecords, asset: AssetRef, now: str = NOW, usd: str = "0.50") -> None:
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r", Machine.arn_of(asset), Decimal(usd))
    assert records.close(asset, closing, now=now)


def test_an_arrival_is_received_when_s3_says_and_started() -> None:
    records, machine = MemoryRecords(), Machine()
    done = told(arrive("inbox/general/ü 50%25.mp4"), records, machine)
    (asset,) = machine.started
    assert done.is_started
    assert records.items[asset.asset_id]["received_at"] == EARLIER
    assert records.items[asset.asset_id]["status"] == "PROCESSING"
    assert records.items[asset.asset_id]["execution_arn"] == Machine.arn_of(asset)
    assert asset.source.key == "inbox/general/ü 50%25.mp4"


def test_without_a_time_of_s3_the_clock_counts() -> None:
    records, machine = MemoryRecords(), Machine()
    told(arrive("inbox/general/a.mp4", arrived_at=None), records, machine)
    assert [item["received_at"] for item in records.items.values()] == [NOW]


@pytest.mark.parametrize("key", ["inbox/general/", "inbox/general/.hidden", "inbox/general/a.bundle/b.mp4"])
def test_what_is_no_head_of_an_asset_starts_nothing(key: str) -> None:
    records, machine = MemoryRecords(), Machine()
    assert "starts nothing" in told(arrive(key), records, machine).summary
    assert (records.items, machine.started) == ({}, [])


def test_a_start_that_failed_is_made_up_for_by_the_repeated_message() -> None:
    records, machine = MemoryRecords(), Machine(failures=1)
    with pytest.raises(ThrottledError):
        told(arrive("inbox/general/a.mp4"), records, machine)
    assert [item["status"] for item in records.items.values()] == ["RECEIVED"], "its place is free again"
    assert records.open[AssetStatus.PROCESSING] == 0
    assert told(arrive("inbox/general/a.mp4"), records, machine).is_started


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["v1", "v2"])), max_size=12))
def test_every_version_is_started_once(messages: list[tuple[str, str]]) -> None:
    records, machine = MemoryRecords(), Machine()
    for name, version_id in messages:
        told(arrive(f"inbox/general/{name}.mp4", version_id), records, machine)
    expected = {(f"inbox/general/{name}.mp4", version_id) for name, version_id in messages}
    assert len(machine.started) == len(records.items) == len(expected)
    assert {(asset.source.key, asset.source.version_id) for asset in machine.started} == expected


@pytest.mark.parametrize("status", [*(s for s in AssetStatus if not s.is_open), AssetStatus.AWAITING_REVIEW])
def test_a_late_duplicate_starts_nothing(status: AssetStatus) -> None:
    records, machine = MemoryRecords(), Machine()
    told(arrive("inbox/general/a.mp4"), records, machine)
    (asset,) = machine.started
    if status is AssetStatus.AWAITING_REVIEW:
        records.await_review(
            asset, execution_arn=Machine.arn_of(asset), token="t", review="{}", reason="unsure", now=NOW
        )
    else:
        closing = RecordClosing(status, None, "s3://r", Machine.arn_of(asset))
        assert records.close(asset, closing, now=NOW)
    machine.started.clear()  # after 90 days the name is free again
    done = told(arrive("inbox/general/a.mp4"), records, machine, now="2027-02-20T10:00:00.000Z")
    assert machine.started == []
    assert done.again_in_seconds is None
    assert records.items[asset.asset_id]["status"] == status


def test_what_finds_no_place_waits_and_says_so() -> None:
    records, machine = MemoryRecords(), Machine()
    limits = Limits(assets_at_once=1, usd_per_day=0)
    told(arrive("inbox/general/a.mp4"), records, machine, limits)
    done = told(arrive("inbox/general/b.mp4"), records, machine, limits)
    assert done.again_in_seconds
    assert not done.is_started
    (waiting,) = [item for item in records.items.values() if item["status"] == "RECEIVED"]
    assert waiting["reason"] == "It waits: no more than 1 are processed at once (max_assets_at_once)"
    end(records, machine.started[0])
    assert told(arrive("inbox/general/b.mp4"), records, machine, limits).is_started
    assert "reason" not in records.items[machine.started[1].asset_id]


def test_an_asset_that_awaits_a_person_takes_no_place() -> None:
    records, machine = MemoryRecords(), Machine()
    limits = Limits(assets_at_once=2, usd_per_day=0)
    for number in range(50):
        assert told(arrive(f"inbox/general/{number}.mp4"), records, machine, limits).is_started
        asset = machine.started[-1]
        assert records.await_review(
            asset, execution_arn=Machine.arn_of(asset), token="t", review="{}", reason="unsure", now=NOW
        )
    assert told(arrive("inbox/general/last.mp4"), records, machine, limits).is_started


def test_a_spent_day_waits_for_the_next() -> None:
    records, machine = MemoryRecords(), Machine()
    limits = Limits(assets_at_once=5, usd_per_day=1)
    for name in "ab":
        told(arrive(f"inbox/general/{name}.mp4"), records, machine, limits)
        end(records, machine.started[-1])
    held = told(arrive("inbox/general/c.mp4"), records, machine, limits)
    assert held.again_in_seconds == MOST_SECONDS
    assert "the $1 that a day may cost (max_usd_per_day) are spent or reserved" in held.summary
    assert held.is_without_money
    tomorrow = "2026-11-21T00:00:01.000Z"
    assert told(arrive("inbox/general/c.mp4"), records, machine, limits, tomorrow).is_started


def test_a_hundred_that_cost_more_than_expected_overrun_a_day_by_that_alone() -> None:
    """Each is expected to cost a dollar and costs up to one and a half; a day may cost ten."""
    records, machine = MemoryRecords(), Machine()
    limits = Limits(assets_at_once=50, usd_per_day=10)
    start = datetime(2026, 11, 20, tzinfo=UTC)
    due = [(0, number, arrive(f"inbox/general/{number}.mp4")) for number in range(100)]
    waiting: list[AssetRef] = []
    admitted: list[AssetRef] = []
    for hour in range(24 * 14):
        now = iso(start + timedelta(hours=hour))
        held, due = due, []
        for _, number, arrival in held:
            done = told(arrival, records, machine, limits, now)
            if done.is_started:
                waiting.append(machine.started[-1])
            else:
                due.append((0, number, arrival))
        still = []
        for asset in waiting:
            reservation = Reservation(Decimal(1), Decimal(limits.usd_per_day))
            arn = Machine.arn_of(asset)
            try:
                assert records.process(asset, execution_arn=arn, now=now, reservation=reservation)
            except NoRoomError:
                still.append(asset)
                continue
            admitted.append(asset)
            end(records, asset, now, usd=("1.50", "0.50")[len(admitted) % 2])
        waiting = still
    assert len(admitted) == len(set(admitted)) == 100
    assert max(records.committed_usd.values()) <= 10 + Decimal("0.50"), "the last may cost more than expected"
    assert not due
    assert not waiting
