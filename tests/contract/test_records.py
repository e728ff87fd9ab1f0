"""Records move forward only, for one attempt, whoever comes twice or late."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.store.records import Place, RecordClosing
from tests.contract.conftest import Storage
from tests.doubles.memory_stores import MemoryStorage

AnyStorage = Storage | MemoryStorage
EARLY, LATER, LAST = (f"2026-11-20T1{hour}:00:00.000Z" for hour in (0, 1, 2))
DONE = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", "arn:1", Decimal("0.004517"))
BROKEN = RecordClosing(AssetStatus.FAILED, "a step was killed", "s3://r/result.json", "arn:1")


@pytest.fixture
def asset() -> AssetRef:
    return AssetRef(f"talk-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/ü 日本.mp4", "v1"))


def _put(any_storage: AnyStorage, asset: AssetRef) -> bool:
    return any_storage.records.put_received(asset, received_at=EARLY, now=EARLY)


def test_an_asset_goes_its_way(any_storage: AnyStorage, asset: AssetRef) -> None:
    assert _put(any_storage, asset)
    assert any_storage.record(asset.asset_id)["status_day"] == "RECEIVED#2026-11-20"
    assert any_storage.records.process(
        asset, execution_arn="arn:1", now=LATER, media_type="video/mp4", modalities=(Modality.SPEECH,)
    )
    assert any_storage.records.close(asset, DONE, now=LAST)
    record = any_storage.record(asset.asset_id)
    assert "speech" in record.pop("modalities")
    record.pop("is_counted", None)
    assert record == {
        "asset_id": asset.asset_id,
        "attempt": "1",
        "status": "SUCCEEDED",
        "status_day": "SUCCEEDED#2026-11-20",
        "profile": "general",
        "source_bucket": "b",
        "source_key": "inbox/ü 日本.mp4",
        "source_version_id": "v1",
        "media_type": "video/mp4",
        "received_at": EARLY,
        "updated_at": LAST,
        "finished_at": LAST,
        "result_uri": "s3://r/result.json",
        "execution_arn": "arn:1",
        "cost_usd": "0.004517",
    }


def test_the_index_finds_it_under_its_status_and_day(storage: Storage, asset: AssetRef) -> None:
    day = replace(BROKEN, reason="on a day of its own")
    assert storage.records.close(asset, day, now="2031-01-02T00:00:00.000Z")
    found = storage.dynamodb.query(
        TableName=storage.table,
        IndexName="by-status",
        KeyConditionExpression="status_day = :day",
        ExpressionAttributeValues={":day": {"S": "FAILED#2031-01-02"}},
    )
    assert [item["asset_id"]["S"] for item in found["Items"]] == [asset.asset_id]


def test_a_repeated_event_puts_nothing(any_storage: AnyStorage, asset: AssetRef) -> None:
    assert _put(any_storage, asset)
    any_storage.records.close(asset, DONE, now=LAST)
    assert not _put(any_storage, asset)
    assert any_storage.record(asset.asset_id)["status"] == "SUCCEEDED"


def test_a_closed_record_stays_closed(any_storage: AnyStorage, asset: AssetRef) -> None:
    _put(any_storage, asset)
    assert any_storage.records.close(asset, DONE, now=LATER)
    assert not any_storage.records.close(asset, BROKEN, now=LAST)
    assert not any_storage.records.process(asset, execution_arn="arn:1", now=LAST)
    assert any_storage.record(asset.asset_id)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("closing", [DONE, BROKEN])
def test_the_same_closing_may_be_repeated(
    any_storage: AnyStorage, asset: AssetRef, closing: RecordClosing
) -> None:
    assert any_storage.records.close(asset, closing, now=LATER)
    assert any_storage.records.close(asset, closing, now=LAST)


@pytest.mark.parametrize(
    "other", [replace(BROKEN, reason="told by somebody else"), replace(BROKEN, execution_arn="arn:2")]
)
def test_a_closing_that_differs_is_no_repeat(
    any_storage: AnyStorage, asset: AssetRef, other: RecordClosing
) -> None:
    assert any_storage.records.close(asset, BROKEN, now=LATER)
    assert not any_storage.records.close(asset, other, now=LAST)
    assert any_storage.record(asset.asset_id)["reason"] == "a step was killed"


def test_a_newer_attempt_takes_over_and_the_older_one_is_refused(
    any_storage: AnyStorage, asset: AssetRef
) -> None:
    any_storage.records.close(asset, BROKEN, now=LATER)
    again = replace(asset, attempt=2)
    assert any_storage.records.process(again, execution_arn="arn:2", now=LATER)
    assert "reason" not in any_storage.record(asset.asset_id)
    assert not any_storage.records.close(asset, DONE, now=LAST)
    assert any_storage.records.close(again, replace(DONE, execution_arn="arn:2"), now=LAST)
    assert any_storage.record(asset.asset_id)["attempt"] == "2"


def test_a_redriven_execution_ends_its_failed_record(any_storage: AnyStorage, asset: AssetRef) -> None:
    records = any_storage.records
    assert records.close(asset, BROKEN, now=LATER)
    assert not records.close(asset, replace(DONE, redrive_count=0), now=LATER)
    assert records.reopen(asset, execution_arn="arn:1", redrive_count=1, now=LATER)
    record = any_storage.record(asset.asset_id)
    assert (record["status"], record["redrive_count"]) == ("PROCESSING", "1")
    assert "reason" not in record
    assert not records.close(asset, replace(BROKEN, redrive_count=0), now=LAST), "its first run is over"
    assert records.close(asset, replace(DONE, redrive_count=1), now=LAST)
    assert not records.reopen(asset, execution_arn="arn:1", redrive_count=2, now=LAST)
    assert any_storage.record(asset.asset_id)["status"] == "SUCCEEDED"


def test_an_asset_asked_for_again_is_received_again(any_storage: AnyStorage, asset: AssetRef) -> None:
    assert _put(any_storage, asset)
    any_storage.records.close(asset, replace(BROKEN, redrive_count=1), now=LATER)
    again = replace(asset, attempt=2)
    assert _put(any_storage, again)
    record = any_storage.record(asset.asset_id)
    assert (record["status"], record["attempt"]) == ("RECEIVED", "2")
    assert not {"reason", "finished_at", "execution_arn", "redrive_count", "cost_usd"} & set(record)
    assert record["result_uri"], "what there is can still be read"
    assert not _put(any_storage, again)
    assert not _put(any_storage, asset), "S3 tells of the file once more"


def test_a_deleted_asset_leaves_nothing_of_its_source(any_storage: AnyStorage, asset: AssetRef) -> None:
    assert _put(any_storage, asset)
    any_storage.records.close(asset, DONE, now=LATER)
    assert any_storage.records.delete(asset, now=LAST)
    record = any_storage.record(asset.asset_id)
    assert (record["status"], record["attempt"], record["updated_at"]) == ("DELETED", "2", LAST)
    left = {"asset_id", "attempt", "status", "status_day", "updated_at", "received_at", "is_counted"}
    assert set(record) <= left
    assert not any_storage.records.delete(asset, now=LAST)
    assert not _put(any_storage, asset), "S3 tells of the file once more"
    assert not any_storage.records.close(asset, BROKEN, now=LAST), "its execution ends later"
    assert not any_storage.records.is_current(asset)


def test_an_execution_started_by_hand_gets_a_record(any_storage: AnyStorage, asset: AssetRef) -> None:
    assert any_storage.records.process(asset, execution_arn="arn:1", now=LATER, reason="waiting for 'a'")
    record = any_storage.records.find(asset.asset_id)
    assert record is not None
    assert (record.status, record.received_at, record.attempt) == (AssetStatus.PROCESSING, LATER, 1)
    assert any_storage.record(asset.asset_id)["reason"] == "waiting for 'a'"


@pytest.mark.parametrize("published", [AssetStatus.SUCCEEDED, AssetStatus.PARTIAL])
def test_only_who_published_takes_its_success_back(
    any_storage: AnyStorage, asset: AssetRef, published: AssetStatus
) -> None:
    assert any_storage.records.close(asset, replace(DONE, status=published), now=LATER)
    taken_back = replace(BROKEN, takes_back=True)
    assert not any_storage.records.close(asset, replace(taken_back, execution_arn="arn:2"), now=LAST)
    assert any_storage.records.close(asset, taken_back, now=LAST)
    assert any_storage.record(asset.asset_id)["status"] == "FAILED"


def test_counts_follow_every_change(any_storage: AnyStorage, asset: AssetRef) -> None:
    day = f"2026-11-20T10:00:0{uuid.uuid4().int % 10}.000Z"
    before = any_storage.counts.read(day)

    def gone_up() -> tuple[int, int, int, Decimal]:
        now = any_storage.counts.read(day)
        return (
            now.received - before.received,
            now.processing - before.processing,
            now.awaiting_review - before.awaiting_review,
            now.spent_usd - before.spent_usd,
        )

    _put(any_storage, asset)
    _put(any_storage, asset)
    assert gone_up() == (1, 0, 0, 0)
    any_storage.records.wait(asset, reason="no place", now=EARLY)
    assert any_storage.record(asset.asset_id)["reason"] == "no place"
    taken = any_storage.records.take_place(asset, execution_arn="arn:1", limit=10_000, now=LATER)
    assert taken is Place.TAKEN
    assert "reason" not in any_storage.record(asset.asset_id)
    any_storage.records.process(asset, execution_arn="arn:1", now=LATER)
    assert gone_up() == (0, 1, 0, 0)
    any_storage.records.await_review(
        asset, execution_arn="arn:1", token="t", review="{}", reason="unsure", now=LATER
    )
    assert gone_up() == (0, 0, 1, 0)
    any_storage.records.close(asset, DONE, now=LAST)
    any_storage.records.close(asset, DONE, now=LAST)
    assert gone_up() == (0, 0, 0, Decimal("0.004517"))
    any_storage.records.close(asset, BROKEN, now=LAST)
    assert gone_up() == (0, 0, 0, Decimal("0.004517"))


def test_a_place_is_taken_once_and_given_back(any_storage: AnyStorage, asset: AssetRef) -> None:
    _put(any_storage, asset)
    processing = any_storage.counts.read(EARLY).processing

    def take(limit: int) -> Place:
        return any_storage.records.take_place(asset, execution_arn="arn:1", limit=limit, now=LATER)

    assert take(0) is Place.NONE_FREE
    assert take(processing) is Place.NONE_FREE
    assert any_storage.record(asset.asset_id)["status"] == "RECEIVED"
    assert take(processing + 1) is Place.TAKEN
    assert take(processing) is Place.TAKEN, "a repeated message has it already"
    any_storage.records.give_back_place(asset, execution_arn="arn:1", now=LATER)
    assert any_storage.counts.read(EARLY).processing == processing
    assert take(processing) is Place.NONE_FREE
    any_storage.records.close(asset, BROKEN, now=LAST)
    assert take(processing + 1) is Place.NOT_NEEDED


def test_no_more_than_the_limit_get_a_place_at_once(any_storage: AnyStorage) -> None:
    assets = [
        AssetRef(f"talk-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/a.mp4", str(number)))
        for number in range(12)
    ]
    for each in assets:
        _put(any_storage, each)
    limit = any_storage.counts.read(EARLY).processing + 5

    def take(each: AssetRef) -> Place:
        return any_storage.records.take_place(each, execution_arn="arn:1", limit=limit, now=LATER)

    with ThreadPoolExecutor(12) as pool:
        places = list(pool.map(take, assets))
    assert places.count(Place.TAKEN) == 5
    assert any_storage.counts.read(EARLY).processing == limit
    for each in assets:
        any_storage.records.close(each, BROKEN, now=LAST)
    assert any_storage.counts.read(EARLY).processing == limit - 5


def test_a_record_of_the_version_before_is_counted_from_its_next_change(
    storage: Storage, asset: AssetRef
) -> None:
    _put(storage, asset)
    storage.records.process(asset, execution_arn="arn:1", now=LATER)
    storage.dynamodb.update_item(
        TableName=storage.table,
        Key={"asset_id": {"S": asset.asset_id}},
        UpdateExpression="REMOVE is_counted",
    )
    before = storage.counts.read(EARLY).processing
    assert storage.records.close(asset, DONE, now=LAST)
    assert storage.counts.read(EARLY).processing == before


def test_an_end_of_the_version_before_is_counted_with_its_cost(storage: Storage, asset: AssetRef) -> None:
    _put(storage, asset)
    storage.records.process(asset, execution_arn="arn:1", now=LATER)
    assert storage.records.close(asset, DONE, now=LAST)
    storage.dynamodb.update_item(
        TableName=storage.table,
        Key={"asset_id": {"S": asset.asset_id}},
        UpdateExpression="REMOVE is_counted",
    )
    before = storage.counts.read(LAST)
    assert storage.records.count(asset)
    assert not storage.records.count(asset), "it is counted"
    after = storage.counts.read(LAST)
    assert DONE.cost_usd
    assert after.spent_usd - before.spent_usd == DONE.cost_usd
    assert after.committed_usd - before.committed_usd == DONE.cost_usd


def test_no_record_is_none(any_storage: AnyStorage) -> None:
    assert any_storage.records.find("nobody") is None


def test_of_many_who_close_at_once_one_wins(any_storage: AnyStorage, asset: AssetRef) -> None:
    _put(any_storage, asset)
    closings = [replace(BROKEN, reason=f"reason {number}") for number in range(8)]
    attempts: list[Callable[[], bool]] = [
        lambda closing=closing: any_storage.records.close(asset, closing, now=LAST)  # type: ignore[misc]
        for closing in closings
    ]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda attempt: attempt(), attempts)) == 1
