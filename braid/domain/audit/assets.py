"""Where an asset's version, record, execution and results disagree."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from braid.domain.asset.asset import AssetStatus
from braid.domain.audit.facts import Facts, RecordFact
from braid.domain.audit.finding import FIX, Disagreement, Mend

__all__ = [
    "deleted_remains",
    "never_started",
    "redriven_unseen",
    "result_missing",
    "result_untrue",
    "review_overdue",
    "start_lost",
    "unknown_results",
    "unrecorded_death",
    "unrecorded_end",
    "waiting_lost",
]

_PUBLISHED = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
_WITHOUT_ANSWER = (AssetStatus.REJECTED, AssetStatus.FAILED)


def never_started(facts: Facts) -> Iterator[Disagreement]:
    for asset_id, (source, arrived_at) in facts.versions.items():
        if asset_id not in facts.records and arrived_at < facts.settled_before:
            yield Disagreement(
                "never-started",
                asset_id,
                f"{source.key} lies in the inbox and was never begun",
                f"braid backfill s3://{source.bucket}/{source.key}",
                Mend.SEND_ARRIVAL,
            )


def waiting_lost(facts: Facts) -> Iterator[Disagreement]:
    waiting = [record for record in facts.records.values() if record.status is AssetStatus.RECEIVED]
    if len(waiting) <= facts.waiting_messages:
        return
    for record in waiting:
        if record.updated_at < facts.waited_since:
            yield Disagreement(
                "waiting-lost",
                record.asset_id,
                f"it waits for its turn, and the queue has {facts.waiting_messages} messages for"
                f" {len(waiting)} that wait",
                FIX,
                Mend.SEND_AGAIN,
            )


def start_lost(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW):
        if facts.execution_of(record) is None:
            yield Disagreement(
                "start-lost",
                record.asset_id,
                f"its record is {record.status}, and there is no execution {record.execution_name}",
                FIX,
                Mend.SEND_AGAIN,
            )


def unrecorded_death(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW):
        execution = facts.execution_of(record)
        if execution is not None and execution.is_dead:
            yield Disagreement(
                "unrecorded-death",
                record.asset_id,
                f"its record is {record.status}, and its execution is {execution.status}",
                FIX,
                Mend.RECORD_DEATH,
            )


def unrecorded_end(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW, AssetStatus.FAILED):
        execution = facts.execution_of(record)
        if execution is None or execution.status != "SUCCEEDED":
            continue
        result = facts.results.get(record.asset_id)
        is_told = result is not None and result.attempt == record.attempt
        yield Disagreement(
            "unrecorded-end",
            record.asset_id,
            f"its record is {record.status}, and its execution SUCCEEDED"
            + ("" if is_told else ", but what it stored is gone"),
            FIX,
            Mend.RECORD_END if is_told else Mend.SEND_NEXT,
        )


def redriven_unseen(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.FAILED):
        execution = facts.execution_of(record)
        if execution is not None and execution.status == "RUNNING":
            yield Disagreement(
                "redriven-unseen",
                record.asset_id,
                "its record is FAILED, and its execution runs again",
                FIX,
                Mend.REOPEN,
            )


def review_overdue(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.AWAITING_REVIEW):
        if record.review_deadline is not None and record.review_deadline < facts.settled_before:
            yield Disagreement(
                "review-overdue",
                record.asset_id,
                f"its review should have ended at {record.review_deadline}, and nothing ended it",
                f"braid review show {record.asset_id}",
                Mend.NOTHING,
            )


def result_missing(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, *_PUBLISHED, *_WITHOUT_ANSWER):
        if record.asset_id not in facts.results:
            execution = facts.execution_of(record)
            # Who records deaths writes what the execution couldn't.
            is_told_again = record.status in _WITHOUT_ANSWER and execution is not None and execution.is_dead
            yield Disagreement(
                "result-missing",
                record.asset_id,
                f"its record is {record.status}, and it has no result.json",
                FIX if is_told_again else f"braid rerun {record.asset_id}",
                Mend.RECORD_DEATH if is_told_again else Mend.NOTHING,
            )


def result_untrue(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, *_PUBLISHED, AssetStatus.REJECTED, AssetStatus.FAILED):
        result = facts.results.get(record.asset_id)
        if result is None or (result.attempt, result.status) == (record.attempt, record.status):
            continue
        is_same_attempt = result.attempt == record.attempt
        yield Disagreement(
            "result-untrue",
            record.asset_id,
            f"result.json says {result.status} (attempt {result.attempt}), its record {record.status}"
            f" (attempt {record.attempt})",
            FIX if is_same_attempt else f"braid rerun {record.asset_id}",
            Mend.CORRECT_RESULT if is_same_attempt else Mend.NOTHING,
        )


def unknown_results(facts: Facts) -> Iterator[Disagreement]:
    for asset_id in sorted(facts.folders - set(facts.records)):
        has_result = asset_id in facts.results
        yield Disagreement(
            "unknown-results",
            asset_id,
            "there are results of it, and no record",
            FIX if has_result else f"braid delete {asset_id}",
            Mend.RESTORE_RECORD if has_result else Mend.NOTHING,
        )


def deleted_remains(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.DELETED):
        there = ["results"] if record.asset_id in facts.folders else []
        if record.asset_id in facts.versions and not record.is_source_kept:
            there.append("its file in the inbox")
        there += [place for place, asset_ids in facts.elsewhere.items() if record.asset_id in asset_ids]
        if there:
            yield Disagreement(
                "deleted-remains",
                record.asset_id,
                f"it was deleted, and this of it is still there: {', '.join(there)}",
                f"braid delete {record.asset_id}",
                Mend.NOTHING,
            )
    yield from _copies_of_none(facts)


def _copies_of_none(facts: Facts) -> Iterator[Disagreement]:
    """Copies beside a source that no asset came from: a tombstone doesn't say which were its own."""
    if facts.folders - set(facts.records):
        return  # of a lost record nobody knows its source
    live = [record for record in facts.records.values() if record.status is not AssetStatus.DELETED]
    known = {record.asset.source.key for record in live if record.asset is not None}
    known |= {record.asset_id for record in live}  # where a key leaves no room for a copy's name
    known |= {source.key for asset_id, (source, _) in facts.versions.items() if asset_id not in facts.records}
    for key in sorted(set(facts.copies) - known):
        yield Disagreement(
            "deleted-remains",
            None,
            f"copies of an answer lie beside {key}, and no asset came from it",
            f"aws s3 rm --recursive --exclude '*/*' {shlex.quote(facts.copies[key])}",
            Mend.NOTHING,
            key,
        )


def _settled(facts: Facts, *statuses: AssetStatus) -> Iterator[RecordFact]:
    for record in facts.records.values():
        if record.status in statuses and facts.is_settled(record):
            yield record
