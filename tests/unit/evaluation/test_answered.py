"""What was paid again, and whether failed tries explain it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from evaluation.faults.answered import Answered, count_answered

ENTITIES, SENTIMENT = ("Language", "comprehend:DetectEntities"), ("Language", "comprehend:DetectSentiment")
LABELS, ANSWER = ("Vision", "rekognition:DetectLabels"), ("Inference", "bedrock-runtime:Converse")
CALM = Answered(Counter({ENTITIES: 1, SENTIMENT: 1, LABELS: 3, ANSWER: 1}))


def called(*again: tuple[str, str], tries: int = 0) -> Answered:
    """As in the calm execution, and some calls once more."""
    return Answered(CALM.calls + Counter(again), tries)


@pytest.mark.parametrize(
    "found",
    [
        called(),
        called(ENTITIES, SENTIMENT, tries=1),
        called(LABELS, LABELS, LABELS, tries=1),
        called(ENTITIES, ANSWER, tries=2),
        called(("Language", "comprehend:DetectPiiEntities")),  # of a text that holds more
        Answered(Counter({LABELS: 1})),
    ],
)
def test_a_failed_try_may_cost_its_step_again(found: Answered) -> None:
    assert found.unexplained(CALM) is None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (called(ENTITIES), "DetectEntities 2 times, with 0 failures"),
        (called(ENTITIES, ENTITIES, tries=1), "DetectEntities 3 times, with 1 failures"),
        (called(*[LABELS] * 4, tries=1), "DetectLabels 7 times"),
        (called(ENTITIES, ANSWER, tries=1), "more steps asked again than 1 failures explain"),
    ],
)
def test_what_no_failed_try_explains_is_told(found: Answered, told: str) -> None:
    assert told in str(found.unexplained(CALM))


def test_a_damaged_answer_is_asked_for_again() -> None:
    assert called(ANSWER).unexplained(CALM, damaged=1) is None
    assert "Converse 2 times" in str(called(ANSWER).unexplained(CALM))


def test_a_chunk_is_less_than_its_step() -> None:
    found = called(LABELS, LABELS, tries=1)
    assert found.unexplained(CALM, most_of_a_try=2) is None
    assert "2 calls were made again" in str(found.unexplained(CALM, most_of_a_try=1))


def test_calls_are_counted_by_who_made_them() -> None:
    def call(operation: str, error: str | None = None) -> dict[str, Any]:
        principal = "arn:aws:sts::000000000000:assumed-role/Language/session"
        return {"principal": principal, "service": "comprehend", "operation": operation, "error_code": error}

    calls = [call("DetectEntities"), call("DetectEntities", "Busy"), call("GetTranscriptionJob")]
    executions = [
        {"failed_tries": ["PendingError", "Runtime.OutOfMemory", "Lambda.ServiceException"]},
        {"failed_tries": ["ThrottledError"]},
    ]
    assert count_answered(calls, executions) == Answered(Counter({ENTITIES: 1}), failed_tries=2)
