"""Which of a log stream's lines are about an asset, and what they say."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cli.showing.function_logs import LogLine, read_events

OURS, OTHER = "talk-8a4218ce60856641ec23", "mug-c379120f43f552a0d1cf"
FIRST, SECOND = "7ae1acdc-65b5-4cb2-a5e3-0265e6c46e17", "3e74b608-ce5f-4201-a8b1-eceb30147b61"
REPORT = "Duration: 4842.10 ms\tBilled Duration: 4843 ms\tMemory Size: 512 MB\tMax Memory Used: 120 MB"


def own(request: str, message: str, asset_id: str | None = OURS, **members: Any) -> str:
    """A line as the handlers' logger writes it."""
    line: dict[str, Any] = {
        "level": "INFO",
        "location": "handler:1",
        "message": message,
        "service": "language",
        "timestamp": "2026-11-29 01:50:30,538+0000",
        "function_request_id": request,
        **members,
    }
    return json.dumps(line if asset_id is None else {**line, "asset_id": asset_id})


def lines(*texts: str, stream: str = "s") -> list[LogLine]:
    """What is read of a stream with these lines."""
    events = [
        {"logStreamName": stream, "timestamp": 1795917014628 + number, "message": text}
        for number, text in enumerate(texts)
    ]
    return [line for _, line in read_events(events, "language", OURS)]


def test_a_call_is_told_from_its_start_to_what_it_took() -> None:
    found = lines(
        f"START RequestId: {FIRST} Version: $LATEST",
        own(FIRST, "started"),
        own(FIRST, "operation missing", level="WARNING", operation="comprehend:DetectToxicContent"),
        f"END RequestId: {FIRST}",
        f"REPORT RequestId: {FIRST}\t{REPORT}",
    )

    assert [line.message for line in found] == ["started", "operation missing", "took 4.8 s, 120 of 512 MB"]
    assert found[1].details == {"operation": "comprehend:DetectToxicContent"}
    assert found[0].at.isoformat() == "2026-11-29T01:50:30.538000+00:00"


def test_the_next_call_in_the_same_stream_is_anothers() -> None:
    found = lines(
        own(FIRST, "started"),
        f"REPORT RequestId: {FIRST}\t{REPORT}",
        own(SECOND, "started", OTHER),
        own(SECOND, "a secret of another asset", None),
        f"REPORT RequestId: {SECOND}\t{REPORT}",
    )

    assert [line.request_id for line in found] == [FIRST, FIRST]


def test_a_call_that_dies_says_how() -> None:
    timed_out = lines(
        own(FIRST, "started"), f"2026-11-29T01:50:30Z {FIRST} Task timed out after 3.00 seconds"
    )
    killed = lines(
        own(FIRST, "started"),
        f"RequestId: {FIRST} Error: Runtime exited with error: signal: killed",
        f"REPORT RequestId: {FIRST}\t{REPORT}\tStatus: error\tError Type: Runtime.OutOfMemory",
    )

    assert timed_out[-1].level == "ERROR"
    assert "timed out after 3.00 seconds" in timed_out[-1].message
    assert [line.level for line in killed] == ["INFO", "ERROR", "REPORT"]
    assert "error" in killed[-1].message


def test_an_error_that_the_step_logged_isnt_repeated() -> None:
    found = lines(
        own(FIRST, "started"),
        own(FIRST, "the job still runs", error="PendingError"),
        "[ERROR] PendingError: the job still runs",
        "Traceback (most recent call last):",
        '  File "handler.py", line 1',
    )
    unlogged = lines(own(FIRST, "started"), "[ERROR] KeyError: 'asset'\rTraceback (most recent call last):")

    assert [line.message for line in found] == ["started", "the job still runs"]
    assert unlogged[-1].message == "[ERROR] KeyError: 'asset'"


@given(st.lists(st.text(max_size=60), max_size=8))
def test_whatever_is_in_a_stream_is_read(texts: list[str]) -> None:
    for line in lines(own(FIRST, "started"), *texts):
        assert json.loads(json.dumps(line.as_json()))["function"] == "language"
