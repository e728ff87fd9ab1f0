"""A dead letter is known by its shape, whatever else lies in the queue."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetRef, Source, asset_id_for
from braid.domain.asset.rerun import Rerun, rerun_message
from braid.domain.audit.facts import LetterKind
from cli.repair.dead_letters import DeadLetterQueue, read_letter

INBOX = DeadLetterQueue("https://sqs/letters", "https://sqs/inbox")
SOURCE = Source("in", "inbox/general/a b+c.txt", "v1")
ARRIVAL = {
    "detail-type": "Object Created",
    "detail": {"bucket": {"name": "in"}, "object": {"key": SOURCE.key, "version-id": "v1"}},
}
DEATH = {
    "detail-type": "Step Functions Execution Status Change",
    "detail": {"executionArn": "arn:aws:states:us-east-1:1:execution:m:talk-12ab-2", "status": "ABORTED"},
}
DEADLINE = {"deadline_of": "talk-12ab", "requested_at": "2026-11-20T10:00:00.000Z"}


def message(body: Any, **attributes: str) -> dict[str, Any]:
    return {
        "MessageId": "m1",
        "ReceiptHandle": "r1",
        "Body": body if isinstance(body, str) else json.dumps(body),
        "MessageAttributes": {name: {"StringValue": value} for name, value in attributes.items()},
    }


def given_up(event: dict[str, Any]) -> dict[str, Any]:
    """As Lambda wraps an event that it gives up."""
    return {
        "requestContext": {"condition": "RetriesExhausted", "functionArn": "arn:f"},
        "requestPayload": event,
        "responsePayload": {"errorMessage": "throttled"},
    }


@pytest.mark.parametrize(
    ("body", "kind", "about"),
    [
        ({**ARRIVAL, "detail-type": "Object Deleted"}, LetterKind.DELETION, asset_id_for(SOURCE)),
        (ARRIVAL, LetterKind.ARRIVAL, asset_id_for(SOURCE)),
        (
            rerun_message(Rerun(AssetRef("talk-12ab", 2, "general", SOURCE)), now="2026-11-20T10:00:00Z"),
            LetterKind.RERUN,
            "talk-12ab",
        ),
        (DEATH, LetterKind.DEATH, "talk-12ab"),
        (given_up(DEATH), LetterKind.DEATH, "talk-12ab"),
        (given_up(DEADLINE), LetterKind.DEADLINE, "talk-12ab"),
        (DEADLINE, LetterKind.DEADLINE, "talk-12ab"),
        ("hello?", LetterKind.UNREADABLE, ""),
        ({"detail-type": "Object Created", "detail": {"bucket": "in"}}, LetterKind.UNREADABLE, ""),
    ],
)
def test_a_letter_says_what_it_is_about(body: Any, kind: LetterKind, about: str) -> None:
    letter = read_letter(message(body), INBOX).letter
    assert (letter.kind, letter.about) == (kind, about)


def test_a_function_gets_what_it_would_have_been_called_with() -> None:
    read = read_letter(message(given_up(DEADLINE)), INBOX)
    assert read.event == DEADLINE
    assert read.letter.reason == "RetriesExhausted"
    parked = read_letter(message("{", reason="the message is not JSON"), INBOX)
    assert parked.letter.reason == "the message is not JSON"
    undelivered = read_letter(
        message(DEATH, ERROR_CODE="SDK_CLIENT_ERROR", ERROR_MESSAGE="no permission"), INBOX
    )
    assert undelivered.letter.reason == "no permission"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*ARRIVAL, *DEADLINE]), inner)
    ),
)


@given(json_values)
def test_any_message_is_read(body: Any) -> None:
    assert read_letter(message(body), INBOX).letter.kind in LetterKind
    assert read_letter(message(given_up({"detail": body, "detail-type": "Object Created"})), INBOX).letter
