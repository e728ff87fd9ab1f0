"""Decisions over stores in memory: one is written, one is told, and whoever comes late changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import find_claims
from braid.domain.answer.review import Decision, ReviewRequest
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.errors import AccessDeniedError, InvalidInputError
from braid.domain.wire import encode
from braid.runtime.library import profile
from braid.store.records import RecordClosing
from braid.store.review_records import OpenReview
from lambdas.review.deciding import DeadlinePassed, ReviewDecision, Reviews
from tests.doubles.memory_stores import MemoryStorage, WaitingExecutions
from tests.unit.inference.timelines import GOOD, shoe

ASKED, SOON, LATE = "2026-11-20T10:00:00.000Z", "2026-11-20T10:00:30.000Z", "2026-11-20T10:10:00.000Z"
REQUEST = ReviewRequest(("confidence 0.40 is below 0.5",), ASKED, "2026-11-23T10:00:00.000Z", "reject")
CORRECTED = {**GOOD, "summary": [{"text": "The Trail Runner is light.", "evidence_ids": ["p0001"]}]}
TIMELINE = shoe()
ANSWER = Answer(
    "general",
    "h",
    "model",
    "us.amazon.nova-micro-v1:0",
    (),
    GOOD,
    tuple(find_claims(GOOD)),
    0.4,
    "A light shoe.",
)


class Desk:
    """One asset whose execution waits for a decision."""

    def __init__(self, *, on_deadline: str = "reject", has_answer: bool = True) -> None:
        self.storage, self.executions = MemoryStorage(), WaitingExecutions({"token"})
        self.deleted_schedules: list[str] = []
        self.request = replace(REQUEST, on_deadline=on_deadline)  # type: ignore[arg-type]
        self.asset = self.storage.drop("inbox/general/shoe.txt")
        self.reviews = Reviews(
            self.storage.reviews,
            profile,
            results_bucket=self.storage.results,
            schedule_group="braid-test",
            used=dict,
        )
        store = self.storage.store(self.asset)
        timeline = store.put_document(store.result_key("timeline.json"), TIMELINE)
        answer = store.put_document(store.result_key("answer.json"), ANSWER) if has_answer else None
        opened = OpenReview(self.request, timeline, answer)
        self._await(self.asset, opened)

    def _await(self, asset: AssetRef, opened: OpenReview) -> None:
        assert self.storage.records.await_review(
            asset,
            execution_arn="arn:1",
            token="token",
            review=json.dumps(encode(opened)),
            reason="; ".join(opened.request.reasons),
            now=ASKED,
        )

    def decide(self, decision: Decision, *, now: str = SOON, by: str = "ann", **more: Any) -> dict[str, Any]:
        return self.reviews.decide(ReviewDecision(self.asset.asset_id, decision, by, **more), now=now)

    def deadline(self, requested_at: str = ASKED) -> str:
        return self.reviews.apply_deadline(DeadlinePassed(self.asset.asset_id, requested_at), now=LATE)

    @property
    def output(self) -> dict[str, Any]:
        return dict(self.executions.outputs["token"])

    def document(self, claim: dict[str, Any]) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(
            self.storage.result(claim["uri"].removeprefix(f"s3://{self.storage.results}/"))
        )
        return value


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return _desk(monkeypatch)


def _desk(monkeypatch: pytest.MonkeyPatch, **how: Any) -> Desk:
    made = Desk(**how)
    # Documents of the deciding function's own store, and the two services that it tells.
    monkeypatch.setattr("braid.store.documents.client", lambda _service: made.storage.s3)
    monkeypatch.setattr("lambdas.review.deciding.send_success", made.executions.send_success)
    monkeypatch.setattr(
        "lambdas.review.deciding.delete_schedule",
        lambda _, name: made.deleted_schedules.append(name),
    )
    return made


def test_an_approved_answer_goes_on_as_it_is(desk: Desk) -> None:
    desk.decide("approve", note="fine")
    standing = desk.document(desk.output["claim"])
    assert standing["answer"] == GOOD
    assert standing["review"] == {"decision": "approve", "by": "ann", "at": SOON, "note": "fine"}
    assert len(desk.deleted_schedules) == 1


def test_a_correction_stands_and_the_original_stays(desk: Desk) -> None:
    desk.decide("edit", answer=CORRECTED)
    standing = desk.document(desk.output["claim"])
    assert (standing["answer"], standing["method"]) == (CORRECTED, "reviewer")
    example = desk.document(desk.output["example"])
    assert (example["answer"], example["corrected"]) == (GOOD, CORRECTED)


def test_a_rejected_answer_leaves_none(desk: Desk) -> None:
    desk.decide("reject", note="wrong shoe")
    assert (desk.output["claim"], desk.output["note"]) == (None, "wrong shoe")


def test_the_second_decision_says_who_was_first(desk: Desk) -> None:
    desk.decide("approve")
    before = desk.storage.record(desk.asset.asset_id)
    with pytest.raises(InvalidInputError, match=rf"was approved by ann at {SOON}; a decision stands"):
        desk.decide("reject", by="bob")
    assert desk.storage.record(desk.asset.asset_id) == before
    assert desk.output["decision"] == "approve"


def test_what_the_execution_cannot_hear_is_taken_back(desk: Desk) -> None:
    desk.executions.waiting.clear()
    before = desk.storage.record(desk.asset.asset_id)
    with pytest.raises(InvalidInputError, match="doesn't wait any more: nothing was changed"):
        desk.decide("approve")
    assert desk.storage.record(desk.asset.asset_id) == before


def test_an_unreported_decision_is_reported_once_its_writer_must_be_dead(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> bool:
        raise TimeoutError("the function died here")

    with monkeypatch.context() as patch:
        patch.setattr("lambdas.review.deciding.send_success", dies)
        with pytest.raises(TimeoutError):
            desk.decide("approve")
    with pytest.raises(InvalidInputError, match="was approved by ann"):
        desk.decide("reject", by="bob")
    assert desk.executions.outputs == {}, "the first one may still be at it"
    with pytest.raises(InvalidInputError, match="was approved by ann"):
        desk.decide("reject", by="bob", now=LATE)
    assert desk.output["decision"] == "approve"


@pytest.mark.parametrize(
    ("on_deadline", "decision", "has_answer"),
    [("reject", "reject", True), ("publish", "approve", True), ("reject", "reject", False)],
)
def test_the_deadline_decides_as_the_profile_says(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    on_deadline: str,
    decision: str,
    has_answer: bool,
) -> None:
    desk = _desk(monkeypatch, on_deadline=on_deadline, has_answer=has_answer)
    assert desk.deadline().endswith(f": {decision}")
    assert (desk.output["decision"], desk.output["by"]) == (decision, "nobody")
    assert desk.document(desk.output["review"])["by_deadline"] is True
    assert desk.deadline().endswith(": was decided before")
    assert capsys.readouterr().out.count('"PassedDeadlines":') == 1


def test_the_deadline_of_another_request_decides_nothing(desk: Desk) -> None:
    assert desk.deadline(requested_at=SOON).endswith(": was decided before")
    assert desk.executions.waiting == {"token"}


def test_the_deadline_of_an_overtaken_attempt_decides_nothing(desk: Desk) -> None:
    assert desk.storage.records.process(replace(desk.asset, attempt=2), execution_arn="arn:2", now=SOON)
    assert desk.deadline().endswith(": was decided before")
    assert desk.storage.record(desk.asset.asset_id)["status"] == "PROCESSING"


def test_a_closed_asset_waits_for_nobody(desk: Desk) -> None:
    closing = RecordClosing(AssetStatus.FAILED, "stopped", None, "arn:1")
    assert desk.storage.records.close(desk.asset, closing, now=SOON)
    with pytest.raises(InvalidInputError, match="isn't awaiting review"):
        desk.decide("approve")


def test_a_deadline_that_cannot_be_deleted_undoes_no_decision(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_group: str, _name: str) -> None:
        raise AccessDeniedError("scheduler:DeleteSchedule: denied")

    monkeypatch.setattr("lambdas.review.deciding.delete_schedule", refuse)
    desk.decide("approve")
    assert desk.output["decision"] == "approve"


def test_an_answer_that_was_changed_since_it_was_shown_is_not_approved(desk: Desk) -> None:
    key = f"assets/{desk.asset.asset_id}/1/answer.json"
    changed = desk.storage.result(key).replace(b"light shoe", b"heavy shoe")
    desk.storage.s3.objects[desk.storage.results, key] = changed
    with pytest.raises(InvalidInputError, match=r"answer\.json was changed or cut off after it was stored"):
        desk.decide("approve")
    assert desk.executions.waiting == {"token"}
    assert "review_decision" not in desk.storage.record(desk.asset.asset_id)


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ({"decision": "edit", "answer": {"summary": []}}, "doesn't fit the profile's schema"),
        ({"decision": "edit"}, "a corrected answer belongs to the decision 'edit'"),
        ({"decision": "approve", "answer": GOOD}, "a corrected answer belongs"),
        ({"decision": "approve", "by": "  "}, "say who decides"),
        ({"decision": "approve", "attempt": 2}, "has been analysed again since"),
        ({"decision": "approve", "requested_at": LATE}, "has been analysed again since"),
    ],
)
def test_an_incomplete_order_changes_nothing(desk: Desk, order: dict[str, Any], problem: str) -> None:
    before = desk.storage.record(desk.asset.asset_id)
    with pytest.raises(InvalidInputError, match=problem):
        desk.decide(**order)
    assert desk.storage.record(desk.asset.asset_id) == before
    assert desk.executions.waiting == {"token"}
