"""Every view over a real table: what it shows, what it says where there is nothing, and what it refuses."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from braid.domain.answer.review import ReviewRequest
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.claim_check import Claim
from braid.domain.clock import iso
from braid.domain.money.accounting import Usage
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import encode
from braid.store.review_records import OpenReview
from console.catalogue import VIEWS
from console.reading.claims import claim, release
from console.reading.review_queue import read_queue
from tests.contract.console.conftest import Table
from tests.doubles.served_console import Served, served

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
TIMELINE = Claim("s3://results/timeline.json", "application/json", 2, "0" * 64)


def at(ago: timedelta) -> str:
    return iso(NOW - ago)


def ask(table: Table, name: str, ago: timedelta) -> str:
    """An asset that has awaited review for so long."""
    request = ReviewRequest(("not sure",), at(ago), iso(NOW + 3 * HOUR), "reject")
    review = json.dumps(encode(OpenReview(request, TIMELINE)))
    return table.put(name, AssetStatus.AWAITING_REVIEW, at(ago), review=review)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.title)
def test_with_nothing_there_every_view_says_so(console: Served, view: object) -> None:
    status, text, _ = console.get(view.path)  # type: ignore[attr-defined]

    assert status == 200
    assert "<h1>" in text
    assert 'src="http' not in text
    assert 'href="http' not in text


def test_assets_are_listed_with_exact_counts(table: Table, console: Served) -> None:
    for number in range(60):
        table.put(f"done-{number:02}", AssetStatus.SUCCEEDED, at(number * HOUR), cost_usd=Decimal("0.01"))
    table.put("broken", AssetStatus.FAILED, at(2 * HOUR), reason="the <b>codec</b> is unknown")

    status, text, _ = console.get("/")

    assert status == 200
    assert "<b>61</b> all" in text
    assert "<b>60</b> Succeeded" in text
    assert "done-00.txt" in text
    assert "done-59.txt" not in text
    assert "the &lt;b&gt;codec&lt;/b&gt; is unknown" in text
    following = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    _, older, _ = console.get(following.removeprefix(console.access.base))
    assert "done-59.txt" in older
    assert "done-00.txt" not in older
    _, failed, _ = console.get("/?status=FAILED")
    assert "broken.txt" in failed
    assert "done-" not in failed
    _, by_id, _ = console.get("/?text=done-59&days=7")
    assert "done-59.txt" in by_id


def test_an_asset_says_why_it_failed_and_what_mends_it(table: Table, console: Served) -> None:
    table.put("broken", AssetStatus.FAILED, at(HOUR), reason="the film has no pictures")

    status, text, _ = console.get("/assets/broken")

    assert status == 200
    assert "the film has no pictures" in text
    assert "braid redrive broken" in text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/assets/nobody", 404, "no asset &#39;nobody&#39;"),
        ("/assets/nobody/report", 404, "no asset"),
        ("/assets/..%2f..%2fetc/report", 404, "no such page"),
        ("/?status=LOST", 404, "no asset has the status"),
        ("/?days=1000000", 404, "days takes"),
        ("/?cursor=x", 404, "cut off"),
        ("/nothing", 404, "no such page"),
        ("/review/nobody", 404, "no asset"),
        ("/assets/a/pictures/k?attempt=../..", 404, "no such asset"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(console: Served, path: str, status: int, says: str) -> None:
    found, text, _ = console.get(path)

    assert (found, says in text) == (status, True), text
    assert "Traceback" not in text


def test_the_queue_begins_with_the_longest_wait(table: Table) -> None:
    for number, ago in enumerate((2 * HOUR, 300 * HOUR, HOUR, 50 * HOUR)):
        ask(table, f"waits-{number}", ago)

    queue = read_queue(table.target, today=NOW.date(), waiting_count=4, limit=3)

    assert [item.asset_id for item in queue] == ["waits-1", "waits-3", "waits-0"]
    assert "secret-token" not in repr(queue)


def test_one_person_claims_an_answer_until_they_leave_it_or_time_is_up(table: Table) -> None:
    asset, target = ask(table, "waits", HOUR), table.target

    assert claim(target, asset, 1, by="ann", now=NOW)
    assert not claim(target, asset, 1, by="bob", now=NOW)
    assert claim(target, asset, 1, by="ann", now=NOW)  # again: for ten more minutes
    assert not release(target, asset, 1, by="bob")
    assert not claim(target, asset, 2, by="bob", now=NOW)  # another attempt than the one seen
    (item,) = read_queue(target, today=NOW.date(), waiting_count=1, limit=9)
    assert item.claim is not None
    assert (item.claim.by, item.claim.is_of_another("bob", NOW)) == ("ann", True)
    assert not item.claim.is_of_another("bob", NOW + 11 * timedelta(minutes=1))
    assert claim(target, asset, 1, by="bob", now=NOW + 11 * timedelta(minutes=1))
    assert release(target, asset, 1, by="bob")
    assert claim(target, asset, 1, by="cid", now=NOW)


def test_a_closed_asset_is_claimed_by_nobody(table: Table) -> None:
    asset = table.put("done", AssetStatus.SUCCEEDED, at(HOUR))

    assert not claim(table.target, asset, 1, by="ann", now=NOW)


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        ({"decision": "maybe"}, 422, "one of approve, edit, reject"),
        ({"decision": "reject", "note": "  "}, 422, "say why"),
        ({"decision": "edit", "answer": "text"}, 422, "JSON object"),
        ({"decision": "approve", "attempt": 7}, 409, "analysed again"),
        ({"decision": "approve", "requested_at": "never"}, 409, "analysed again"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    table: Table, console: Served, sent: dict[str, object], status: int, says: str
) -> None:
    # The timeline isn't there: the record is read first, and what was seen is compared with it.
    table.storage.s3.put_object(Bucket=table.storage.results, Key="timeline.json", Body=b"{}")
    ask(table, "waits", HOUR)

    found, told = console.post("/review/waits/decide", sent)

    if found != 502:  # an unreadable timeline is told as such
        assert (found, says in told["error"]) == (status, True), told
    assert table.storage.dynamodb.get_item(TableName=table.name, Key={"asset_id": {"S": "waits"}})["Item"][
        "status"
    ] == {"S": "AWAITING_REVIEW"}


def test_a_console_that_only_shows_says_so_on_its_buttons(table: Table) -> None:
    ask(table, "waits", HOUR)
    with served(table.target, is_read_only=True) as console:
        _, text, _ = console.get("/review")
        status, told = console.post("/review/waits/claim?attempt=1")
        _, drop, _ = console.get("/drop")

    assert "You can look but not decide: the console was started with --read-only" in text
    assert status == 403
    assert "--read-only" in told
    assert "disabled" in drop


def test_a_change_is_told_to_the_page(table: Table, console: Served) -> None:
    connection = console.connection()
    connection.request("GET", f"{console.access.base}/events", headers={"Cookie": console.cookie})
    stream = connection.getresponse()
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert [stream.readline(), stream.readline()] == [b"event: changed\n", b'data: {"waiting": 0}\n']
    stream.readline()
    ask(table, "waits", timedelta(0))

    assert [stream.readline(), stream.readline()] == [b"event: changed\n", b'data: {"waiting": 1}\n']
    connection.close()


def test_costs_have_indexing_and_tuning_once_they_are_added_up(table: Table, console: Served) -> None:
    today = iso(datetime.now(UTC))
    asset = table.put("talk", AssetStatus.SUCCEEDED, today, cost_usd=Decimal("0.25"))
    usage = (Usage("bedrock", "InvokeModel:amazon.titan-embed-text-v2:0", "input_token", 1_000_000),)
    ref = AssetRef(asset, 1, "general", Source("inbox", "inbox/general/talk.txt", "v1"))
    manifest = VectorManifest(asset, 1, "d", True, {}, usage=usage)
    table.storage.store(ref).put_document(manifest_key(asset), manifest)

    _, by_day, _ = console.get("/costs?days=7")
    _, added, _ = console.get("/costs?days=7&by=profile")

    assert "$0.25 for 1 asset " in by_day
    assert "Without what indexing" in by_day
    assert "$0.27 for 1 asset " in added
    assert "With what indexing" in added
    assert len(re.findall(r">\$0\.27[0-9]*<", added)) >= 2, "its day and its profile"
