"""Lists of one kind: every record of it once, none of another, and the count that is kept of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source
from cli.errors import CommandError
from console.reading.kind_pages import read_kind_page
from tests.contract.console.conftest import Table

STATUSES = (AssetStatus.SUCCEEDED, AssetStatus.REJECTED, AssetStatus.PROCESSING, AssetStatus.RECEIVED)


def fill(table: Table) -> dict[AssetKind, list[str]]:
    """Of every seven records two are of a kind, several of each moment, over a year; the newest first."""
    listed: dict[AssetKind, list[tuple[str, str]]] = {kind: [] for kind in AssetKind}
    for number in range(42):
        moment = datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=number // 4 * 30)
        at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        name = f"a{number:02}"
        kind = {0: AssetKind.POSTS, 3: AssetKind.GENERATED}.get(number % 7)
        profile = "generate" if kind is AssetKind.GENERATED else "moderation"
        told = AssetKind.POSTS if kind is AssetKind.POSTS else None
        table.put(name, STATUSES[number % len(STATUSES)], at, profile=profile, kind=told)
        if kind is not None:
            listed[kind].append((at, name))
    return {kind: [name for _, name in sorted(found, reverse=True)] for kind, found in listed.items()}


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_pages_have_every_record_of_a_kind_once(table: Table, limit: int) -> None:
    for kind, names in fill(table).items():
        found, cursor = list[str](), ""
        while True:
            page = read_kind_page(table.target, kind, cursor=cursor, limit=limit)
            assert len(page.records) <= limit
            assert page.total == len(names) == 6
            found += [record.asset_id for record in page.records]
            cursor = page.following
            if not cursor:
                break
        assert sorted(found) == sorted(names)


def test_a_page_reads_what_it_shows_and_one_count(table: Table) -> None:
    fill(table)
    asked: list[str] = []
    events = table.target.dynamodb.meta.events
    events.register("before-call.dynamodb", lambda model, **_: asked.append(model.name))

    read_kind_page(table.target, AssetKind.POSTS, limit=3)

    assert sorted(asked) == ["GetItem", "Query"]


def test_what_is_deleted_leaves_list_and_count(table: Table) -> None:
    names = fill(table)[AssetKind.POSTS]
    source = Source("inbox", f"inbox/moderation/{names[0]}.txt", "v1")

    table.records.delete(AssetRef(names[0], 1, "moderation", source), now="2026-11-21T00:00:00.000Z")

    page = read_kind_page(table.target, AssetKind.POSTS, limit=50)
    assert (page.total, len(page.records)) == (5, 5)
    assert names[0] not in [record.asset_id for record in page.records]


def test_an_attempt_more_is_counted_no_second_time(table: Table) -> None:
    at = "2026-11-20T12:00:00.000Z"
    table.put("march", AssetStatus.FAILED, at, profile="moderation", kind=AssetKind.POSTS)
    source = Source("inbox", "inbox/moderation/march.jsonl", "v1")
    again = AssetRef("march", 2, "moderation", source)

    table.records.put_received(again, received_at=at, now=at, kind=AssetKind.POSTS)
    table.records.process(again, execution_arn="arn", now=at)

    page = read_kind_page(table.target, AssetKind.POSTS, limit=50)
    assert (page.total, [record.attempt for record in page.records]) == (1, [2])


@pytest.mark.parametrize("text", ["x", "W10=", "bm90IGpzb24=", "WyIiLCAiIl0=", "WzEsIDJd", "ä"])
def test_a_cut_off_address_is_refused_in_words(table: Table, text: str) -> None:
    with pytest.raises(CommandError, match="cut off"):
        read_kind_page(table.target, AssetKind.POSTS, cursor=text, limit=3)
