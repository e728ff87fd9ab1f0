"""A review from its request to its end, against a state machine that really waits for the token."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import find_claims
from braid.domain.answer.review import Decision, Review, ReviewRequest
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.claim_check import Claim
from braid.domain.clock import iso, parse_iso
from braid.domain.errors import AccessDeniedError
from braid.domain.wire import decode, encode
from braid.runtime.now import utc_now
from braid.store.records import RecordClosing
from braid.store.review_records import Decided, ReviewRecords
from lambdas.review import handler_ask, handler_decide
from tests.contract.conftest import Storage
from tests.contract.document_goldens import FOLDER
from tests.doubles.lambda_context import CONTEXT
from tests.unit.inference.timelines import GOOD, shoe

ASK = {
    "SCHEDULE_GROUP": "braid-test",
    "DECIDE_FUNCTION_ARN": "arn:aws:lambda:us-east-1:000000000000:function:braid-test-review-decide",
    "SCHEDULER_ROLE_ARN": "arn:aws:iam::000000000000:role/deadlines",
}
TIMELINE = shoe()
CORRECTED = {**GOOD, "summary": [{"text": "The Trail Runner is light.", "evidence_ids": ["p0001"]}]}
ANSWER = Answer(
    profile="general",
    profile_hash="h",
    method="model",
    model_id="us.amazon.nova-micro-v1:0",
    route=(),
    answer=GOOD,
    claims=tuple(find_claims(GOOD)),
    confidence=0.4,
    first_sentence="The Trail Runner is a light shoe.",
)


@dataclass
class Desk:
    """One deployment's worth of what a review needs, and executions that wait."""

    storage: Storage
    sfn: Any
    sqs: Any
    scheduler: Any
    machine_arn: str
    queue_url: str
    told_url: str
    topic: str

    def wait(self, folder: str, *, has_answer: bool = True) -> Waiting:
        """An asset whose execution waits, and whose reviewer was asked."""
        asset = self.storage.drop(f"{folder}/shoe.txt")
        self.storage.records.put_received(asset, received_at=utc_now(), now=utc_now())
        store = self.storage.store(asset)
        claim = store.put_document(store.result_key("timeline.json"), TIMELINE)
        answer = store.put_document(store.result_key("answer.json"), ANSWER) if has_answer else None
        execution = self.sfn.start_execution(stateMachineArn=self.machine_arn, name=asset.asset_id)
        waiting = Waiting(self, asset, execution["executionArn"], answer, claim, self._token())
        waiting.ask()
        return waiting

    def _token(self) -> str:
        for _ in range(100):
            found = self.sqs.receive_message(QueueUrl=self.queue_url, WaitTimeSeconds=1).get("Messages", [])
            if found:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=found[0]["ReceiptHandle"])
                return str(json.loads(found[0]["Body"])["token"])
        raise AssertionError("no execution asked for anything")


@dataclass
class Waiting:
    """One execution that waits for a decision."""

    desk: Desk
    asset: AssetRef
    execution_arn: str
    answer: Claim | None
    timeline: Claim
    token: str

    def ask(self) -> None:
        state = {
            "asset": encode(self.asset),
            "fusion": {"verdict": "enough", "summary": "", "reason": None, "claim": encode(self.timeline)},
            "answer": {
                "summary": "",
                "claim": encode(self.answer) if self.answer else None,
                "needs_review": True,
                "review_reasons": ["confidence 0.40 is below 0.5"],
            },
        }
        event = {
            "state": state,
            "execution_arn": self.execution_arn,
            "started_at": utc_now(),
            "task_token": self.token,
        }
        handler_ask.handler(event, CONTEXT)

    def decide(self, decision: Decision, **more: Any) -> dict[str, Any]:
        order = {"asset_id": self.asset.asset_id, "decision": decision, "by": "ann", **more}
        told: dict[str, Any] = handler_decide.handler(order, CONTEXT)
        return told

    def output(self) -> dict[str, Any]:
        """What the waiting state gave, once the execution has ended."""
        for _ in range(100):
            found = self.desk.sfn.describe_execution(executionArn=self.execution_arn)
            if found["status"] != "RUNNING":
                assert found["status"] == "SUCCEEDED", found
                value: dict[str, Any] = json.loads(found["output"])
                return value
            time.sleep(0.1)
        raise AssertionError("the execution still waits")

    @property
    def is_running(self) -> bool:
        status = self.desk.sfn.describe_execution(executionArn=self.execution_arn)["status"]
        return bool(status == "RUNNING")

    def document(self, claim: dict[str, Any]) -> dict[str, Any]:
        body = self.desk.storage.result(Claim(**claim).key)
        value: dict[str, Any] = json.loads(body)
        return value

    @property
    def schedules(self) -> list[str]:
        found = self.desk.scheduler.list_schedules(GroupName=ASK["SCHEDULE_GROUP"])["Schedules"]
        return [entry["Name"] for entry in found if self.asset.asset_id[-20:] in entry["Name"]]


@pytest.fixture(scope="module")
def desk(storage: Storage) -> Desk:
    iam, sqs, sns, sfn, scheduler = map(storage.client, ("iam", "sqs", "sns", "stepfunctions", "scheduler"))
    queue_url = sqs.create_queue(QueueName="review-tokens")["QueueUrl"]
    told_url = sqs.create_queue(QueueName="review-told")["QueueUrl"]
    told_arn = sqs.get_queue_attributes(QueueUrl=told_url, AttributeNames=["QueueArn"])["Attributes"]
    topic = sns.create_topic(Name="reviews")["TopicArn"]
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    from_topic = {"ArnEquals": {"aws:SourceArn": topic}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [{**anyone, "Condition": from_topic}]})
    sqs.set_queue_attributes(QueueUrl=told_url, Attributes={"Policy": document})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=told_arn["QueueArn"])
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="review-machine", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    may = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    iam.put_role_policy(RoleName="review-machine", PolicyName="send", PolicyDocument=policy)
    definition = {
        "StartAt": "Wait",
        "States": {
            "Wait": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": queue_url, "MessageBody": {"token.$": "$$.Task.Token"}},
                "End": True,
            }
        },
    }
    scheduler.create_schedule_group(Name=ASK["SCHEDULE_GROUP"])
    machine = sfn.create_state_machine(name="reviewed", definition=json.dumps(definition), roleArn=role)
    return Desk(storage, sfn, sqs, scheduler, machine["stateMachineArn"], queue_url, told_url, topic)


@pytest.fixture(autouse=True)
def _settings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ASK, "REVIEW_TOPIC_ARN": desk.topic}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def waiting(desk: Desk, folder: str) -> Waiting:
    return desk.wait(folder)


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
    def breaks(*_: object, **__: object) -> bool:
        raise TimeoutError("the function died here")

    with monkeypatch.context() as patch:
        patch.setattr("lambdas.review.deciding.send_success", breaks)
        with pytest.raises(Exception, match="died here"):
            waiting.decide("approve")
    assert waiting.is_running

    handler_decide.handler(_deadline(waiting), CONTEXT)

    assert waiting.output()["decision"] == "approve"


def test_a_decision_not_yet_told_is_told_when_somebody_decides_again(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> bool:
        raise TimeoutError("the function died here")

    with monkeypatch.context() as patch:
        patch.setattr("lambdas.review.deciding.send_success", breaks)
        with pytest.raises(Exception, match="died here"):
            waiting.decide("approve")
    with pytest.raises(Exception, match="was approved by ann"):
        waiting.decide("reject", by="bob")
    assert waiting.is_running, "the first one may still be at it"
    later = iso(parse_iso(utc_now()) + timedelta(minutes=3))
    monkeypatch.setattr(handler_decide, "utc_now", lambda: later)

    with pytest.raises(Exception, match="was approved by ann"):
        waiting.decide("reject", by="bob")

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


def test_two_reviewers_at_once_are_told_apart(waiting: Waiting) -> None:
    records = ReviewRecords(waiting.desk.storage.table)
    record = records.find(waiting.asset.asset_id)
    assert record.review is not None
    decided = _decided(record.review.request)

    assert records.decide(record, decided("approve"))
    assert not records.decide(record, decided("reject"))


def _decided(request: ReviewRequest) -> Callable[[Decision], Decided]:
    return lambda decision: Decided(Review(decision, "ann", utc_now(), request), None)


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
