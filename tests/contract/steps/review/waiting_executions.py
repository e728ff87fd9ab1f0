"""Executions that wait for a reviewer's decision, in a state machine that really waits for the token."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import find_claims
from braid.domain.answer.review import Decision
from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.wire import encode
from braid.runtime.now import utc_now
from lambdas.review import handler_ask, handler_decide
from tests.contract.conftest import Storage
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

    def decide_and_die(self, decision: Decision, monkeypatch: pytest.MonkeyPatch) -> None:
        """Decides in a function that dies between writing the decision and telling it."""

        def breaks(*_: object, **__: object) -> bool:
            raise TimeoutError("the function died here")

        with monkeypatch.context() as patch:
            patch.setattr("lambdas.review.deciding.send_success", breaks)
            with pytest.raises(Exception, match="its message isn't logged") as died:
                self.decide(decision)
            assert type(died.value).__name__ == "TimeoutError"

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
