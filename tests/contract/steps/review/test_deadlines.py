"""What a review's deadline decides, and what it leaves to the decision that came before it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from braid.domain.asset.execution_state import ExecutionState
from braid.domain.clock import iso, parse_iso
from braid.domain.errors import AccessDeniedError
from braid.domain.wire import decode, encode
from braid.runtime.now import utc_now
from lambdas.review import handler_decide
from tests.contract.document_goldens import FOLDER
from tests.contract.steps.review.waiting_executions import Waiting
from tests.doubles.lambda_context import CONTEXT


def _deadline(waiting: Waiting) -> dict[str, Any]:
    asked = json.loads(waiting.desk.storage.record(waiting.asset.asset_id)["review"])["request"]
    return {"deadline_of": waiting.asset.asset_id, "requested_at": asked["requested_at"]}


def test_the_deadline_rejects_where_the_profile_says_so(waiting: Waiting) -> None:
    handler_decide.handler(_deadline(waiting), CONTEXT)

    output = waiting.output()
    assert (output["decision"], output["by"]) == ("reject", "nobody")
    assert waiting.document(output["review"])["by_deadline"] is True


def test_a_deadline_that_is_no_more_decides_nothing(waiting: Waiting) -> None:
    stale = {**_deadline(waiting), "requested_at": "2020-01-01T00:00:00.000Z"}

    assert "was decided before" in handler_decide.handler(stale, CONTEXT)["summary"]
    assert waiting.is_running
    waiting.decide("approve")
    assert "was decided before" in handler_decide.handler(_deadline(waiting), CONTEXT)["summary"]
    assert waiting.output()["decision"] == "approve"


def test_a_decision_that_was_written_but_not_told_is_told_at_the_deadline(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.decide_and_die("approve", monkeypatch)
    assert waiting.is_running

    handler_decide.handler(_deadline(waiting), CONTEXT)

    assert waiting.output()["decision"] == "approve"


def test_a_deadline_that_can_t_be_taken_back_undoes_no_decision(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_group: str, _name: str) -> None:
        raise AccessDeniedError("scheduler:DeleteSchedule: denied")

    monkeypatch.setattr("lambdas.review.deciding.delete_schedule", refuse)

    waiting.decide("approve")

    assert waiting.output()["decision"] == "approve"
    assert "was decided before" in handler_decide.handler(_deadline(waiting), CONTEXT)["summary"]


def test_the_deadline_of_an_attempt_that_was_overtaken_decides_nothing(waiting: Waiting) -> None:
    deadline, storage = _deadline(waiting), waiting.desk.storage
    newer = replace(waiting.asset, attempt=2)
    assert storage.records.process(newer, execution_arn="arn:of:the:second", now=utc_now())

    assert "was decided before" in handler_decide.handler(deadline, CONTEXT)["summary"]

    assert storage.keys(f"assets/{waiting.asset.asset_id}/2/") == []
    assert storage.record(waiting.asset.asset_id)["status"] == "PROCESSING"


@pytest.mark.parametrize("how", ["approved", "by deadline"])
def test_a_review_that_waited_29_days_ends_well_after_an_upgrade(waiting: Waiting, how: str) -> None:
    """What waits is as 0.2.0 stored it, and its deadline lies in the account's default group."""
    stored = json.loads((FOLDER / "0.2.0" / "open_review.json").read_text("utf-8"))
    asked_at = iso(parse_iso(utc_now()) - timedelta(days=29))
    stored["request"] |= {"requested_at": asked_at, "deadline": utc_now(), "on_deadline": "publish"}
    stored |= {"timeline": encode(waiting.timeline), "answer": encode(waiting.answer)}
    desk, asset = waiting.desk, waiting.asset
    desk.storage.dynamodb.update_item(
        TableName=desk.storage.table,
        Key={"asset_id": {"S": asset.asset_id}},
        UpdateExpression="SET review = :review",
        ExpressionAttributeValues={":review": {"S": json.dumps(stored)}},
    )
    event = {"deadline_of": asset.asset_id, "requested_at": asked_at}

    if how == "approved":
        waiting.decide("approve", note="fine after all")
        # Its old deadline isn't found where deadlines lie now: it comes, and finds nothing to do.
        assert handler_decide.handler(event, CONTEXT)["summary"].endswith("was decided before")
    else:
        assert handler_decide.handler(event, CONTEXT)["summary"].endswith("approve")

    output = waiting.output()
    assert output["decision"] == "approve"
    state = {"asset": encode(asset), "review": output, "fusion": None, "admission": None}
    decoded = decode(ExecutionState, state)
    assert decoded.review is not None
    assert decoded.review.claim is not None
    assert waiting.document(encode(decoded.review.review))["request"]["requested_at"] == asked_at
