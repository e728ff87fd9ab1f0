"""Pages through the index: every record once, the newest first, whatever the page's size and the filter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from braid.domain.asset.asset import AssetStatus
from cli.errors import CommandError
from console.reading.counts import read_counts
from console.reading.record_pages import Cursor, Filter, read_page
from tests.contract.console.conftest import Table

TODAY = date(2026, 11, 20)
DAYS = 30
SHOWN = tuple(status for status in AssetStatus if status is not AssetStatus.DELETED)
PATTERN = (
    *(AssetStatus.SUCCEEDED, AssetStatus.SUCCEEDED, AssetStatus.PARTIAL, AssetStatus.REJECTED),
    *(AssetStatus.FAILED, AssetStatus.PROCESSING, AssetStatus.RECEIVED),
)


def fill(table: Table) -> list[str]:
    """Forty-two records over five days, several of each moment; their ids, the newest first."""
    listed = []
    for number in range(42):
        moment = datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=number // 9 * 2, minutes=number // 4)
        at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        name = f"a{number:02}"
        profile = "moderation" if number % 5 == 0 else "general"
        table.put(name, PATTERN[number % len(PATTERN)], at, profile=profile)
        listed.append((at, name))
    return [name for _, name in sorted(listed, reverse=True)]


def walk(table: Table, wanted: Filter, limit: int) -> list[str]:
    """The ids of all pages, one after the other; cursors travel as text."""
    counts = read_counts(table.target, today=TODAY, days=DAYS)
    found, start = list[str](), None
    for _ in range(200):
        page = read_page(table.target, wanted, counts, today=TODAY, days=DAYS, start=start, limit=limit)
        assert len(page.records) <= limit
        moments = [record.updated_at or "" for record in page.records]
        assert moments == sorted(moments, reverse=True)
        found += [record.asset_id for record in page.records]
        if page.following is None:
            return found
        start = Cursor.parse(str(page.following))
    raise AssertionError("the pages never end")


def test_pages_of_any_size_show_every_record_once(table: Table) -> None:
    names = fill(table)
    # Every size, and what a page costs, is tested without a table (tests/unit/console/test_page_reading.py).
    for limit in (3, 50):
        found = walk(table, Filter(SHOWN), limit)
        assert sorted(found) == sorted(names), limit
    counts = read_counts(table.target, today=TODAY, days=DAYS)
    assert counts.total.total() == len(names)


def test_filters_show_what_they_mean(table: Table) -> None:
    names = fill(table)
    by_number = {name: int(name[1:]) for name in names}

    failed = walk(table, Filter((AssetStatus.FAILED,)), 4)
    assert sorted(failed) == sorted(n for n, i in by_number.items() if PATTERN[i % 7] is AssetStatus.FAILED)
    moderated = walk(table, Filter(SHOWN, profile="moderation"), 4)
    assert sorted(moderated) == sorted(n for n, i in by_number.items() if i % 5 == 0)
    assert sorted(walk(table, Filter(SHOWN, text="A1"), 4)) == sorted(n for n in names if n[:2] == "a1")
    assert walk(table, Filter(SHOWN, text="nothing"), 4) == []


def test_counts_are_exact_and_of_the_days_asked_for(table: Table) -> None:
    fill(table)
    table.put("old", AssetStatus.SUCCEEDED, "2026-01-01T00:00:00.000Z")

    month = read_counts(table.target, today=TODAY, days=DAYS).total
    year = read_counts(table.target, today=TODAY, days=365).total

    expected = {status: sum(PATTERN[i % 7] is status for i in range(42)) for status in set(PATTERN)}
    assert {status: month[status] for status in expected} == expected
    assert year[AssetStatus.SUCCEEDED] == month[AssetStatus.SUCCEEDED] + 1


def test_an_empty_table_asks_the_index_nothing(table: Table) -> None:
    counts = read_counts(table.target, today=TODAY, days=DAYS)
    asked: list[str] = []
    table.target.dynamodb.meta.events.register(
        "before-call.dynamodb.Query", lambda **_: asked.append("query")
    )

    page = read_page(table.target, Filter(SHOWN), counts, today=TODAY, days=DAYS)

    assert (page.records, page.following, asked) == ((), None, [])


@pytest.mark.parametrize("text", ["x", "W10=", "bm90IGpzb24=", "WyIyMDI2LTAxLTAxIiwgW11d", "ä"])
def test_a_cut_off_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(CommandError, match="cut off"):
        Cursor.parse(text)
