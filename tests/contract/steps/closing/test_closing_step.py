"""Record Rejection, Record Failure, and executions that died: the record says why, once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.result import Result
from braid.domain.errors import InvalidInputError
from braid.domain.wire import encode
from braid.store.records import RecordClosing
from lambdas.closing.handler_record import handler
from tests.contract.conftest import Storage
from tests.contract.document_goldens import filled
from tests.doubles.lambda_context import CONTEXT

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:n"
STARTED = "2026-11-20T10:11:12.000Z"


@pytest.fixture
def asset(storage: Storage, folder: str) -> AssetRef:
    dropped = storage.drop(f"{folder}/<b>ü & co</b>.mp4")
    storage.records.put_received(dropped, received_at=STARTED, now=STARTED)
    return dropped


def record(state: dict[str, Any], outcome: str) -> dict[str, Any]:
    event = {"state": state, "outcome": outcome, "execution_arn": ARN, "started_at": STARTED}
    answer = handler(event, CONTEXT)
    assert len(json.dumps(answer, ensure_ascii=False).encode()) <= 1536
    told: dict[str, Any] = json.loads(json.dumps(answer))
    assert set(told) == {"asset_id", "status", "source_key", "reason", "error", "result_uri", "summary"}
    return told


def died(asset: AssetRef | None, status: str, **detail: Any) -> dict[str, Any]:
    given = json.dumps({"asset": encode(asset)}) if asset else '{"by": "hand"}'
    return {
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "detail": {
            "executionArn": ARN,
            "stateMachineArn": "arn",
            "name": "n",
            "status": status,
            "startDate": 1_763_633_472_000,
            "stopDate": 1_763_633_499_000,
            "input": given,
            "output": None,
            **detail,
        },
    }


def test_a_long_word_about_a_stopped_execution_is_told_in_short(storage: Storage, asset: AssetRef) -> None:
    handler(died(asset, "ABORTED", error="Manual", cause="because " * 4000), CONTEXT)
    reason = storage.record(asset.asset_id)["reason"]
    assert reason.startswith("Someone stopped the execution (Manual: because because")
    assert len(reason.encode()) < 600


def rejected_by_gates(storage: Storage, asset: AssetRef, reason: str) -> dict[str, Any]:
    store = storage.store(asset)
    admission = Admission(asset, "image/png", (), (), (Gate("pixels", 9, "px", "reject", reason),))
    claim = store.put_document(store.result_key("admission.json"), admission)
    outcome = {
        "admitted": False,
        "summary": "",
        "reason": reason,
        "modalities": {"speech": False, "vision": False, "text": False},
        "claim": encode(claim),
    }
    return {"asset": encode(asset), "admission": outcome}


def test_a_rejection_says_why_everywhere(storage: Storage, asset: AssetRef) -> None:
    told = record(rejected_by_gates(storage, asset, "'a.png': It is too <small>."), "rejected")
    assert (told["status"], told["reason"]) == ("REJECTED", "'a.png': It is too <small>.")
    closed = storage.record(asset.asset_id)
    assert (closed["status"], closed["reason"]) == ("REJECTED", "'a.png': It is too <small>.")
    result = storage.result_json(asset)
    assert (result["status"], result["gates"][0]["outcome"]) == ("REJECTED", "reject")
    assert sorted(result["results"]) == ["admission", "receipt", "report"]
    assert storage.tags(asset)["braid-status"] == "REJECTED"
    beside = f"by-source/{asset.source.key}"
    assert storage.result(f"{beside}/reason.txt").startswith(b"REJECTED: 'a.png': It is too <small>.\n")
    page = storage.result(f"{beside}/report.html")
    assert b"too &lt;small&gt;." in page
    assert b"&lt;b&gt;" in page
    assert b"<b>" not in page


def test_a_success_that_could_not_be_shown_is_taken_back(storage: Storage, asset: AssetRef) -> None:
    """The publisher closed the record and then failed for good: nobody would find what it promises."""
    storage.records.close(
        asset, RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", ARN), now=STARTED
    )
    failure = {"Error": "AccessDeniedError", "Cause": "s3:PutObjectTagging: AccessDenied"}
    assert record({"asset": encode(asset), "failure": failure}, "failed")["status"] == "FAILED"
    assert storage.record(asset.asset_id)["status"] == "FAILED"
    assert storage.result_json(asset)["status"] == "FAILED"


def test_what_another_execution_published_stands(storage: Storage, asset: AssetRef) -> None:
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, "s3://r/result.json", "arn:another")
    storage.records.close(asset, closing, now=STARTED)
    failure = {"Error": "AccessDeniedError", "Cause": "no"}
    told = record({"asset": encode(asset), "failure": failure}, "failed")
    assert told["status"] == "SUCCEEDED"
    assert storage.record(asset.asset_id)["status"] == "SUCCEEDED"
    assert storage.keys(f"assets/{asset.asset_id}/result.json") == []


@pytest.mark.parametrize(
    ("failure", "outcome", "status", "reason"),
    [
        (
            {"Error": "InvalidAssetError", "Cause": json.dumps({"errorMessage": "It has no pages."})},
            "rejected",
            "REJECTED",
            "It has no pages.",
        ),
        (
            {"Error": "Runtime.ExitError", "Cause": "RequestId: 1 Error: Runtime exited with signal: killed"},
            "rejected",
            "REJECTED",
            "The file can't be processed: it ran out of memory, twice.",
        ),
        (
            {"Error": "Runtime.OutOfMemory", "Cause": "RequestId: 1"},
            "rejected",
            "REJECTED",
            "The file can't be processed: it ran out of memory, twice.",
        ),
        (
            {"Error": "Sandbox.NeverHeardOf", "Cause": "RequestId: 1"},
            "failed",
            "REJECTED",
            "The file can't be processed: the program that works on it crashed, twice.",
        ),
        (
            {
                "Error": "AccessDeniedError",
                "Cause": json.dumps({"errorMessage": "s3:PutObject: AccessDenied"}),
            },
            "failed",
            "FAILED",
            "s3:PutObject: AccessDenied",
        ),
        ({"Error": "States.Timeout", "Cause": ""}, "failed", "FAILED", "A step was stopped: it took longer"),
        (
            {"Error": "KeyError", "Cause": json.dumps({"errorMessage": "'codec'", "errorType": "KeyError"})},
            "failed",
            "FAILED",
            "Braid failed on this file; the cause is in the log",
        ),
    ],
)
def test_a_caught_error_is_told_in_words(
    storage: Storage, asset: AssetRef, failure: dict[str, str], outcome: str, status: str, reason: str
) -> None:
    told = record({"asset": encode(asset), "failure": failure}, outcome)
    assert told["status"] == status
    assert told["reason"].startswith(reason)
    assert storage.record(asset.asset_id)["reason"].startswith(reason)
    if outcome == "failed":
        assert told["error"] == failure["Error"]


def test_a_required_modality_that_gave_nothing_fails_with_its_reason(
    storage: Storage, asset: AssetRef
) -> None:
    store = storage.store(asset)
    timeline = store.put_bytes(
        store.result_key("timeline.json"),
        json.dumps(
            {
                "segments": [],
                "observations": [],
                "alignments": [],
                "evidence": [],
                "quality": {},
                "warnings": [],
            }
        ).encode(),
        "application/json",
    )
    reason = "the profile requires speech, and the job failed"
    fusion = {"verdict": "required_missing", "summary": "", "reason": reason, "claim": encode(timeline)}
    told = record({"asset": encode(asset), "fusion": fusion}, "failed")
    assert (told["error"], told["reason"]) == ("RequiredModalityMissing", reason)


def test_recording_twice_ends_the_same(storage: Storage, asset: AssetRef) -> None:
    state = rejected_by_gates(storage, asset, "too small")
    assert record(state, "rejected") == record(state, "rejected")


@pytest.mark.parametrize(
    ("status", "detail", "reason"),
    [
        ("TIMED_OUT", {}, "The execution ran longer than the state machine allows"),
        ("ABORTED", {}, "Someone stopped the execution"),
        ("ABORTED", {"error": "Wrong", "cause": "the wrong file"}, "(Wrong: the wrong file)"),
        (
            "FAILED",
            {"error": "States.DataLimitExceeded", "cause": "too much"},
            "The execution failed: Braid failed on this file; the cause is in the log",
        ),
    ],
)
def test_an_execution_that_died_closes_its_open_record(
    storage: Storage, asset: AssetRef, status: str, detail: dict[str, str], reason: str
) -> None:
    told = handler(died(asset, status, **detail), CONTEXT)
    assert told["status"] == "FAILED"
    closed = storage.record(asset.asset_id)
    assert closed["status"] == "FAILED"
    assert reason in closed["reason"]
    assert storage.result_json(asset)["execution_arn"] == ARN
    assert handler(died(asset, status, **detail), CONTEXT) == told  # the rule may tell it twice


def test_a_record_that_is_closed_stays_as_it_was_told_first(storage: Storage, asset: AssetRef) -> None:
    failure = {"Error": "AccessDeniedError", "Cause": "no"}
    record({"asset": encode(asset), "failure": failure}, "failed")
    before = {key: storage.result(key) for key in storage.keys(f"assets/{asset.asset_id}/")}
    told = handler(died(asset, "FAILED", error="AccessDeniedError", cause="AccessDeniedError: no"), CONTEXT)
    assert "closed before" in told["summary"]
    assert {key: storage.result(key) for key in storage.keys(f"assets/{asset.asset_id}/")} == before
    assert storage.record(asset.asset_id)["reason"] == "no"
    assert storage.record(asset.asset_id)["failure"] == "AccessDeniedError: no"


def test_a_published_asset_is_not_touched_by_a_late_abort(storage: Storage, asset: AssetRef) -> None:
    storage.records.close(asset, RecordClosing(AssetStatus.SUCCEEDED, None, None, ARN), now=STARTED)
    shown = replace(filled(Result), attempt=asset.attempt, status=AssetStatus.SUCCEEDED)
    storage.store(asset).put_document(f"assets/{asset.asset_id}/result.json", shown)
    assert handler(died(asset, "ABORTED"), CONTEXT)["status"] == "SUCCEEDED"
    assert storage.tags(asset) == {}


def test_a_death_without_a_record_gets_one_and_a_late_one_is_counted(
    storage: Storage, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asset = storage.drop(f"{folder}/by-hand.txt")
    handler(died(asset, "TIMED_OUT"), CONTEXT)
    assert storage.record(asset.asset_id)["status"] == "FAILED"
    assert '"TimedOutExecutions"' in capsys.readouterr().out


def test_an_execution_that_no_asset_started_is_left_alone(storage: Storage) -> None:
    assert "nothing to record" in handler(died(None, "FAILED"), CONTEXT)["summary"]


def test_what_is_no_death_is_our_bug(storage: Storage, asset: AssetRef) -> None:
    with pytest.raises(InvalidInputError, match="SUCCEEDED has not died"):
        handler(died(asset, "SUCCEEDED"), CONTEXT)
    with pytest.raises(InvalidInputError, match="names no execution"):
        handler({"detail-type": "Step Functions Execution Status Change", "detail": {}}, CONTEXT)
