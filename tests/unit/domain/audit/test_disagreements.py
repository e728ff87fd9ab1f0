"""Each class of disagreement is told from what agrees, and from what is still under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source
from braid.domain.audit.counting import committed_by_day, count_days, count_kinds, count_open
from braid.domain.audit.disagreements import CHECKS, Mend, disagreements
from braid.domain.audit.facts import (
    DeadLetter,
    ExecutionFact,
    Facts,
    IndexFact,
    LetterKind,
    RecordFact,
    ResultFact,
    TuningFacts,
    TuningRunFact,
)
from braid.store.counts import CountChange

OLD, NOW = "2026-11-20T09:00:00.000Z", "2026-11-20T10:00:00.000Z"
LONG_AGO = "2026-11-20T08:00:00.000Z"
SETTLED, WAITED = "2026-11-20T09:55:00.000Z", "2026-11-20T09:30:00.000Z"
DAY = "2026-11-20"
SOURCE = Source("in", "inbox/general/a.txt", "v1")
ASSET = AssetRef("a-1", 1, "general", SOURCE)
RECORD = replace(
    RecordFact("a-1", 1, AssetStatus.SUCCEEDED, ASSET, OLD, DAY, "arn:a-1-1"),
    cost_usd=Decimal("0.01"),
    reserved_day=DAY,
)
GONE = replace(RECORD, status=AssetStatus.DELETED, asset=None, cost_usd=Decimal(0))
DONE = ExecutionFact("arn:a-1-1", "SUCCEEDED")


def facts(record: RecordFact | None = RECORD, **changes: Any) -> Facts:
    """One asset of which everything agrees, but for the changes; its counts follow its record."""
    records = {} if record is None else {record.asset_id: record}
    whole = Facts(
        now=NOW,
        settled_before=SETTLED,
        waited_since=WAITED,
        versions={"a-1": (SOURCE, OLD)},
        records=records,
        executions={"a-1-1": DONE},
        results={"a-1": ResultFact(1, AssetStatus.SUCCEEDED)},
        folders=frozenset({"a-1"}),
        open_counts=count_open(records.values()),
        day_counts=count_days(records.values()),
        kind_counts=count_kinds(records.values()),
        day_usd={DAY: Decimal("0.01")},
        committed_usd={DAY: committed_by_day(records.values()).get(DAY, Decimal(0))},
        waiting_messages=0,
    )
    return replace(whole, **changes)


def classes(of: Facts) -> set[str]:
    return {found.check for found in disagreements(of)}


def test_what_agrees_is_not_told() -> None:
    assert disagreements(facts()) == ()


RUN = TuningRunFact("moderation-1", is_settled=True, execution_status="SUCCEEDED", end="REGISTERED")


def tuned(run: TuningRunFact, **in_use: str) -> Facts:
    """One tuning run beside the asset."""
    return facts(tuning=TuningFacts({run.run_id: run}, in_use))


DEAD = {"a-1-1": ExecutionFact("arn:a-1-1", "ABORTED")}
RUNNING = {"a-1-1": ExecutionFact("arn:a-1-1", "RUNNING")}
PLANTED: Mapping[str, tuple[Facts, Mend]] = {
    "never-started": (facts(None, folders=frozenset(), results={}), Mend.SEND_ARRIVAL),
    "waiting-lost": (
        facts(replace(RECORD, status=AssetStatus.RECEIVED), executions={}, results={}),
        Mend.SEND_AGAIN,
    ),
    "start-lost": (
        facts(replace(RECORD, status=AssetStatus.PROCESSING), executions={}, results={}),
        Mend.SEND_AGAIN,
    ),
    "unrecorded-death": (
        facts(replace(RECORD, status=AssetStatus.PROCESSING), executions=DEAD),
        Mend.RECORD_DEATH,
    ),
    "unrecorded-end": (facts(replace(RECORD, status=AssetStatus.PROCESSING)), Mend.RECORD_END),
    "redriven-unseen": (
        facts(
            replace(RECORD, status=AssetStatus.FAILED),
            executions=RUNNING,
            results={"a-1": ResultFact(1, AssetStatus.FAILED)},
        ),
        Mend.REOPEN,
    ),
    "review-overdue": (
        facts(replace(RECORD, status=AssetStatus.AWAITING_REVIEW, review_deadline=OLD), executions=RUNNING),
        Mend.NOTHING,
    ),
    "result-missing": (facts(results={}), Mend.NOTHING),
    "result-untrue": (facts(results={"a-1": ResultFact(1, AssetStatus.FAILED)}), Mend.CORRECT_RESULT),
    "unknown-results": (
        facts(None, versions={}, day_usd={}),
        Mend.RESTORE_RECORD,
    ),
    "deleted-remains": (
        facts(replace(GONE, is_source_kept=True)),
        Mend.NOTHING,
    ),
    "unindexed": (facts(replace(RECORD, updated_at=LONG_AGO), indexed={}), Mend.INDEX),
    "index-remains": (
        facts(
            replace(RECORD, status=AssetStatus.FAILED, updated_at=LONG_AGO),
            executions=DEAD,
            results={"a-1": ResultFact(1, AssetStatus.FAILED)},
            indexed={"a-1": IndexFact(1, True, 12)},
        ),
        Mend.INDEX,
    ),
    "tuning-unended": (tuned(replace(RUN, execution_status="ABORTED", end="")), Mend.TEAR_DOWN),
    "tuning-remains": (tuned(replace(RUN, end="FAILED", made=("custom model",))), Mend.TEAR_DOWN),
    "tuned-model-gone": (tuned(replace(RUN, is_served=False), moderation="moderation-1"), Mend.NOTHING),
    "mark-of-none": (facts(marks={"content#general#1": "gone-1"}), Mend.REMOVE_MARK),
    "uncounted": (facts(replace(RECORD, is_counted=False)), Mend.COUNT),
    "open-counts": (facts(open_counts={AssetStatus.PROCESSING: 1}), Mend.SET_COUNTS),
    "kind-counts": (facts(kind_counts={AssetKind.POSTS: 1}), Mend.SET_COUNTS),
    "day-counts": (facts(day_counts={DAY: {AssetStatus.SUCCEEDED: 2}}), Mend.SET_COUNTS),
    "day-cost": (facts(day_usd={DAY: Decimal("0.009")}), Mend.SET_COUNTS),
    "day-money": (facts(committed_usd={DAY: Decimal("0.009")}), Mend.SET_COUNTS),
    "dead-letters": (
        facts(dead_letters=(DeadLetter("m1", LetterKind.ARRIVAL, "a-1", "throttled"),)),
        Mend.NOTHING,
    ),
}


@pytest.mark.parametrize("check", CHECKS)
def test_each_class_is_found_alone(check: str) -> None:
    assert set(PLANTED) == set(CHECKS), "a check without a disagreement that it finds"
    planted, mend = PLANTED[check]
    (found,) = disagreements(planted)
    assert (found.check, found.mend) == (check, mend)
    assert found.sentence
    assert found.command.startswith("braid ")


@pytest.mark.parametrize(
    ("indexed", "updated_at", "found"),
    [
        (None, LONG_AGO, set()),  # a deployment without search
        ({}, OLD, {"unindexed"}),
        ({}, NOW, set()),  # its message may still be on its way
        ({"a-1": IndexFact(1, True, 12)}, LONG_AGO, set()),
        ({"a-1": IndexFact(1, True, 0)}, LONG_AGO, set()),  # nothing of it can be found
        ({"a-1": IndexFact(1, False, 12)}, LONG_AGO, {"unindexed"}),
        ({"a-1": IndexFact(2, True, 12)}, LONG_AGO, {"unindexed"}),
    ],
)
def test_what_search_keeps_is_held_against_the_record(
    indexed: Mapping[str, IndexFact] | None, updated_at: str, found: set[str]
) -> None:
    assert classes(facts(replace(RECORD, updated_at=updated_at), indexed=indexed)) == found


@pytest.mark.parametrize(
    ("run", "in_use", "found"),
    [
        (RUN, {"moderation": RUN.run_id}, set()),
        (replace(RUN, execution_status="RUNNING", end="", made=("training job",)), {}, set()),
        (replace(RUN, execution_status="ABORTED", end="", is_settled=False), {}, set()),
        (replace(RUN, execution_status="", end=""), {}, {"tuning-unended"}),  # forgotten after 90 days
        (replace(RUN, execution_status="", end=""), {"moderation": RUN.run_id}, set()),  # in use all the same
        (replace(RUN, made=("custom model",)), {}, set()),  # an earlier model, to go back to
        (replace(RUN, made=("custom model",), is_retired=True), {}, {"tuning-remains"}),
        (replace(RUN, end="NOT_BETTER"), {}, set()),
    ],
)
def test_a_tuning_run_is_held_against_what_it_made(
    run: TuningRunFact, in_use: dict[str, str], found: set[str]
) -> None:
    assert classes(tuned(run, **in_use)) == found


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, status=status, updated_at=NOW)
        for status in (AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW, AssetStatus.RECEIVED)
    ],
)
def test_what_moves_just_now_is_left_alone(record: RecordFact) -> None:
    assert classes(facts(record, executions={}, results={})) == set()


def test_a_version_that_came_just_now_may_not_have_begun() -> None:
    new = facts(None, versions={"a-1": (SOURCE, NOW)}, folders=frozenset(), results={})
    assert classes(new) == set()


@pytest.mark.parametrize("execution", [None, *DEAD.values()])
def test_a_failure_that_nobody_can_read_about_is_told_again(execution: ExecutionFact | None) -> None:
    unshown = facts(
        replace(RECORD, status=AssetStatus.FAILED),
        results={},
        executions={"a-1-1": execution} if execution else {},
    )
    (found,) = disagreements(unshown)
    mends = (found.check, found.mend) == ("result-missing", Mend.RECORD_DEATH)
    assert mends == (execution is not None), "of an execution that is forgotten nobody can be told"


MORE = {DAY: Decimal("0.02")}


def test_money_that_nobody_reserved_or_spent_is_found() -> None:
    (found,) = disagreements(facts(committed_usd=MORE))
    assert (found.check, found.mend, found.about) == ("day-money", Mend.SET_COUNTS, DAY)
    assert "$0.02 are given out, and its assets reserved or cost $0.01" in found.sentence
    unreserved = facts(replace(RECORD, reserved_day=None), committed_usd={DAY: Decimal("0.01")})
    assert disagreements(unreserved) == (), "what ends without a reservation pays on that day"


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, attempt=2, received_day="2026-11-19"),
        replace(RECORD, redrive_count=1),
        replace(RECORD, status=AssetStatus.DELETED, asset=None, received_day=DAY),
        replace(RECORD, updated_at=NOW),
    ],
)
def test_more_money_may_be_what_a_record_forgot_or_will_say(record: RecordFact) -> None:
    assert "day-money" not in classes(facts(record, committed_usd=MORE))


def test_what_a_record_forgot_was_paid_after_it_arrived() -> None:
    later = replace(RECORD, attempt=2, received_day=DAY, updated_at=LONG_AGO)
    before = facts(later, committed_usd={**MORE, "2026-11-19": Decimal("0.01")})
    assert [found.about for found in disagreements(before) if found.check == "day-money"] == ["2026-11-19"]


@pytest.mark.parametrize(
    ("record", "elsewhere", "there"),
    [
        (GONE, {}, "its file in the inbox"),
        (replace(GONE, is_source_kept=True), {}, ""),
        (replace(GONE, is_source_kept=True), {"features": frozenset({"a-1"})}, "features"),
        (replace(GONE, updated_at=NOW), {"features": frozenset({"a-1"})}, ""),  # somebody is at it
        (RECORD, {"features": frozenset({"a-1"})}, ""),
    ],
)
def test_what_is_left_of_a_deleted_asset_is_found_in_every_place(
    record: RecordFact, elsewhere: Mapping[str, frozenset[str]], there: str
) -> None:
    folders = frozenset({"a-1"} if record is RECORD else set())
    found = disagreements(facts(record, folders=folders, elsewhere=elsewhere))
    told = [each.sentence.rpartition(": ")[2] for each in found if each.check == "deleted-remains"]
    assert told == ([there] if there else [])


COPIES = {SOURCE.key: f"s3://r/by-source/{SOURCE.key}/", "a-1": "s3://r/by-source/a-1/"}


@pytest.mark.parametrize(
    ("record", "changes", "found"),
    [
        (RECORD, {}, []),
        (replace(GONE, is_source_kept=True), {"folders": frozenset()}, ["a-1", SOURCE.key]),
        (None, {"folders": frozenset(), "results": {}}, ["a-1"]),  # nothing is known of a version
        (None, {}, []),  # of a lost record nobody knows whose copies are its own
    ],
)
def test_copies_beside_a_source_are_somebodys(
    record: RecordFact | None, changes: Mapping[str, Any], found: list[str]
) -> None:
    told = disagreements(facts(record, copies=COPIES, **changes))
    assert [each.about for each in told if each.check == "deleted-remains"] == found


def test_those_who_wait_have_a_message_each() -> None:
    waiting = replace(RECORD, status=AssetStatus.RECEIVED)
    assert classes(facts(waiting, executions={}, results={}, waiting_messages=1)) == set()


def test_an_end_whose_results_are_gone_is_asked_for_again() -> None:
    (found,) = disagreements(facts(replace(RECORD, status=AssetStatus.PROCESSING), results={}))
    assert (found.check, found.mend) == ("unrecorded-end", Mend.SEND_NEXT)


def test_a_result_of_an_earlier_attempt_is_not_corrected() -> None:
    later = facts(replace(RECORD, attempt=2), executions={"a-1-2": ExecutionFact("arn", "SUCCEEDED")})
    (found,) = disagreements(later)
    assert (found.check, found.mend, found.command) == ("result-untrue", Mend.NOTHING, "braid rerun a-1")


def test_what_was_rejected_in_a_normal_end_agrees() -> None:
    refused = facts(
        replace(RECORD, status=AssetStatus.REJECTED),
        results={"a-1": ResultFact(1, AssetStatus.REJECTED)},
        day_counts={DAY: {AssetStatus.REJECTED: 1}},
    )
    assert disagreements(refused) == ()


days = st.sampled_from([f"2026-11-{day:02}T10:00:00.000Z" for day in range(1, 5)])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(AssetStatus), days), max_size=30))
def test_counts_follow_the_records_however_they_move(moves: list[tuple[str, AssetStatus, str]]) -> None:
    standing: dict[str, RecordFact] = {}
    open_counts: dict[AssetStatus, int] = {}
    day_counts: dict[str, dict[AssetStatus, int]] = {}
    for asset_id, status, at in sorted(moves, key=lambda move: move[2]):
        before = standing.get(asset_id)
        was = (before.status, before.status_day) if before else None
        change = CountChange.of(was, status, now=at)
        for each, by in change.by_status.items():
            open_counts[each] = open_counts.get(each, 0) + by
        for day, ended in change.by_day.items():
            for each, by in ended.items():
                day_counts.setdefault(day, {}).setdefault(each, 0)
                day_counts[day][each] += by
        standing[asset_id] = replace(RECORD, asset_id=asset_id, status=status, status_day=at[:10])
    counted = facts(
        None,
        versions={},
        folders=frozenset(),
        results={},
        records=standing,
        open_counts=open_counts,
        day_counts=day_counts,
    )
    assert not classes(counted) & {"open-counts", "day-counts"}
