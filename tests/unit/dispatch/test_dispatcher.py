"""One record and one execution for each object version, however often and in whichever order it is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetRef, Source
from braid.domain.errors import ThrottledError
from lambdas.dispatch.dispatcher import Dispatched, dispatch
from lambdas.dispatch.events import Arrival
from tests.doubles.memory_stores import MemoryRecords

NOW, EARLIER = "2026-11-20T10:00:00.000Z", "2026-11-20T09:59:00Z"


class Executions:
    """Starts each asset once, as Step Functions does with deterministic names."""

    def __init__(self, failures: int = 0) -> None:
        self.started: list[AssetRef] = []
        self.failures = failures

    def start(self, asset: AssetRef) -> bool:
        if self.failures:
            self.failures -= 1
            raise ThrottledError("states:StartExecution: ThrottlingException")
        if asset in self.started:
            return False
        self.started.append(asset)
        return True


def arrive(key: str, version_id: str = "v1", arrived_at: str | None = EARLIER) -> Arrival:
    return Arrival(Source("input", key, version_id), arrived_at)


def told(arrival: Arrival, records: MemoryRecords, executions: Executions) -> Dispatched:
    return dispatch(arrival, records=records, start=executions.start, now=NOW)


def test_an_arrival_is_received_when_s3_says_and_started() -> None:
    records, executions = MemoryRecords(), Executions()
    done = told(arrive("inbox/general/ü 50%25.mp4"), records, executions)
    (asset,) = executions.started
    assert done.is_started
    assert records.items[asset.asset_id]["received_at"] == EARLIER
    assert records.items[asset.asset_id]["status"] == "RECEIVED"
    assert asset.source.key == "inbox/general/ü 50%25.mp4"


def test_without_a_time_of_s3_the_clock_counts() -> None:
    records, executions = MemoryRecords(), Executions()
    told(arrive("inbox/general/a.mp4", arrived_at=None), records, executions)
    assert [item["received_at"] for item in records.items.values()] == [NOW]


@pytest.mark.parametrize("key", ["inbox/general/", "inbox/general/.hidden", "inbox/general/a.bundle/b.mp4"])
def test_what_is_no_head_of_an_asset_starts_nothing(key: str) -> None:
    records, executions = MemoryRecords(), Executions()
    assert "starts nothing" in told(arrive(key), records, executions).summary
    assert (records.items, executions.started) == ({}, [])


def test_a_start_that_failed_is_made_up_for_by_the_repeated_message() -> None:
    records, executions = MemoryRecords(), Executions(failures=1)
    with pytest.raises(ThrottledError):
        told(arrive("inbox/general/a.mp4"), records, executions)
    assert len(records.items) == 1, "an execution that dies at once has a record"
    assert told(arrive("inbox/general/a.mp4"), records, executions).is_started


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["v1", "v2"])), max_size=12))
def test_every_version_is_started_once(messages: list[tuple[str, str]]) -> None:
    records, executions = MemoryRecords(), Executions()
    for name, version_id in messages:
        told(arrive(f"inbox/general/{name}.mp4", version_id), records, executions)
    expected = {(f"inbox/general/{name}.mp4", version_id) for name, version_id in messages}
    assert len(executions.started) == len(records.items) == len(expected)
    assert {(asset.source.key, asset.source.version_id) for asset in executions.started} == expected
