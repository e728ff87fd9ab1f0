"""Posts, generation, tuning and what plays, over a real table and bucket."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from braid.domain.asset.asset import AssetKind, AssetStatus
from braid.domain.clock import iso
from braid.domain.generation.draft import Check
from tests.contract.console.conftest import Table
from tests.contract.console.what_was_made import (
    EVIL,
    Tuning,
    admit_media,
    judge_posts,
    make_picture,
    put,
    tune,
)
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.served_console import FunctionsHere, Served, served

NOW = iso(datetime.now(UTC) - timedelta(minutes=5))
SUCCEEDED, REJECTED, PROCESSING = AssetStatus.SUCCEEDED, AssetStatus.REJECTED, AssetStatus.PROCESSING
FILM = bytes(range(256)) * 40


def posts_file(table: Table, asset_id: str, status: AssetStatus = SUCCEEDED) -> str:
    return table.put(
        asset_id,
        status,
        NOW,
        profile="moderation",
        key=f"inbox/moderation/{asset_id}.jsonl",
        kind=AssetKind.POSTS,
    )


def draft_of(table: Table, asset_id: str, status: AssetStatus = SUCCEEDED) -> str:
    return table.put(asset_id, status, NOW, profile="generate", key=f"inbox/generate/{asset_id}.toml")


def test_a_moment_that_a_hit_names_is_where_playing_begins(table: Table, console: Served) -> None:
    film = table.put("film", SUCCEEDED, NOW)
    admit_media(table.storage, film, FILM, "video/mp4")

    _, whole, _ = console.get(f"/assets/{film}")
    _, moment, _ = console.get(f"/assets/{film}?at=72500")
    _, wrong, _ = console.get(f"/assets/{film}?at=%22%3E")

    assert f'/assets/{film}/media#t=72.5"' in moment
    assert "Video from 1:12" in moment
    assert "#t=" not in whole + wrong


def test_a_file_of_posts_is_shown_with_sums_sample_and_decisions(table: Table, console: Served) -> None:
    asset = posts_file(table, "march")
    judge_posts(table.storage, asset, "I will stab you", "lovely", f"a lolcow {EVIL}", "lovely")

    _, listed, _ = console.get("/posts")
    status, text, _ = console.get(f"/posts/{asset}")
    _, blocked, _ = console.get(f"/posts/{asset}?decision=block")

    assert status == 200
    assert "march.jsonl" in listed
    assert re.search(r"<b>1</b> block", listed)
    assert "I will stab you" in text
    assert "&lt;script&gt;" in text
    assert EVIL not in text
    assert ("p1</td>" in text, "p4</td>" in text) == (True, True)
    assert ("p1</td>" in blocked, "p4</td>" in blocked) == (True, False)
    assert f'href="{console.access.base}/posts/{asset}"' in console.get(f"/assets/{asset}")[1]


def test_pages_of_decisions_have_every_line_once(table: Table, console: Served) -> None:
    asset = posts_file(table, "many")
    judge_posts(table.storage, asset, *(f"ü post {number}" for number in range(120)))
    path, seen = f"/posts/{asset}", list[str]()
    while path:
        _, text, _ = console.get(path)
        seen += re.findall(r"<td dir=\"auto\">(p\d+)</td>", text.split('id="decisions"')[1])
        found = re.search(r'rel="next" href="[^"]*?(/posts/[^"#]*)#', text)
        path = found[1].replace("&amp;", "&") if found else ""

    assert seen == [f"p{number}" for number in range(1, 121)]


@pytest.mark.parametrize("query", ["from=7", "from=x", "from=-1", "from=9999999999999999"])
def test_an_address_that_was_tampered_with_is_refused(table: Table, console: Served, query: str) -> None:
    asset = posts_file(table, f"tampered-{len(query)}")
    judge_posts(table.storage, asset, "one", "two")

    status, text, _ = console.get(f"/posts/{asset}?{query}")

    assert (status, "cut off" in text) == (404, True)


def test_an_open_file_says_how_far_it_is(table: Table, console: Served) -> None:
    asset = posts_file(table, "open", PROCESSING)
    _, early, _ = console.get(f"/posts/{asset}")
    file = {"bucket": "b", "key": "k", "version_id": "v", "size_bytes": 9, "lines": 1250, "chunks": 5}
    put(table.storage, f"work/{asset}/1/posts/file.json", {**file, "columns": []})
    for number in range(3):
        put(table.storage, f"work/{asset}/1/posts/chunk-{number:06}/stats.json", {})

    _, text, _ = console.get(f"/posts/{asset}")

    assert "cut into chunks yet" in early
    assert "3 of 5 chunks judged; the file has 1,250 lines" in text


def test_drafts_are_shown_with_their_marks_and_attempts(table: Table, console: Served) -> None:
    asset = draft_of(table, "poster")
    body = make_picture(table.storage, asset, prompt=f"A mug {EVIL}")

    _, gallery, _ = console.get("/generation")
    status, text, _ = console.get(f"/generation/{asset}")
    _, shown = console.get_bytes(f"/generation/{asset}/picture?attempt=1")

    assert status == 200
    assert "poster.toml" in gallery
    assert "00c0ffee" in text
    assert EVIL not in gallery + text
    assert 'aria-pressed="false"' in gallery
    assert shown == body
    for path in ("?attempt=2", "?attempt=x", "/inputs/0", "/video"):
        assert console.get(f"/generation/{asset}{path}")[0] == 404, path


def test_of_what_was_blocked_only_the_blurred_look_is_handed_out(table: Table, console: Served) -> None:
    asset = draft_of(table, "bad-draft", REJECTED)
    seen = make_picture(table.storage, asset, checks=(Check("moderation", "blocked", "Weapons"),))
    before = console.get(f"/generation/{asset}/picture")[0]
    key = f"assets/{asset}/1/blurred.jpg"
    table.storage.s3.put_object(Bucket=table.storage.results, Key=key, Body=b"blurred")

    _, handed = console.get_bytes(f"/generation/{asset}/picture")

    assert before == 404
    assert handed == b"blurred" != seen
    assert "quarantined" in console.get(f"/generation/{asset}")[1]


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("", 200, FILM),
        ("bytes=0-", 206, FILM),
        ("bytes=100-199", 206, FILM[100:200]),
        ("bytes=10000-99999", 206, FILM[10000:]),
        ("bytes=0-1,5-6", 200, FILM),
        ("bytes=99999-", 416, b""),
        ("lines=1", 200, FILM),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    table: Table, console: Served, asked: str, status: int, part: bytes
) -> None:
    asset = table.put("film", SUCCEEDED, NOW)
    admit_media(table.storage, asset, FILM, "video/mp4")

    found, body = console.get_bytes(f"/assets/{asset}/media", **({"Range": asked} if asked else {}))

    assert (found, body) == (status, part)


def test_nothing_plays_by_itself(table: Table, console: Served) -> None:
    film, sound = table.put("a-film", SUCCEEDED, NOW), table.put("a-sound", SUCCEEDED, NOW)
    admit_media(table.storage, film, FILM, "video/mp4")
    admit_media(table.storage, sound, FILM, "audio/mpeg")

    shown = [console.get(f"/assets/{asset}")[1] for asset in (film, sound)]

    assert '<video preload="none" src=' in shown[0]
    assert '<audio controls preload="none" src=' in shown[1]
    assert "autoplay" not in "".join(shown)


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/pdf"])
def test_nothing_but_sound_and_film_is_played(table: Table, console: Served, media_type: str) -> None:
    asset = table.put("page", SUCCEEDED, NOW)
    admit_media(table.storage, asset, b"<script>", media_type)

    assert console.get(f"/assets/{asset}/media")[0] == 404


def test_a_played_file_is_a_document_without_rights(table: Table, console: Served) -> None:
    asset = table.put("sound", SUCCEEDED, NOW)
    admit_media(table.storage, asset, b"<script>alert(1)</script>", "audio/mpeg")

    _, _, headers = console.get(f"/assets/{asset}/media")

    assert headers["content-type"] == "audio/mpeg"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"


def test_runs_are_shown_with_their_pictures_and_approved(table: Table) -> None:
    run = f"{table.name}-done"
    tune(table.storage, run, has_ended=True)
    tune(table.storage, f"{table.name}-asks", has_ended=False)
    decided: list[dict[str, Any]] = []

    def decide(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        decided.append(event)
        return {"summary": "approved"}

    vars(table.target).update(
        cloudformation=Tuning(), stepfunctions=Tuning(), lambda_=FunctionsHere({"decide": decide}, CONTEXT)
    )
    with served(table.target) as console:
        _, listed, _ = console.get("/tuning")
        status, text, _ = console.get(f"/tuning/{run}")
        _, asking, _ = console.get(f"/tuning/{table.name}-asks")
        strangers = [
            console.post(f"/tuning/{table.name}-asks/decide", {"approved": True}, **headers)[0]
            for headers in ({"Origin": "null"}, {"x-braid-csrf": "guessed"}, {"Cookie": ""})
        ]
        wrong = [
            console.post(f"/tuning/{table.name}-asks/decide", {"approved": "yes"})[0],
            console.post(f"/tuning/{run}/decide", {"approved": True})[0],
            console.post("/tuning/nobody/decide", {"approved": True})[0],
        ]
        before = list(decided)
        right = console.post(f"/tuning/{table.name}-asks/decide", {"approved": True})
        user = console.context.user

    assert ("REGISTERED" in listed, "waits for an approval" in listed) == (True, True)
    assert status == 200
    assert {"Loss by step", "Reliability", "Slices"} <= set(
        re.findall(r"<svg[^>]*aria-label='([^'.]*)\.", text)
    )
    assert EVIL not in text + asking
    assert "It would spend about $2.00" in asking
    assert (strangers, wrong, before) == ([403, 403, 401], [422, 409, 409], [])
    assert right == (200, {"run_id": f"{table.name}-asks", "said": "approved"})
    assert decided == [{"run_id": f"{table.name}-asks", "approved": True, "by": user}]


def test_where_nothing_tunes_the_page_says_how_to_begin(console: Served) -> None:
    status, text, _ = console.get("/tuning")

    assert (status, "--knob tuning=true" in text or "can&#39;t tune" in text) == (200, True)
