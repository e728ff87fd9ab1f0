"""Where the stores of a deployment disagree: one check a class, each finding with a sentence and a command.

``CHECKS`` is the table of what a deployment's machines keep: whoever adds a machine that keeps something
of an asset adds a check here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from braid.domain.asset.asset import AssetStatus
from braid.domain.audit.counting import count_days, count_open, spent_by_day
from braid.domain.audit.facts import Facts, LetterKind, RecordFact

__all__ = ["CHECKS", "Disagreement", "Mend", "disagreements"]

_FIX = "braid audit --fix"
_PUBLISHED = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)


class Mend(StrEnum):
    """What ``--fix`` does about a finding; ``NOTHING`` where a person decides or it costs money."""

    NOTHING = "nothing"
    SEND_ARRIVAL = "send the message that S3 would have sent"
    SEND_AGAIN = "send the message of this attempt again"
    RECORD_DEATH = "record the end as the execution's status change would have"
    RECORD_END = "record what the execution says of its end"
    REOPEN = "record that the execution runs again"
    RESTORE_RECORD = "write the record that the results are of"
    CORRECT_RESULT = "let result.json say what the record says"
    COUNT = "count the record"
    SET_COUNTS = "set the counts to what the records amount to"
    REMOVE_MARK = "remove the mark"


@dataclass(frozen=True)
class Disagreement:
    """One finding: of which class, about which asset, in a sentence, and what mends it."""

    check: str
    asset_id: str | None
    sentence: str
    command: str
    mend: Mend
    about: str = ""  # what the mending needs beside the asset: a key, a day


def disagreements(facts: Facts) -> tuple[Disagreement, ...]:
    """Everything that doesn't agree, class by class."""
    return tuple(found for check in CHECKS.values() for found in check(facts))


def _never_started(facts: Facts) -> Iterator[Disagreement]:
    for asset_id, (source, arrived_at) in facts.versions.items():
        if asset_id not in facts.records and arrived_at < facts.settled_before:
            yield Disagreement(
                "never-started",
                asset_id,
                f"{source.key} lies in the inbox and was never begun",
                f"braid backfill s3://{source.bucket}/{source.key}",
                Mend.SEND_ARRIVAL,
            )


def _waiting_lost(facts: Facts) -> Iterator[Disagreement]:
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
                _FIX,
                Mend.SEND_AGAIN,
            )


def _start_lost(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW):
        if facts.execution_of(record) is None:
            yield Disagreement(
                "start-lost",
                record.asset_id,
                f"its record is {record.status}, and there is no execution {record.execution_name}",
                _FIX,
                Mend.SEND_AGAIN,
            )


def _unrecorded_death(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW):
        execution = facts.execution_of(record)
        if execution is not None and execution.is_dead:
            yield Disagreement(
                "unrecorded-death",
                record.asset_id,
                f"its record is {record.status}, and its execution is {execution.status}",
                _FIX,
                Mend.RECORD_DEATH,
            )


def _unrecorded_end(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.PROCESSING, AssetStatus.AWAITING_REVIEW, AssetStatus.FAILED):
        execution = facts.execution_of(record)
        if execution is not None and execution.status == "SUCCEEDED":
            yield Disagreement(
                "unrecorded-end",
                record.asset_id,
                f"its record is {record.status}, and its execution SUCCEEDED",
                _FIX,
                Mend.RECORD_END,
            )


def _redriven_unseen(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.FAILED):
        execution = facts.execution_of(record)
        if execution is not None and execution.status == "RUNNING":
            yield Disagreement(
                "redriven-unseen",
                record.asset_id,
                "its record is FAILED, and its execution runs again",
                _FIX,
                Mend.REOPEN,
            )


def _review_overdue(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, AssetStatus.AWAITING_REVIEW):
        if record.review_deadline is not None and record.review_deadline < facts.settled_before:
            yield Disagreement(
                "review-overdue",
                record.asset_id,
                f"its review should have ended at {record.review_deadline}, and nothing ended it",
                f"braid review show {record.asset_id}",
                Mend.NOTHING,
            )


def _result_missing(facts: Facts) -> Iterator[Disagreement]:
    for record in _settled(facts, *_PUBLISHED):
        if record.asset_id not in facts.results:
            yield Disagreement(
                "result-missing",
                record.asset_id,
                f"its record is {record.status}, and it has no result.json",
                f"braid rerun {record.asset_id}",
                Mend.NOTHING,
            )


def _result_untrue(facts: Facts) -> Iterator[Disagreement]:
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
            _FIX if is_same_attempt else f"braid rerun {record.asset_id}",
            Mend.CORRECT_RESULT if is_same_attempt else Mend.NOTHING,
        )


def _unknown_results(facts: Facts) -> Iterator[Disagreement]:
    for asset_id in sorted(facts.folders - set(facts.records)):
        has_result = asset_id in facts.results
        yield Disagreement(
            "unknown-results",
            asset_id,
            "there are results of it, and no record",
            _FIX if has_result else f"braid delete {asset_id}",
            Mend.RESTORE_RECORD if has_result else Mend.NOTHING,
        )


def _deleted_remains(facts: Facts) -> Iterator[Disagreement]:
    for record in facts.records.values():
        if record.status is AssetStatus.DELETED and record.asset_id in facts.folders:
            yield Disagreement(
                "deleted-remains",
                record.asset_id,
                "it was deleted, and there are results of it still",
                f"braid delete {record.asset_id}",
                Mend.NOTHING,
            )


def _mark_of_none(facts: Facts) -> Iterator[Disagreement]:
    for key, owner in sorted(facts.marks.items()):
        record = facts.records.get(owner)
        if record is None or record.status is AssetStatus.DELETED:
            yield Disagreement(
                "mark-of-none",
                owner,
                "its content is marked as dropped before, and the asset is gone",
                _FIX,
                Mend.REMOVE_MARK,
                key,
            )


def _uncounted(facts: Facts) -> Iterator[Disagreement]:
    for record in facts.records.values():
        if not record.is_counted:
            yield Disagreement(
                "uncounted",
                record.asset_id,
                f"its record is {record.status}, and isn't counted: it is of an earlier version",
                _FIX,
                Mend.COUNT,
            )


def _open_counts(facts: Facts) -> Iterator[Disagreement]:
    expected = count_open(facts.records.values())
    for status in (status for status in AssetStatus if status.is_open):
        counted, there = facts.open_counts.get(status, 0), expected.get(status, 0)
        if counted != there:
            yield Disagreement(
                "open-counts",
                None,
                f"{counted} assets are counted as {status}, and {there} are",
                _FIX,
                Mend.SET_COUNTS,
                status,
            )


def _day_counts(facts: Facts) -> Iterator[Disagreement]:
    expected = count_days(facts.records.values())
    for day in sorted({*expected, *facts.day_counts}):
        counted = {status: by for status, by in facts.day_counts.get(day, {}).items() if by}
        there = expected.get(day, {})
        if counted != there:
            yield Disagreement(
                "day-counts",
                None,
                f"of {day} these ends are counted: {_told(counted)}; the records have {_told(there)}",
                _FIX,
                Mend.SET_COUNTS,
                day,
            )


def _day_cost(facts: Facts) -> Iterator[Disagreement]:
    for day, usd in sorted(spent_by_day(facts.records.values()).items()):
        counted = facts.day_usd.get(day, Decimal(0))
        if counted < usd:
            yield Disagreement(
                "day-cost",
                None,
                f"{day} is counted as ${counted:f}, and its assets cost ${usd:f} at least",
                _FIX,
                Mend.SET_COUNTS,
                day,
            )


def _dead_letters(facts: Facts) -> Iterator[Disagreement]:
    for letter in facts.dead_letters:
        because = f": {letter.reason}" if letter.reason else ""
        is_readable = letter.kind is not LetterKind.UNREADABLE
        yield Disagreement(
            "dead-letters",
            letter.about or None,
            f"{_LETTERS[letter.kind]}{because}",
            "braid redrive --dead-letters"
            if is_readable
            else "braid redrive --dead-letters --drop-unreadable",
            Mend.NOTHING,
            letter.message_id,
        )


_LETTERS = {
    LetterKind.ARRIVAL: "its arrival couldn't be handled, and lies in the dead letters",
    LetterKind.RERUN: "it was asked for again, which couldn't be handled and lies in the dead letters",
    LetterKind.DEATH: "the end of its execution couldn't be recorded, and lies in the dead letters",
    LetterKind.DEADLINE: "its review's deadline couldn't be carried out, and lies in the dead letters",
    LetterKind.UNREADABLE: "a message in the dead letters is none of ours",
}

CHECKS: Mapping[str, Callable[[Facts], Iterable[Disagreement]]] = {
    "never-started": _never_started,
    "waiting-lost": _waiting_lost,
    "start-lost": _start_lost,
    "unrecorded-death": _unrecorded_death,
    "unrecorded-end": _unrecorded_end,
    "redriven-unseen": _redriven_unseen,
    "review-overdue": _review_overdue,
    "result-missing": _result_missing,
    "result-untrue": _result_untrue,
    "unknown-results": _unknown_results,
    "deleted-remains": _deleted_remains,
    "mark-of-none": _mark_of_none,
    "uncounted": _uncounted,
    "open-counts": _open_counts,
    "day-counts": _day_counts,
    "day-cost": _day_cost,
    "dead-letters": _dead_letters,
}


def _settled(facts: Facts, *statuses: AssetStatus) -> Iterator[RecordFact]:
    for record in facts.records.values():
        if record.status in statuses and facts.is_settled(record):
            yield record


def _told(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{by} {status}" for status, by in sorted(counts.items())) or "none"
