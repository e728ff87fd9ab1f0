"""An execution that published its result and died before it announced it: the event follows all the same."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.result import Result
from braid.domain.claim_check import Claim
from braid.domain.errors import ServiceUnavailableError
from braid.domain.wire import encode
from braid.store.records import RecordClosing
from evaluation.faults.consumer import consumer
from lambdas.closing import handler_record
from lambdas.closing.handler_record import handler
from tests.contract.conftest import Storage
from tests.contract.document_goldens import filled
from tests.doubles.lambda_context import CONTEXT

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:n"
STARTED = "2026-11-20T10:11:12.000Z"
Heard = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def asset(storage: Storage, folder: str) -> AssetRef:
    dropped = storage.drop(f"{folder}/talk.mp4")
    storage.records.put_received(dropped, received_at=STARTED, now=STARTED)
    return dropped


@pytest.fixture
def heard(storage: Storage, asset: AssetRef) -> Iterator[Heard]:
    """The details of "Asset Processed" that a consumer of the account's bus has had of the asset."""
    name = f"heard-{uuid.uuid4().hex[:8]}"
    with consumer(storage.client, name, {"asset_id": [asset.asset_id]}) as found:
        yield found.heard


def death(asset: AssetRef, status: str = "ABORTED") -> dict[str, Any]:
    detail = {"executionArn": ARN, "status": status, "input": json.dumps({"asset": encode(asset)})}
    return {"detail-type": "Step Functions Execution Status Change", "source": "aws.states", "detail": detail}


def publish(
    storage: Storage, asset: AssetRef, status: AssetStatus = AssetStatus.SUCCEEDED, *, arn: str = ARN
) -> Claim:
    """What Publish Result leaves; the claim of its report."""
    store = storage.store(asset)
    storage.records.close(asset, RecordClosing(status, None, None, arn), now=STARTED)
    answer = replace(filled(Answer), first_sentence="The ferry leaves at nine.")
    claims = {
        "answer": store.put_document(store.result_key("answer.json"), answer),
        "report": store.put_bytes(store.result_key("report.html"), b"<p>", "text/html"),
    }
    shown = replace(
        filled(Result),
        asset_id=asset.asset_id,
        attempt=asset.attempt,
        status=status,
        execution_arn=arn,
        results=claims,
    )
    store.put_document(f"assets/{asset.asset_id}/result.json", shown)
    return claims["report"]


@pytest.mark.parametrize("status", [AssetStatus.SUCCEEDED, AssetStatus.PARTIAL])
def test_what_was_published_is_announced(
    storage: Storage, asset: AssetRef, heard: Heard, status: AssetStatus
) -> None:
    report = publish(storage, asset, status)

    handler(death(asset), CONTEXT)

    (told,) = heard()
    assert told == {
        "asset_id": asset.asset_id,
        "status": status,
        "source_key": asset.source.key,
        "first_sentence": "The ferry leaves at nine.",
        "report_uri": report.uri,
        "result_uri": f"s3://{storage.results}/assets/{asset.asset_id}/result.json",
        "summary": f"{status}: 2 results",
    }
    assert storage.record(asset.asset_id)["status"] == status


def test_what_was_never_published_is_not(storage: Storage, asset: AssetRef, heard: Heard) -> None:
    handler(death(asset, "TIMED_OUT"), CONTEXT)

    assert storage.record(asset.asset_id)["status"] == "FAILED"
    assert heard() == []


def test_what_another_execution_published_is_its_own_to_announce(
    storage: Storage, asset: AssetRef, heard: Heard
) -> None:
    publish(storage, asset, arn="arn:another")
    handler(death(asset), CONTEXT)
    newer = replace(asset, attempt=2)
    storage.records.put_received(newer, received_at=STARTED, now=STARTED)
    publish(storage, newer)

    handler(death(asset), CONTEXT)

    assert heard() == []


def test_what_was_deleted_is_not(storage: Storage, asset: AssetRef, heard: Heard) -> None:
    publish(storage, asset)
    storage.records.delete(asset, now=STARTED)

    handler(death(asset), CONTEXT)

    assert heard() == []


def test_a_bus_that_takes_no_event_leaves_the_death_to_be_told_again(
    storage: Storage, asset: AssetRef, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(storage, asset)

    def refuse(*_: object) -> None:
        raise ServiceUnavailableError("events:PutEvents: no")

    with monkeypatch.context() as broken:
        broken.setattr(handler_record, "announce", refuse)
        with pytest.raises(ServiceUnavailableError):
            handler(death(asset), CONTEXT)
    handler(death(asset), CONTEXT)

    assert [told["status"] for told in heard()] == ["SUCCEEDED"]
