"""Alarms over a deployment as it stands: all are there, and what fails rings until it is mended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from cli.machine.alarms import alarm_findings
from cli.target import Target
from local import lifecycle
from stacks.operations.alarms import FAILURES
from tests.e2e.conftest import Deployed

# What the embedded AWS deploys by default.
STANDING = {"pipeline", "operations", "search", "generation"}
DEPLOYMENT = "braid-dev"


def look(deployed: Deployed, later_seconds: float) -> None:
    body = {"later_seconds": later_seconds}
    lifecycle.control(deployed.aws, "alarms", method="POST", body=body)


def ringing(target: Target) -> set[str]:
    findings = alarm_findings(target.cloudwatch, DEPLOYMENT)
    return {found.name.removeprefix("Alarm ") for found in findings if not found.ok}


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it didn't happen"
        time.sleep(0.1)


def test_every_failure_of_what_stands_has_its_alarm(deployed: Deployed) -> None:
    pages = deployed.target.cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=DEPLOYMENT)
    found = {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]}
    assert found == {f"{DEPLOYMENT}-{failure.name}" for failure in FAILURES if failure.stack in STANDING}


def test_a_message_that_nobody_can_read_rings_until_it_is_gone(deployed: Deployed) -> None:
    target = deployed.target
    target.sqs.send_message(QueueUrl=target.inbox_queue_url, MessageBody="no event at all")

    def lies_there() -> bool:
        asked = target.sqs.get_queue_attributes(
            QueueUrl=target.dead_letters_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(asked["Attributes"]["ApproximateNumberOfMessages"]) > 0

    until(lies_there)
    for later in (0.0, 61.0):
        look(deployed, later)
    assert "dead-letters" in ringing(target)

    target.sqs.purge_queue(QueueUrl=target.dead_letters_url)
    for later in (122.0, 1800.0):
        look(deployed, later)
    assert "dead-letters" not in ringing(target)


def test_the_daily_look_reads_what_is_there(deployed: Deployed) -> None:
    name = f"{DEPLOYMENT}-watching"
    answer = deployed.target.lambda_.invoke(FunctionName=name, Payload=json.dumps({"source": "aws.events"}))
    told = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    assert told["drifted"] == [], "a hundred assets make a baseline"
