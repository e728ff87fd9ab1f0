"""What stands closed stays closed, in whichever order writers come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.record_moves import Move, Standing, may_move

OPEN = [status for status in AssetStatus if status.is_open]
CLOSED = [status for status in AssetStatus if not status.is_open]
moves = st.builds(
    Move,
    attempt=st.integers(1, 3),
    status=st.sampled_from(AssetStatus),
    execution_arn=st.sampled_from(["arn:1", "arn:2", "arn:3"]),
    reason=st.sampled_from([None, "broken", "stopped"]),
    takes_back=st.booleans(),
    redrive_count=st.sampled_from([None, 0, 1, 2]),
)


# Not an execution's own word: what it says again of itself is a step that is retried.
@pytest.mark.slow
@settings(max_examples=10_000)
@given(st.lists(moves, max_size=12))
def test_a_closed_record_changes_for_a_newer_attempt_or_a_later_run(asked: list[Move]) -> None:
    standing: Standing | None = None
    for move in asked:
        before = standing
        if may_move(standing, move):
            kept = 0 if standing is None or standing.attempt < move.attempt else standing.redrive_count
            count = kept if move.redrive_count is None else move.redrive_count
            standing = Standing(move.attempt, move.status, move.execution_arn, move.reason, count)
        if before is None or standing is None or before.status.is_open:
            continue
        if replace(standing, redrive_count=before.redrive_count) == before:
            continue
        is_newer = standing.attempt > before.attempt
        is_same_execution = before.execution_arn == move.execution_arn
        is_redriven = (
            before.status is AssetStatus.FAILED
            and is_same_execution
            and (move.redrive_count or 0) > before.redrive_count
        )
        is_taken_back = (
            move.takes_back
            and before.status in (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
            and is_same_execution
        )
        assert is_newer or is_taken_back or is_redriven
    attempts = [move.attempt for move in asked]
    assert standing is None or standing.attempt == max(attempts), "no attempt beats a newer one"


@pytest.mark.parametrize("status", CLOSED)
def test_nobody_elses_failure_beats_an_end(status: AssetStatus) -> None:
    ended = Standing(1, status, "arn:1")
    assert not may_move(ended, Move(1, AssetStatus.FAILED, "arn:2", "late", takes_back=True))
    assert not may_move(ended, Move(1, AssetStatus.PROCESSING, "arn:1"))
    assert may_move(ended, Move(2, AssetStatus.PROCESSING, "arn:2"))


@pytest.mark.parametrize("status", OPEN)
def test_an_open_record_of_an_older_attempt_is_taken_over(status: AssetStatus) -> None:
    assert may_move(Standing(1, status), Move(2, AssetStatus.PROCESSING, "arn:2"))
    assert not may_move(Standing(2, status), Move(1, AssetStatus.SUCCEEDED, "arn:1"))


def test_a_redriven_execution_ends_otherwise_and_its_first_run_is_over() -> None:
    failed = Standing(1, AssetStatus.FAILED, "arn:1", "broken")
    assert may_move(failed, Move(1, AssetStatus.SUCCEEDED, "arn:1", redrive_count=1))
    assert not may_move(failed, Move(1, AssetStatus.SUCCEEDED, "arn:1", redrive_count=0))
    assert not may_move(failed, Move(1, AssetStatus.SUCCEEDED, "arn:1")), "an old definition can't say so"
    again = Standing(1, AssetStatus.PROCESSING, "arn:1", redrive_count=1)
    assert not may_move(again, Move(1, AssetStatus.FAILED, "arn:1", "late", redrive_count=0))
    assert may_move(again, Move(1, AssetStatus.SUCCEEDED, "arn:1")), "once reopened, an old definition ends"
    succeeded = Standing(1, AssetStatus.SUCCEEDED, "arn:1", redrive_count=1)
    assert not may_move(succeeded, Move(1, AssetStatus.PROCESSING, "arn:1", redrive_count=2))
