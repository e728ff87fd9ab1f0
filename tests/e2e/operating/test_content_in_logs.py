"""That no log holds content: a leak is found, and what can't be read leaves none of its words behind."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Deployed, content_in_logs

WORDS = "Eleven lanterns hung above the abandoned orchard until somebody carried them away."
DISPATCH = "braid-dev-dispatch"


def test_a_planted_leak_is_found(deployed: Deployed, make_file: Callable[[str, bytes], Path]) -> None:
    (outcome,) = deployed.drop([make_file("lanterns.txt", WORDS.encode())])
    before = content_in_logs(deployed.target)
    logs, group = deployed.target.logs, log_group(deployed)
    logs.create_log_stream(logGroupName=group, logStreamName="planted")
    try:
        line = json.dumps({"message": "not 'Eleven lanterns hung'", "asset_id": outcome.asset_id})
        event = {"timestamp": time.time_ns() // 1_000_000, "message": line}
        logs.put_log_events(logGroupName=group, logStreamName="planted", logEvents=[event])
        found = [leak for leak in content_in_logs(deployed.target) if leak not in before]
    finally:
        logs.delete_log_stream(logGroupName=group, logStreamName="planted")
    assert found == [(group, line, "eleven lanterns hung")]


def test_a_message_that_cant_be_read_is_logged_without_its_words(deployed: Deployed) -> None:
    payload = json.dumps({"Records": [{"messageId": "m", "eventSource": "aws:sqs", "body": WORDS}]})
    deployed.target.client("lambda").invoke(FunctionName=DISPATCH, Payload=payload.encode())
    deployed.target.sqs.purge_queue(QueueUrl=deployed.target.dead_letters_url)
    lines = deployed.target.logs.filter_log_events(
        logGroupName=log_group(deployed), filterPattern='"not JSON"'
    )["events"]
    assert "the message is not JSON: ‹80 characters›" in {
        json.loads(line["message"])["message"] for line in lines
    }
    assert not [leak for leak in content_in_logs(deployed.target) if "lanterns" in leak[1]]


def log_group(deployed: Deployed) -> str:
    """Dispatch's own."""
    found = deployed.target.client("lambda").get_function_configuration(FunctionName=DISPATCH)
    return str(found["LoggingConfig"]["LogGroup"])
