"""Where marks, counts and queues disagree with the assets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from braid.domain.asset.asset import AssetKind, AssetStatus
from braid.domain.audit.counting import (
    committed_at_most,
    committed_by_day,
    count_days,
    count_kinds,
    count_open,
    spent_by_day,
)
from braid.domain.audit.facts import Facts, LetterKind
from braid.domain.audit.finding import FIX, Disagreement, Mend

__all__ = [
    "day_cost",
    "day_counts",
    "day_money",
    "dead_letters",
    "kind_counts",
    "mark_of_none",
    "open_counts",
    "uncounted",
]

_Counted = TypeVar("_Counted", AssetStatus, AssetKind)


def mark_of_none(facts: Facts) -> Iterator[Disagreement]:
    for key, owner in sorted(facts.marks.items()):
        record = facts.records.get(owner)
        if record is None or record.status is AssetStatus.DELETED:
            yield Disagreement(
                "mark-of-none",
                owner,
                "its content is marked as dropped before, and the asset is gone",
                FIX,
                Mend.REMOVE_MARK,
                key,
            )


def uncounted(facts: Facts) -> Iterator[Disagreement]:
    for record in facts.records.values():
        if not record.is_counted:
            yield Disagreement(
                "uncounted",
                record.asset_id,
                f"its record is {record.status}, and isn't counted: it is of an earlier version",
                FIX,
                Mend.COUNT,
            )


def open_counts(facts: Facts) -> Iterator[Disagreement]:
    there = count_open(facts.records.values())
    each = [status for status in AssetStatus if status.is_open]
    return _miscounted("open-counts", each, counted=facts.open_counts, there=there)


def day_counts(facts: Facts) -> Iterator[Disagreement]:
    expected = count_days(facts.records.values())
    for day in sorted({*expected, *facts.day_counts}):
        counted = {status: by for status, by in facts.day_counts.get(day, {}).items() if by}
        there = expected.get(day, {})
        if counted != there:
            yield Disagreement(
                "day-counts",
                None,
                f"of {day} these ends are counted: {_told(counted)}; the records have {_told(there)}",
                FIX,
                Mend.SET_COUNTS,
                day,
            )


def kind_counts(facts: Facts) -> Iterator[Disagreement]:
    there = count_kinds(facts.records.values())
    return _miscounted("kind-counts", list(AssetKind), counted=facts.kind_counts, there=there)


def _miscounted(
    check: str, each: Iterable[_Counted], *, counted: Mapping[_Counted, int], there: Mapping[_Counted, int]
) -> Iterator[Disagreement]:
    for what in each:
        told, right = counted.get(what, 0), there.get(what, 0)
        if told != right:
            said = f"{told} assets are counted as {what}, and {right} are"
            yield Disagreement(check, None, said, FIX, Mend.SET_COUNTS, what)


def day_cost(facts: Facts) -> Iterator[Disagreement]:
    for day, usd in sorted(spent_by_day(facts.records.values()).items()):
        counted = facts.day_usd.get(day, Decimal(0))
        if counted < usd:
            yield Disagreement(
                "day-cost",
                None,
                f"{day} is counted as ${counted:f}, and its assets cost ${usd:f} at least",
                FIX,
                Mend.SET_COUNTS,
                day,
            )


def day_money(facts: Facts) -> Iterator[Disagreement]:
    """Too little lets a day cost more than it may; too much keeps assets waiting for nothing."""
    least = committed_by_day(facts.records.values())
    for day in sorted({*least, *facts.committed_usd}):
        committed, usd = facts.committed_usd.get(day, Decimal(0)), least.get(day, Decimal(0))
        most = committed_at_most(facts, day)
        if committed < usd:
            right = f"${usd:f} at least"
        elif most is not None and committed > most:
            right = f"${most:f}"
        else:
            continue
        said = f"of {day} ${committed:f} are given out, and its assets reserved or cost {right}"
        yield Disagreement("day-money", None, said, FIX, Mend.SET_COUNTS, day)


def dead_letters(facts: Facts) -> Iterator[Disagreement]:
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
    LetterKind.DELETION: "its file was deleted, which couldn't be followed and lies in the dead letters",
    LetterKind.UNREADABLE: "a message in the dead letters is none of ours",
}


def _told(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{by} {status}" for status, by in sorted(counts.items())) or "none"
