"""`braid delete`, repeated after a part of it was refused, finds what is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.audit.disagreements import Disagreement, disagreements
from braid.domain.errors import ServiceUnavailableError
from cli.repair.delete_commands import delete_asset
from cli.repair.gathering import gather
from cli.target import Target
from tests.contract.conftest import Storage

NOW = "2026-11-20T10:11:12.000Z"


class Refusing:
    """The S3 client, but that one request to delete a key that has ``part`` in it keeps that key."""

    def __init__(self, s3: Any, part: str) -> None:
        self._s3, self._part = s3, part

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def delete_objects(self, *, Bucket: str, Delete: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803  # as boto3 has it
        refused = [each for each in Delete["Objects"] if self._part and self._part in each["Key"]][:1]
        objects = [each for each in Delete["Objects"] if each not in refused]
        answer: dict[str, Any] = {}
        if objects:
            answer = self._s3.delete_objects(Bucket=Bucket, Delete={**Delete, "Objects": objects})
        if refused:
            self._part = ""
            answer["Errors"] = [{"Key": refused[0]["Key"], "Code": "SlowDown"}]
        return answer


def bundle(storage: Storage, folder: str) -> tuple[AssetRef, AssetRef]:
    """A bundle that is through, with copies beside it, and its one member."""
    asset = storage.drop(f"{folder}/a.bundle/manifest.json", b"{}")
    member = storage.drop(f"{folder}/a.bundle/told.txt")
    storage.records.put_received(asset, received_at=NOW, now=NOW)
    store = storage.store(asset)
    source = member.source
    admitted = Member(
        "told.txt", "text", source.bucket, source.key, source.version_id, 5, "text/plain", (Modality.TEXT,)
    )
    store.put_document(
        store.result_key("admission.json"),
        Admission(asset, "application/json", (admitted,), (Modality.TEXT,), ()),
    )
    for key in (store.result_key("report.html"), f"by-source/{asset.source.key}/report.html"):
        storage.s3.put_object(Bucket=storage.results, Key=key, Body=b"<p>told</p>")
    storage.records.process(asset, execution_arn="arn:aws:states:us-east-1:0:execution:m:n", now=NOW)
    return asset, member


def left(storage: Storage, asset: AssetRef) -> list[str]:
    """What of the bundle is in the two buckets."""
    folder = asset.source.key.rpartition("/")[0]
    dropped = storage.s3.list_object_versions(Bucket=storage.inbox, Prefix=f"{folder}/").get("Versions", [])
    found = [each["Key"] for each in dropped]
    return [*found, *storage.keys(f"assets/{asset.asset_id}/"), *storage.keys(f"by-source/{folder}/")]


def remains(target: Target, asset: AssetRef) -> list[Disagreement]:
    """What an audit says of it."""
    facts = gather(target, now=datetime.now(UTC) + timedelta(seconds=1), settled=timedelta(0))
    return [found for found in disagreements(facts) if found.asset_id == asset.asset_id]


@pytest.mark.parametrize(
    "part", ["by-source/", "told.txt", "inbox/", "manifest.json", "/admission.json", "/1/report.html"]
)
def test_what_was_refused_goes_when_it_is_repeated(
    storage: Storage, target: Target, folder: str, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    asset, member = bundle(storage, folder)
    refusing = Refusing(target.s3, part)
    monkeypatch.setattr(Target, "client", lambda self, name: refusing if name == "s3" else self._client(name))
    with pytest.raises(ServiceUnavailableError, match="delete them once more"):
        delete_asset(target, asset.asset_id)
    assert storage.record(asset.asset_id)["status"] == "DELETED"
    assert left(storage, asset), part
    (found,) = remains(target, asset)
    assert found.command == f"braid delete {asset.asset_id}"

    delete_asset(target, asset.asset_id)

    assert left(storage, asset) == []
    assert remains(target, asset) == []
    assert member.source.key not in str(storage.record(asset.asset_id))


def test_a_tombstone_says_that_the_file_was_to_stay(storage: Storage, target: Target, folder: str) -> None:
    asset = storage.drop(f"{folder}/kept.txt")
    storage.records.put_received(asset, received_at=NOW, now=NOW)
    assert storage.records.delete(asset, now=NOW)
    before = storage.record(asset.asset_id)
    assert not storage.records.delete(asset, now=NOW)
    assert storage.record(asset.asset_id) == before
    (found,) = remains(target, asset)
    assert "its file in the inbox" in found.sentence
    assert not storage.records.delete(
        AssetRef(asset.asset_id, 1, "", Source("", "", "")), now=NOW, keeps_source=True
    )
    assert storage.record(asset.asset_id) == {**before, "is_source_kept": "True"}
    assert remains(target, asset) == [], "as it was asked for"
    assert not storage.records.delete(asset, now=NOW)
    assert storage.record(asset.asset_id) == before, "and now it was asked for wholly"


def test_what_a_tombstone_left_in_quarantine_is_found(storage: Storage, target: Target, folder: str) -> None:
    asset = storage.drop(f"{folder}/request.txt")
    storage.records.put_received(asset, received_at=NOW, now=NOW)
    delete_asset(target, asset.asset_id)
    key = f"quarantine/{asset.asset_id}/draft.png"
    storage.s3.put_object(Bucket=storage.results, Key=key, Body=b"a draft that came late")
    (found,) = remains(target, asset)

    delete_asset(target, asset.asset_id)

    assert found.command == f"braid delete {asset.asset_id}"
    assert storage.keys(f"quarantine/{asset.asset_id}/") == []
    assert remains(target, asset) == []
