"""How a reviewer is asked: the record, the deadline, the message and the report."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from braid.domain.clock import parse_iso
from tests.contract.steps.review.waiting_executions import ASK, Desk, Waiting


def test_asking_opens_the_review_sets_the_deadline_and_tells_people(waiting: Waiting) -> None:
    record = waiting.desk.storage.record(waiting.asset.asset_id)

    assert record["status"] == "AWAITING_REVIEW"
    assert record["reason"] == "confidence 0.40 is below 0.5"
    (name,) = waiting.schedules
    entry = waiting.desk.scheduler.get_schedule(GroupName=ASK["SCHEDULE_GROUP"], Name=name)
    asked = json.loads(record["review"])["request"]
    assert parse_iso(asked["deadline"]) - parse_iso(asked["requested_at"]) == timedelta(hours=72)
    assert entry["ScheduleExpression"] == f"at({asked['deadline'][:19]})"
    assert entry["ActionAfterCompletion"] == "DELETE"
    found = waiting.desk.sqs.receive_message(QueueUrl=waiting.desk.told_url, WaitTimeSeconds=5)["Messages"]
    message = json.loads(found[0]["Body"])
    assert "shoe.txt awaits review" in message["Subject"]
    assert waiting.token not in json.dumps(message)


def test_an_invitation_that_can_not_be_sent_leaves_the_review_open(
    desk: Desk, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEW_TOPIC_ARN", f"{desk.topic}-gone")

    waiting = desk.wait(folder)

    assert desk.storage.record(waiting.asset.asset_id)["status"] == "AWAITING_REVIEW"
    assert len(waiting.schedules) == 1


def test_the_reviewer_finds_a_report_with_the_answer_and_why_it_waits(waiting: Waiting) -> None:
    page = waiting.desk.storage.result(f"assets/{waiting.asset.asset_id}/1/report.html").decode()

    assert "AWAITING_REVIEW" in page
    assert "This answer awaits review: confidence 0.40 is below 0.5." in page
    assert "The Trail Runner is a light shoe." in page


def test_what_goes_wrong_while_asking_reaches_the_waiting_state_under_its_name(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "asset", replace(waiting.asset, attempt=0))

    waiting.ask()

    for _ in range(100):
        if not waiting.is_running:
            break
        time.sleep(0.1)
    history = waiting.desk.sfn.get_execution_history(executionArn=waiting.execution_arn)["events"]
    (failed,) = [event for event in history if event["type"] == "TaskFailed"]
    assert failed["taskFailedEventDetails"]["error"] == "InvalidInputError"
    assert "a newer attempt has taken over" in failed["taskFailedEventDetails"]["cause"]
