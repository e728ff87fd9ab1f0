"""A state machine whose executions wait for their token, and one execution that waits."""

from __future__ import annotations

import json

import pytest

from tests.contract.conftest import Storage
from tests.contract.steps.review.waiting_executions import ASK, Desk, Waiting


@pytest.fixture(scope="session")
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
