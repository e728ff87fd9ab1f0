"""Executions that caught their failure, recorded it and ended in a Fail state: no redrive brings them on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from braid.domain.asset.rerun import StartAt

__all__ = ["RecordedFailure", "recorded_failure", "start_of_new_attempt"]


@dataclass(frozen=True)
class RecordedFailure:
    """The states that the execution entered, the Fail state included."""

    entered: frozenset[str]


def recorded_failure(stepfunctions: Any, execution_arn: str) -> RecordedFailure | None:
    """What a failed execution went through if it ended in a Fail state; ``None`` where it was cut off.

    An uncaught error, a timeout and an abort leave the last state without an end: a redrive enters that one.
    """
    pages = stepfunctions.get_paginator("get_execution_history").paginate(
        executionArn=execution_arn, includeExecutionData=False, reverseOrder=True
    )
    entered = [event for page in pages for event in page["events"] if "stateEnteredEventDetails" in event]
    if not entered or entered[0]["type"] != "FailStateEntered":
        return None
    return RecordedFailure(frozenset(event["stateEnteredEventDetails"]["name"] for event in entered))


def start_of_new_attempt(ended: RecordedFailure, results: Collection[str]) -> StartAt:
    """Where a new attempt begins, so that what the failed one finished isn't done, nor paid, again.

    ``results`` are what the failed attempt left. A modality that was required and gave nothing is analysed
    again, so that only failures behind the model's question keep the timeline.
    """
    if "Infer Answer" in ended.entered and "timeline" in results:
        return StartAt.INFERENCE
    if "Fuse Evidence" in ended.entered and "Enough Evidence?" not in ended.entered:
        return StartAt.FUSION if "admission" in results else StartAt.ANALYSIS
    return StartAt.ANALYSIS
