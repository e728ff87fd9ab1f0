"""Files from a browser: planned from the blocks that planning asks for, then streamed into the inbox."""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.asset import Source, asset_id_for
from cli.answers.trials import read_folder
from cli.costs.planning import knobs_of, plan_asset
from cli.costs.prices import price_book
from cli.dropping.drop import plan_drop
from console.dropping.ranged_file import BLOCK_BYTES
from console.dropping.uploads import PART_BYTES
from tests.contract.console.conftest import Table
from tests.doubles.served_console import Served

TEXT = b"The Trail Runner is a light shoe. It weighs 240 grams and costs 59 dollars. " * 20


def plan(console: Served, bodies: dict[str, bytes], **asked: Any) -> dict[str, Any]:
    """What the page gets in the end; the bytes that were asked for are under ``given``."""
    names = list(bodies)
    files = [{"name": name, "size": len(body)} for name, body in bodies.items()]
    status, told = console.post("/drop/plan", {"profile": "general", **asked, "files": files})
    given = 0
    while status == 200 and "need" in told:
        need = told["need"]
        part = bodies[names[need["file"]]][need["start"] : need["start"] + need["length"]]
        given += len(part)
        where = f"/drop/{told['drop_id']}/bytes?file={need['file']}&start={need['start']}"
        status, told = console.post(where, part)
    return {**told, "status": status, "given": given}


def test_the_price_is_that_of_the_command(console: Served, tmp_path: Path) -> None:
    path = tmp_path / "shoe.txt"
    path.write_bytes(TEXT)
    (asset,) = plan_drop([path], profile="general", bundle=None)
    right = plan_asset(asset, read_folder("general")[0], knobs_of(), price_book())

    told = plan(console, {"shoe.txt": TEXT})

    assert told["expected_usd"] == pytest.approx(right.estimate.expected.total_usd)
    assert "text/plain: text" in told["html"]
    assert f"${right.estimate.bound.total_usd:,.4f}" in told["html"]


def test_of_a_large_film_planning_sees_a_few_blocks(console: Served, sample_film: bytes) -> None:
    padding = 40 * BLOCK_BYTES
    film = sample_film + (padding + 8).to_bytes(4, "big") + b"free" + bytes(padding)

    told = plan(console, {"talk.mp4": film})

    assert "video/mp4: speech, vision" in told["html"]
    assert told["given"] <= 4 * BLOCK_BYTES


@pytest.fixture
def sample_film() -> bytes:
    return (Path(__file__).resolve().parents[3] / "samples" / "talk.mp4").read_bytes()


@pytest.mark.parametrize("size", [0, 1, len(TEXT), PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 3])
def test_what_arrives_is_what_was_sent(table: Table, console: Served, size: int) -> None:
    body = (TEXT * (size // len(TEXT) + 1))[:size]
    told = plan(console, {"ü shoe.txt": body})

    status, sent = console.post(f"/drop/{told['drop_id']}/send?file=0", body)

    assert status == 200, sent
    key = "inbox/general/ü shoe.txt"
    found = table.storage.s3.get_object(Bucket=table.storage.inbox, Key=key)
    assert found["Body"].read() == body
    assert sent["asset_id"] == asset_id_for(Source(table.storage.inbox, key, found["VersionId"]))


def test_a_bundle_starts_with_its_manifest(table: Table, console: Served, sample_film: bytes) -> None:
    bodies = {"talk.mp4": sample_film, "notes.txt": TEXT}
    told = plan(console, bodies, bundle="lecture")
    drop = told["drop_id"]
    assert "talk.mp4 as video, notes.txt as text" in told["html"]
    early = console.post(f"/drop/{drop}/finish")
    for number, body in enumerate(bodies.values()):
        assert console.post(f"/drop/{drop}/send?file={number}", body)[0] == 200

    status, sent = console.post(f"/drop/{drop}/finish")

    assert early[0] == 400
    assert (status, sent["asset_id"][:7]) == (200, "lecture")
    listed = table.storage.s3.list_objects_v2(
        Bucket=table.storage.inbox, Prefix="inbox/general/lecture.bundle/"
    )
    assert [each["Key"].rsplit("/", 1)[1] for each in listed["Contents"]] == [
        *("manifest.json", "notes.txt", "talk.mp4")
    ]


@pytest.mark.parametrize(("announced", "sent"), [(100, 50), (50, 100), (PART_BYTES * 2, PART_BYTES + 9)])
def test_a_file_that_changed_meanwhile_leaves_nothing(
    table: Table, console: Served, announced: int, sent: int
) -> None:
    name = f"changed-{announced}-{sent}.txt"
    told = plan(console, {name: (TEXT * (announced // len(TEXT) + 1))[:announced]})

    status, answer = console.post(f"/drop/{told['drop_id']}/send?file=0", bytes(sent))

    assert (status, "changed while it was sent" in answer["error"]) == (400, True)
    assert _nothing_of(table, name)


def test_a_browser_that_goes_away_leaves_nothing(table: Table, console: Served) -> None:
    size = 3 * PART_BYTES
    told = plan(console, {"gone.txt": (TEXT * (size // len(TEXT) + 1))[:size]})
    with contextlib.closing(_sending(console, told["drop_id"], size)) as connection:
        connection.send(bytes(PART_BYTES + 100))
        _wait(lambda: not _nothing_of(table, "gone.txt"))

    # What was begun of the part is sent to its end before the upload is taken back.
    _wait(lambda: _nothing_of(table, "gone.txt"))


def test_a_second_click_sends_no_second_file(table: Table, console: Served) -> None:
    body = (TEXT * (2 * PART_BYTES // len(TEXT) + 1))[: 2 * PART_BYTES]
    told = plan(console, {"twice.txt": body})
    drop = told["drop_id"]
    with contextlib.closing(_sending(console, drop, len(body))) as connection:
        connection.send(body[:-1])
        _wait(lambda: not _nothing_of(table, "twice.txt"))
        second = console.post(f"/drop/{drop}/send?file=0", b"x")
        connection.send(body[-1:])
        first = connection.getresponse().status

    third, _ = console.post(f"/drop/{drop}/send?file=0", b"x")

    assert (first, second[0], third) == (200, 400, 400)
    assert "is being sent" in second[1]["error"]
    listed = table.storage.s3.list_object_versions(
        Bucket=table.storage.inbox, Prefix="inbox/general/twice.txt"
    )
    assert len(listed["Versions"]) == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"files": []}, "1 to 100 files"),
        ({"files": [{"name": "a/b", "size": 1}]}, "without /"),
        ({"files": [{"name": "", "size": 1}]}, "without /"),
        ({"files": [{"name": "a", "size": -1}]}, "without /"),
        ({"files": [{"name": "a", "size": 6 * 1024**3}]}, "larger than 5 GiB"),
        ({"files": [{"name": "a", "size": 1}, {"name": "a", "size": 2}]}, "both named a"),
        ({"files": [{"name": ".DS_Store", "size": 1}]}, "ignored"),
        ({"files": ["text"]}, "without /"),
        ({"files": [{"name": "a", "size": 1}], "profile": "generla"}, "did you mean general"),
        ({"files": [{"name": "a", "size": 1}], "profile": "../x"}, "no profile"),
        ({"files": [{"name": "a", "size": 1}], "bundle": "a/b"}, "bundle's name"),
    ],
)
def test_what_can_not_be_dropped_is_refused_in_words(
    console: Served, asked: dict[str, Any], says: str
) -> None:
    status, told = console.post("/drop/plan", {"profile": "general", **asked})
    if status == 200:
        status, told = console.post(f"/drop/{told['drop_id']}/bytes?file=0&start=0", b"x")

    assert (status, says in told["error"]) == (400, True), told


def test_bytes_that_were_not_asked_for_are_refused(console: Served) -> None:
    _, told = console.post("/drop/plan", {"profile": "general", "files": [{"name": "a.txt", "size": 5}]})
    drop = told["drop_id"]

    wrong = [
        console.post(f"/drop/{drop}/bytes?file=0&start=3", b"hello"),
        console.post(f"/drop/{drop}/bytes?file=1&start=0", b"hello"),
        console.post(f"/drop/{drop}/bytes?file=0&start=0", b"hell"),
        console.post(f"/drop/{drop}/bytes?file=0&start=-1", b"hello"),
        console.post(f"/drop/{drop}/bytes?file=0&start=0", bytes(BLOCK_BYTES + 1)),
        console.post("/drop/nobody/bytes?file=0&start=0", b"hello"),
        console.post(f"/drop/{drop}/send?file=0", b"hello"),
    ]

    assert {status for status, _ in wrong} == {400}


def _sending(console: Served, drop_id: str, size_bytes: int) -> http.client.HTTPConnection:
    """A file on its way, of which nothing has been sent yet."""
    connection = console.connection()
    connection.putrequest("POST", f"{console.access.base}/drop/{drop_id}/send?file=0")
    headers = {
        "Cookie": console.cookie,
        "Origin": f"http://127.0.0.1:{console.access.port}",
        "X-Braid-Csrf": console.access.csrf,
        "Content-Length": str(size_bytes),
    }
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def _nothing_of(table: Table, name: str) -> bool:
    s3, inbox = table.storage.s3, table.storage.inbox
    uploads = s3.list_multipart_uploads(Bucket=inbox).get("Uploads", [])
    objects = s3.list_objects_v2(Bucket=inbox, Prefix=f"inbox/general/{name}").get("Contents", [])
    return not objects and not [each for each in uploads if each["Key"].endswith(name)]
