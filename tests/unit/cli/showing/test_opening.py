"""`braid show --open`: the report, what it plays beside it, and nothing large that nobody asked for."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.wire import encode
from cli.errors import CommandError
from cli.showing import opening
from cli.showing.opening import LARGE_BYTES, show_report
from tests.doubles.memory_s3 import MemoryS3

KEY = 'inbox/general/a "talk": #1.mp4'
VIDEO = Member("a.mp4", "main", "in", KEY, "v7", 5, "video/mp4", (Modality.SPEECH,), duration_ms=9000)


class LocalTarget:
    """A deployment whose buckets are in memory."""

    def __init__(self) -> None:
        self.s3 = MemoryS3()
        self.results_bucket = "out"


@pytest.fixture
def target() -> LocalTarget:
    target = LocalTarget()
    target.s3.objects["in", KEY] = b"media"
    return target


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What a browser was opened with; it never is one."""
    paths: list[Path] = []
    monkeypatch.setattr(opening, "open_in_browser", lambda path, _place: bool(paths.append(path)))
    return paths


def published(target: LocalTarget, member: Member | None) -> Result:
    """An asset with a report, of which ``member`` plays."""
    asset = AssetRef("a-1", 2, "general", Source("in", KEY, "v7"))
    admission = Admission(asset, "video/mp4", (member,) if member else (), (), ())
    bodies = {"report": b"<!doctype html>", "admission": json.dumps(encode(admission)).encode()}
    claims = {}
    for name, body in bodies.items():
        target.s3.objects["out", name] = body
        claims[name] = Claim(f"s3://out/{name}", "x/y", len(body), hashlib.sha256(body).hexdigest())
    return Result(
        asset_id="a-1",
        attempt=2,
        source=ResultSource("in", KEY, "v7"),
        profile="general",
        status=AssetStatus.SUCCEEDED,
        reason=None,
        missing=(),
        gates=(),
        results=claims,
        timings=Timings(None, "2026-11-20T10:11:12.000Z", None),
        execution_arn="arn",
    )


def told(target: LocalTarget, result: Result, folder: Path, *, wants_media: bool | None = None) -> str:
    """What the person reads."""
    console = Console(file=io.StringIO(), width=200)
    show_report(target, result, folder, console, wants_media=wants_media)  # type: ignore[arg-type]  # what it uses
    return console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above


def test_the_report_and_its_media_lie_side_by_side(
    target: LocalTarget, tmp_path: Path, shown: list[Path]
) -> None:
    said = told(target, published(target, VIDEO), tmp_path)
    folder = tmp_path / "a-1-2"
    assert shown == [folder / "report.html"]
    # A name that some systems can't hold is replaced by one that all can; the report says the same.
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "report.html": b"<!doctype html>",
        "a-talk-1.mp4": b"media",
    }
    assert "no browser on this machine; the report is" in said


def test_what_is_there_already_is_not_fetched_again(target: LocalTarget, tmp_path: Path) -> None:
    result = published(target, VIDEO)
    told(target, result, tmp_path)
    target.s3.objects["in", KEY] = b"other"
    told(target, result, tmp_path)
    assert (tmp_path / "a-1-2" / "a-talk-1.mp4").read_bytes() == b"media"


def test_a_large_file_is_left_where_it_is_unless_asked_for(target: LocalTarget, tmp_path: Path) -> None:
    result = published(target, replace(VIDEO, size_bytes=LARGE_BYTES + 1))
    said = told(target, result, tmp_path)
    assert "(500 MB) isn't downloaded (use --media)" in said
    assert [path.name for path in (tmp_path / "a-1-2").iterdir()] == ["report.html"]
    told(target, result, tmp_path, wants_media=True)
    assert len(list((tmp_path / "a-1-2").iterdir())) == 2


@pytest.mark.parametrize("member", [None, replace(VIDEO, duration_ms=None, modalities=(Modality.TEXT,))])
def test_nothing_is_fetched_where_nothing_plays(
    target: LocalTarget, tmp_path: Path, member: Member | None
) -> None:
    told(target, published(target, member), tmp_path)
    assert [path.name for path in (tmp_path / "a-1-2").iterdir()] == ["report.html"]


def test_without_media_means_without(target: LocalTarget, tmp_path: Path) -> None:
    told(target, published(target, VIDEO), tmp_path, wants_media=False)
    assert [path.name for path in (tmp_path / "a-1-2").iterdir()] == ["report.html"]


def test_a_version_that_was_deleted_is_said_and_leaves_no_half_file(
    target: LocalTarget, tmp_path: Path
) -> None:
    del target.s3.objects["in", KEY]
    with pytest.raises(CommandError, match="the analysed version was deleted"):
        told(target, published(target, VIDEO), tmp_path)
    assert [path.name for path in (tmp_path / "a-1-2").iterdir()] == ["report.html"]
