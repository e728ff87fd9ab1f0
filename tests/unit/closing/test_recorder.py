"""Assets that give no answer: what the record, the pointer and the copies say, over stores in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import pytest
from botocore.exceptions import ClientError

from braid.aws.s3.source_objects import ObjectHead
from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.errors import AccessDeniedError, InvalidInputError
from braid.domain.evidence.transcript import Transcript
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.wire import decode, encode
from braid.runtime.prices import price_book
from braid.store.closing import AssetCloser, AssetClosing
from braid.store.records import RecordClosing
from lambdas.closing.deaths import Death
from lambdas.closing.recorder import Recorded, record_death, record_end
from tests.doubles.memory_stores import MemoryStorage

ARN, NOW = "arn:aws:states:us-east-1:0:execution:m:n", "2026-11-20T10:11:12.000Z"
DENIED = {"Error": "AccessDeniedError", "Cause": '{"errorMessage": "bedrock:Converse: AccessDenied"}'}
KEY = "inbox/general/<b>ü & co</b>.mp4"


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def asset(storage: MemoryStorage) -> AssetRef:
    asset = storage.drop(KEY)
    assert storage.records.put_received(asset, received_at=NOW, now=NOW)
    return asset


def end(
    storage: MemoryStorage, asset: AssetRef, outcome: Literal["rejected", "failed"], **state: Any
) -> Recorded:
    store = storage.store(asset)
    return record_end(
        decode(ExecutionState, {"asset": encode(asset), **state}),
        outcome,
        store=store,
        closer=AssetCloser(store, storage.records, storage.sources),
        book=price_book(),
        execution_arn=ARN,
        started_at=NOW,
        used=dict,
        now=NOW,
    )


def die(storage: MemoryStorage, asset: AssetRef) -> Recorded:
    store = storage.store(asset)
    death = Death(
        asset=asset,
        execution_arn=ARN,
        status="TIMED_OUT",
        started_at=NOW,
        reason="It took longer than it may take.",
        failure="States.Timeout",
    )
    closer = AssetCloser(store, storage.records, storage.sources)
    return record_death(death, asset, store=store, closer=closer, book=price_book(), used=dict, now=NOW)


def rejected_at_admission(storage: MemoryStorage, asset: AssetRef, reason: str) -> dict[str, Any]:
    admission = Admission(asset, "image/png", (), (), (Gate("pixels", 9, "px", "reject", reason),))
    claim = storage.store(asset).put_document(f"assets/{asset.asset_id}/1/admission.json", admission)
    return {
        "admitted": False,
        "summary": "",
        "reason": reason,
        "modalities": {"speech": False, "vision": False, "text": False},
        "claim": encode(claim),
    }


def test_a_rejection_says_why_everywhere(storage: MemoryStorage, asset: AssetRef) -> None:
    told = end(
        storage, asset, "rejected", admission=rejected_at_admission(storage, asset, "It is too <small>.")
    )
    assert (told.closed.status, told.closed.is_ours, told.reason) == ("REJECTED", True, "It is too <small>.")
    assert storage.record(asset.asset_id)["reason"] == "It is too <small>."
    result = storage.result_json(asset)
    assert (result["status"], result["gates"][0]["outcome"]) == ("REJECTED", "reject")
    assert storage.tags(asset)["braid-status"] == "REJECTED"
    assert storage.result(f"by-source/{KEY}/reason.txt").startswith(b"REJECTED: It is too <small>.\n")
    assert b"too &lt;small&gt;." in storage.result(f"by-source/{KEY}/report.html")


def test_an_admission_that_was_cut_off_since_is_an_error_in_words(
    storage: MemoryStorage, asset: AssetRef
) -> None:
    admission = rejected_at_admission(storage, asset, "It is too small.")
    key = f"assets/{asset.asset_id}/1/admission.json"
    storage.s3.objects[storage.results, key] = storage.result(key)[:-9]
    with pytest.raises(
        InvalidInputError, match=r"admission\.json was changed or cut off after it was stored"
    ):
        end(storage, asset, "rejected", admission=admission)


def test_a_failure_takes_back_what_the_same_execution_published(
    storage: MemoryStorage, asset: AssetRef
) -> None:
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", ARN)
    assert storage.records.close(asset, closing, now=NOW)
    assert end(storage, asset, "failed", failure=DENIED).closed.is_ours
    assert storage.record(asset.asset_id)["status"] == "FAILED"
    assert storage.result_json(asset)["status"] == "FAILED"


def test_what_another_execution_published_stands(storage: MemoryStorage, asset: AssetRef) -> None:
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", "arn:another")
    assert storage.records.close(asset, closing, now=NOW)
    told = end(storage, asset, "failed", failure=DENIED)
    assert (told.closed.status, told.closed.is_ours) == ("SUCCEEDED", False)
    assert "was closed before" in told.summary
    assert storage.keys("") == []


def test_ending_twice_is_ending_once(storage: MemoryStorage, asset: AssetRef) -> None:
    end(storage, asset, "failed", failure=DENIED)
    before = dict(storage.s3.objects)
    assert end(storage, asset, "failed", failure=DENIED).closed.is_ours
    assert storage.s3.objects == before


class FailingOnce:
    """S3 that takes everything but one key, until it is mended."""

    def __init__(self, s3: Any, key: str) -> None:
        self._s3, self.refused = s3, key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **request: Any) -> Any:
        if request["Key"] == self.refused:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")
        return self._s3.put_object(**request)


@pytest.mark.parametrize("outcome", ["rejected", "failed"])
def test_what_could_not_be_shown_is_shown_by_who_records_the_death(
    storage: MemoryStorage, asset: AssetRef, outcome: Literal["rejected", "failed"]
) -> None:
    """The record was closed, and then S3 refused: without a result nobody would see why."""
    key = f"assets/{asset.asset_id}/result.json"
    storage.s3 = FailingOnce(storage.s3, key)
    state = (
        {"admission": rejected_at_admission(storage, asset, "It is too small.")}
        if outcome == "rejected"
        else {"failure": DENIED}
    )
    with pytest.raises(AccessDeniedError):
        end(storage, asset, outcome, **state)
    closed = dict(storage.record(asset.asset_id))
    with pytest.raises(AccessDeniedError):
        die(storage, asset)
    storage.s3.refused = ""

    told = die(storage, asset)

    assert told.closed.is_ours
    assert storage.record(asset.asset_id) == closed
    result = storage.result_json(asset)
    assert (result["status"], result["reason"]) == (closed["status"], closed["reason"])
    assert not die(storage, asset).closed.is_ours, "once is enough"


def test_a_success_that_nobody_could_see_is_taken_back(storage: MemoryStorage, asset: AssetRef) -> None:
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", ARN)
    assert storage.records.close(asset, closing, now=NOW)
    assert die(storage, asset).closed.is_ours
    assert (storage.record(asset.asset_id)["status"], storage.result_json(asset)["status"]) == (
        "FAILED",
        "FAILED",
    )


def test_a_success_that_is_shown_outlives_its_execution(storage: MemoryStorage, asset: AssetRef) -> None:
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", ARN)
    assert storage.records.close(asset, closing, now=NOW)
    shown = AssetClosing(
        asset=asset,
        status=AssetStatus.SUCCEEDED,
        reason=None,
        execution_arn=ARN,
        started_at=NOW,
        finished_at=NOW,
        results={},
        copies={},
    )
    AssetCloser(storage.store(asset), storage.records, storage.sources).show(shown)
    assert not die(storage, asset).closed.is_ours
    assert storage.record(asset.asset_id)["status"] == "SUCCEEDED"


def test_a_death_closes_what_is_open_and_nothing_else(storage: MemoryStorage, asset: AssetRef) -> None:
    assert die(storage, asset).closed.is_ours
    assert storage.record(asset.asset_id)["failure"] == "States.Timeout"
    newer = replace(asset, attempt=2)
    assert storage.records.process(newer, execution_arn="arn:2", now=NOW)
    assert not die(storage, asset).closed.is_ours
    assert storage.record(asset.asset_id)["status"] == "PROCESSING"


def test_a_death_lists_what_the_execution_left(storage: MemoryStorage, asset: AssetRef) -> None:
    """And what that cost: nobody else would tell."""
    store = storage.store(asset)
    spent = (Usage("transcribe", "StartTranscriptionJob", "second", 120),)
    missing = (MissingOperation("transcribe:toxicity", "denied"),)
    gates = (Gate("pixels", 9, "px", "pass", ""),)
    store.put_document(
        store.result_key("admission.json"), Admission(asset, "video/mp4", (), (Modality.SPEECH,), gates)
    )
    store.put_document(
        store.result_key("transcript.json"), Transcript("en-US", (), missing=missing, usage=spent)
    )
    store.put_bytes(store.result_key("captions.vtt"), b"WEBVTT\n", "text/vtt")

    assert die(storage, asset).closed.is_ours

    result = storage.result_json(asset)
    assert result["results"].keys() == {"admission", "transcript", "captions_vtt", "receipt", "report"}
    assert result["modalities"] == ["speech"]
    assert [gate["name"] for gate in result["gates"]] == ["pixels"]
    assert [item["operation"] for item in result["missing"]] == ["transcribe:toxicity"]
    for claim in result["results"].values():
        body = storage.result(claim["uri"].removeprefix(f"s3://{storage.results}/"))
        assert (len(body), hashlib.sha256(body).hexdigest()) == (claim["size_bytes"], claim["sha256"])
    assert float(storage.record(asset.asset_id)["cost_usd"]) > 0


def test_a_version_that_ends_meanwhile_is_not_written_over(storage: MemoryStorage, asset: AssetRef) -> None:
    """It comes after the older one looked for it, and is through before that one has written."""
    end(storage, asset, "failed", failure=DENIED)  # what lies there of both is replaced, and its age unknown
    sources, looked = storage.sources, []

    class Slow:
        """The older one's: while it looks, the newer version is dropped and refused."""

        def find_current(self, key: str) -> ObjectHead | None:
            found = sources.find_current(key)
            if not looked:
                looked.append(found)
                newer = storage.drop(KEY, b"a newer version")
                end(storage, newer, "rejected", failure={"Error": "InvalidAssetError", "Cause": "It is new."})
            return found

        def tag(self, key: str, version_id: str, tags: Mapping[str, str]) -> bool:
            return sources.tag(key, version_id, tags)

    store = storage.store(asset)
    record_end(
        decode(ExecutionState, {"asset": encode(asset), "failure": DENIED}),
        "failed",
        store=store,
        closer=AssetCloser(store, storage.records, Slow()),  # type: ignore[arg-type]  # what closing uses of it
        book=price_book(),
        execution_arn=ARN,
        started_at=NOW,
        used=dict,
        now=NOW,
    )

    assert looked
    assert storage.result(f"by-source/{KEY}/reason.txt").startswith(b"REJECTED: It is new.")


def test_copies_belong_to_the_newest_version_of_the_key(storage: MemoryStorage, asset: AssetRef) -> None:
    storage.drop(KEY, b"a newer version")
    end(storage, asset, "failed", failure=DENIED)
    assert storage.keys("by-source/") == []
    assert storage.tags(asset)["braid-status"] == "FAILED"
