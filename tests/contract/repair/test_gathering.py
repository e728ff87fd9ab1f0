"""An audit of a deployment that is at work tells nothing of assets that came while it read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from braid.domain.audit.disagreements import Mend, disagreements
from braid.domain.audit.facts import Facts
from braid.store.duplicate_marks import DuplicateMarks
from cli.repair import assets_table, gathering
from cli.repair.mending import mend
from cli.target import Target
from tests.contract.conftest import Storage

NOW = "2026-11-20T10:11:12.000Z"


def gathered(target: Target) -> Facts:
    return gathering.gather(target, now=datetime.now(UTC), settled=timedelta(0))


@pytest.mark.parametrize("is_there", [True, False])
def test_a_record_behind_the_scan_is_no_lost_one(
    storage: Storage, target: Target, folder: str, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    asset = storage.drop(f"{folder}/busy.txt")
    marks = DuplicateMarks(storage.table, storage.records, dynamodb=storage.dynamodb)
    if is_there:
        storage.records.put_received(asset, received_at=NOW, now=NOW)
    marks.claim(asset, asset.asset_id, now=NOW)
    store = storage.store(asset)
    storage.s3.put_object(Bucket=storage.results, Key=store.result_key("admission.json"), Body=b"{}")

    def passing_over(target: Target) -> assets_table.AssetsTable:
        """The scan was past the record's place when it was written, and met its mark later."""
        table = assets_table.read_table(target)
        table.records.pop(asset.asset_id, None)
        return table

    with monkeypatch.context() as patched:
        patched.setattr(gathering, "read_table", passing_over)
        facts = gathered(target)
    found = {each.check for each in disagreements(facts) if each.asset_id == asset.asset_id}
    lost = {"never-started", "unknown-results", "mark-of-none"}
    assert found & lost == (set() if is_there else lost)


def test_a_mark_whose_owner_came_since_stays(storage: Storage, target: Target, folder: str) -> None:
    asset = storage.drop(f"{folder}/later.txt")
    marks = DuplicateMarks(storage.table, storage.records, dynamodb=storage.dynamodb)
    marks.claim(asset, asset.asset_id, now=NOW)
    facts = gathered(target)
    own = [each for each in disagreements(facts) if each.asset_id == asset.asset_id]
    (found,) = [each for each in own if each.mend is Mend.REMOVE_MARK]
    storage.records.put_received(asset, received_at=NOW, now=NOW)

    assert not mend(target, facts, found)
    assert storage.record(found.about)["content_of"] == asset.asset_id

    storage.records.delete(asset, now=NOW)
    assert mend(target, facts, found)


def test_whatever_lies_anywhere_is_gathered(storage: Storage, target: Target, folder: str) -> None:
    asset = storage.drop(f"{folder}/everywhere.txt")
    storage.records.put_received(asset, received_at=NOW, now=NOW)
    keys = (
        f"work/{asset.asset_id}/still.png",
        f"features/{asset.asset_id}/part.parquet",
        f"catalogue/assets/{asset.asset_id}.jsonl",
        f"quarantine/{asset.asset_id}/made.png",
        f"by-source/{asset.source.key}/report.html",
    )
    for key in keys:
        storage.s3.put_object(Bucket=storage.results, Key=key, Body=b"of it")
    storage.records.delete(asset, now=NOW)

    facts = gathering.gather(target, now=datetime.now(UTC) + timedelta(seconds=2), settled=timedelta(0))

    own = [each for each in disagreements(facts) if each.asset_id == asset.asset_id]
    assert [each.sentence for each in own] == [
        "it was deleted, and this of it is still there: its file in the inbox, what its steps worked with,"
        " features, rows of the catalogue, quarantined pictures"
    ]
    assert facts.copies[asset.source.key] == f"s3://{storage.results}/by-source/{asset.source.key}/"


@pytest.mark.parametrize("body", [b"of it", b"[]", b'{"attempt": "x"}', b'{"attempt": 1, "status": "odd"}'])
def test_a_damaged_result_ends_no_audit(storage: Storage, target: Target, folder: str, body: bytes) -> None:
    asset = storage.drop(f"{folder}/damaged.txt")
    key = f"assets/{asset.asset_id}/result.json"
    storage.s3.put_object(Bucket=storage.results, Key=key, Body=body)

    facts = gathering.gather(target, now=datetime.now(UTC) + timedelta(seconds=2), settled=timedelta(0))

    assert facts.results.get(asset.asset_id) is None
