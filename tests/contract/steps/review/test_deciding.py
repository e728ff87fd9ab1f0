"""What a decision does to the execution that waits for it, and which decisions are refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from braid.domain.answer.review import Decision, Review, ReviewRequest
from braid.domain.asset.asset import AssetStatus
from braid.domain.claim_check import Claim
from braid.domain.clock import iso, parse_iso
from braid.domain.wire import encode
from braid.runtime.now import utc_now
from braid.store.records import RecordClosing
from braid.store.review_records import Decided, ReviewRecords
from lambdas.review import handler_decide
from tests.contract.steps.review.waiting_executions import CORRECTED, Desk, Waiting
from tests.unit.inference.timelines import GOOD


def test_an_approved_answer_goes_on_as_it_is(waiting: Waiting) -> None:
    waiting.decide("approve", note="fine")

    output = waiting.output()
    assert (output["decision"], output["by"]) == ("approve", "ann")
    standing = waiting.document(output["claim"])
    assert standing["answer"] == GOOD
    assert standing["review"] == {
        "decision": "approve",
        "by": "ann",
        "at": output["at"],
        "note": "fine",
    }
    assert waiting.schedules == []
    assert waiting.document(output["example"])["label"] == "approve"


def test_a_correction_is_kept_beside_the_answer_as_an_example(waiting: Waiting) -> None:
    waiting.decide("edit", answer=CORRECTED)

    output = waiting.output()
    standing = waiting.document(output["claim"])
    assert standing["answer"] == CORRECTED
    assert standing["method"] == "reviewer"
    assert standing["first_sentence"] == "The Trail Runner is light."
    body = waiting.desk.storage.result(Claim(**output["example"]).key)
    (line,) = body.decode().splitlines()
    example = json.loads(line)
    assert (example["answer"], example["corrected"]) == (GOOD, CORRECTED)
    assert "p0001" in {piece["evidence_id"] for piece in example["evidence"]}
    assert waiting.document(encode(waiting.answer))["answer"] == GOOD, "the original stays"


def test_a_rejected_answer_leaves_none(waiting: Waiting) -> None:
    waiting.decide("reject", note="wrong shoe")

    output = waiting.output()
    assert output["claim"] is None
    assert output["note"] == "wrong shoe"
    assert waiting.document(output["example"]).get("corrected") is None


def test_a_second_decision_says_who_was_first_and_changes_nothing(waiting: Waiting) -> None:
    waiting.decide("approve")
    before = waiting.desk.storage.record(waiting.asset.asset_id)

    with pytest.raises(Exception, match=r"was approved by ann at .*; a decision stands"):
        waiting.decide("reject", by="bob")

    assert waiting.desk.storage.record(waiting.asset.asset_id) == before
    assert waiting.output()["decision"] == "approve"


def test_a_decision_that_comes_after_the_executions_end_changes_nothing(waiting: Waiting) -> None:
    waiting.desk.sfn.stop_execution(executionArn=waiting.execution_arn)
    time.sleep(0.5)  # the embedded AWS forgets the token when the stopped state looks up next
    before = waiting.desk.storage.record(waiting.asset.asset_id)

    with pytest.raises(Exception, match="doesn't wait any more: nothing was changed"):
        waiting.decide("approve")

    assert waiting.desk.storage.record(waiting.asset.asset_id) == before


def test_a_closed_asset_waits_for_nobody(waiting: Waiting) -> None:
    closing = RecordClosing(AssetStatus.FAILED, "stopped", None, waiting.execution_arn)
    assert waiting.desk.storage.records.close(waiting.asset, closing, now=utc_now())

    with pytest.raises(Exception, match="isn't awaiting review"):
        waiting.decide("approve")

    assert "review_token" not in waiting.desk.storage.record(waiting.asset.asset_id)


def test_a_decision_about_what_was_analysed_again_since_is_refused(waiting: Waiting) -> None:
    earlier = iso(parse_iso(utc_now()) - timedelta(hours=1))

    with pytest.raises(Exception, match="has been analysed again since"):
        waiting.decide("approve", attempt=1, requested_at=earlier)
    assert waiting.is_running


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        ({"decision": "edit", "answer": {"summary": []}}, "doesn't fit the profile's schema"),
        (
            {
                "decision": "edit",
                "answer": {**GOOD, "summary": [{"text": "x", "evidence_ids": ["u9999"]}]},
            },
            "cites evidence that isn't there: u9999",
        ),
        ({"decision": "edit"}, "a corrected answer belongs to the decision 'edit'"),
        ({"decision": "approve", "answer": GOOD}, "a corrected answer belongs"),
        ({"decision": "approve", "by": "  "}, "say who decides"),
    ],
)
def test_an_order_that_lacks_something_changes_nothing(
    waiting: Waiting, order: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(Exception, match=complaint):
        waiting.decide(**order)

    assert waiting.is_running
    waiting.decide("approve")
    assert waiting.output()["decision"] == "approve"


def test_without_an_answer_there_is_nothing_to_approve(desk: Desk, folder: str) -> None:
    waiting = desk.wait(folder, has_answer=False)

    with pytest.raises(Exception, match="there is no answer to approve"):
        waiting.decide("approve")
    waiting.decide("edit", answer=CORRECTED)

    assert waiting.document(waiting.output()["claim"])["answer"] == CORRECTED


def test_a_decision_not_yet_told_is_told_when_somebody_decides_again(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.decide_and_die("approve", monkeypatch)
    with pytest.raises(Exception, match="was approved by ann"):
        waiting.decide("reject", by="bob")
    assert waiting.is_running, "the first one may still be at it"
    later = iso(parse_iso(utc_now()) + timedelta(minutes=3))
    monkeypatch.setattr(handler_decide, "utc_now", lambda: later)

    with pytest.raises(Exception, match="was approved by ann"):
        waiting.decide("reject", by="bob")

    assert waiting.output()["decision"] == "approve"


def test_two_reviewers_at_once_are_told_apart(waiting: Waiting) -> None:
    records = ReviewRecords(waiting.desk.storage.table)
    record = records.find(waiting.asset.asset_id)
    assert record.review is not None
    decided = _decided(record.review.request)

    assert records.decide(record, decided("approve"))
    assert not records.decide(record, decided("reject"))


def _decided(request: ReviewRequest) -> Callable[[Decision], Decided]:
    return lambda decision: Decided(Review(decision, "ann", utc_now(), request), None)
