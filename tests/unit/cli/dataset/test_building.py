"""`braid dataset build` and `augment`: what goes in, what is left out and said."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image, ImageDraw

from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.evidence.vision import KeyframeAnalysis, Label, Vision
from braid.domain.span import Span
from braid.domain.wire import encode
from cli.dataset import build_command, reviews
from cli.dataset.files import read_sources, write_sources
from cli.errors import CommandError
from cli.showing.records import Record
from tests.unit.cli.dataset.test_dataset_commands import run, written
from tests.unit.datasets.lines import many, nova
from tests.unit.datasets.test_reviewed import reviewed


def picture(number: int, mode: str = "RGB", side: int = 140) -> bytes:
    image = Image.new("RGB", (side, side), (240, 240, 240))
    pen = ImageDraw.Draw(image)
    pen.line((10, 10, 30 + number, side - 20), fill=(0, 0, 0), width=6)
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, "PNG")
    return buffer.getvalue()


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_files_become_pairs_and_everything_changed_or_left_out_is_said(tmp_path: Path) -> None:
    for number, mode in enumerate(("RGB", "L", "RGBA")):
        (tmp_path / f"{number}.png").write_bytes(picture(number, mode))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    rows = [
        '0.png,"a line, leaning\nleft"',
        "1.png,grey",
        "2.png,",
        "bad.png,broken",
        "none.png,missing",
        "1.png," + "word " * 200,
    ]
    (tmp_path / "table.csv").write_text("image,caption\n" + "\n".join(rows) + "\n", "utf-8")
    options = ("--from", "files", "--table", tmp_path / "table.csv", "--uri", "s3://pairs/signs/", "--json")
    done = run("build", tmp_path / "out", *options)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["lines"] == 3
    assert lines_of(tmp_path / "out" / "all.jsonl")[0] == {
        "image-ref": "s3://pairs/signs/pictures/000001.png",
        "caption": "a line, leaning left",
    }
    notes = "\n".join(told["notes"])
    assert "000002: converted from L to RGB" in notes
    assert "000003: left out: the caption is empty: no captions are written automatically" in notes
    assert "000004: left out: The picture can't be opened" in notes
    assert "row 5: left out" in notes
    assert "000006: the caption was cut by about" in notes
    out = tmp_path / "out"
    checked = run(
        "check", out / "all.jsonl", "--for", "titan-image", "--role", "evaluation", "--pictures", out
    )
    assert checked.exit_code == 3, "one picture has two captions"
    assert "line 3: the same as line 2, but with another answer" in checked.stdout


class _Stored:
    """Results and documents of a deployment, as far as building reads them."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.results: dict[str, Result] = {}
        self.s3 = self

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  # as boto3 has it
        if f"s3://{Bucket}/{Key}" not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[f"s3://{Bucket}/{Key}"])}

    def read_result(self, _target: Any, asset_id: str) -> Result:
        if asset_id == "lost":
            raise CommandError("lost was deleted on 2026-11-29")
        return self.results[asset_id]

    def put(self, uri: str, body: bytes) -> Claim:
        self.objects[uri] = body
        return Claim(uri, "application/json", len(body), hashlib.sha256(body).hexdigest())

    def add(self, asset_id: str, media_type: str, **documents: Any) -> None:
        claims = {
            name: self.put(f"s3://results/assets/{asset_id}/{name}", json.dumps(encode(document)).encode())
            for name, document in documents.items()
        }
        source = ResultSource("inbox", f"inbox/{asset_id}", "1", 1, media_type)
        timings = Timings(None, "2026-11-29T10:00:00Z", None)
        self.results[asset_id] = Result(
            *(asset_id, 1, source, "moderation", AssetStatus.SUCCEEDED, None, (), (), claims, timings, "arn")
        )


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> _Stored:
    found = _Stored()
    monkeypatch.setattr(build_command, "chosen_target", lambda _stack: found)
    monkeypatch.setattr(
        reviews,
        "recent_records",
        lambda *_, **__: [
            Record(name, 1, AssetStatus.SUCCEEDED, result.profile) for name, result in found.results.items()
        ],
    )
    monkeypatch.setattr(reviews, "read_result", found.read_result)
    return found


def test_reviews_become_examples_a_baseline_and_a_vocabulary(tmp_path: Path, stored: _Stored) -> None:
    stored.add("post-1", "text/plain", example=reviewed())
    stored.add("post-2", "text/plain", example=reviewed(asset_id="post-2", by="nobody"))
    stored.add("post-3", "text/plain", example=reviewed(asset_id="post-3", label="reject", corrected=None))
    stored.add("post-4", "text/plain")
    done = run("build", tmp_path / "out", "--from", "reviews", "--json")
    assert done.exit_code == 0, done.output
    assert sorted(json.loads(done.stdout)["notes"]) == [
        "post-2: left out: a deadline decided, nobody looked",
        "post-3: left out: it was rejected: what is right wasn't said",
    ]
    (value,) = lines_of(tmp_path / "out" / "all.jsonl")
    assert value["messages"][1]["content"][0]["text"].startswith(
        "Yes\n<categories>\nThreats\n</categories>\n"
    )
    assert "S1: Threats." in value["messages"][0]["content"][0]["text"], "the profile's own policy"
    row = read_sources(tmp_path / "out" / "all.jsonl")[1]
    assert (row["asset_id"], row["by"], row["review"]) == ("post-1", "ann", "edit")
    (told,) = json.loads((tmp_path / "out" / "baseline.json").read_text("utf-8"))
    assert (told["edited"], told["rejected"], told["approved"]) == (1, 1, 0)
    assert told["decisions"] == [{"model": "allow", "stands": "block", "count": 1}]
    table = (tmp_path / "out" / "vocabulary.txt").read_text("utf-8").splitlines()
    assert table == ["Phrase\tSoundsLike\tIPA\tDisplayAs", "Okonkwo\t\t\tOkonkwo"]
    options = ("--for", "nova-text", "--allow", "count")
    assert run("check", tmp_path / "out" / "all.jsonl", *options).exit_code == 0
    assert run("build", tmp_path / "eval", "--from", "reviews", "--for", "gen-qa").exit_code == 0
    assert run("check", tmp_path / "eval" / "gen_qa.jsonl", "--for", "gen-qa").exit_code == 0


def frame(stored: _Stored, number: int, **changed: Any) -> KeyframeAnalysis:
    image = stored.put(f"s3://results/frames/{number}.png", picture(number))
    return replace(KeyframeAnalysis(f"k{number}", image, Span(0, 1)), **changed)


def test_assets_become_pairs_of_every_kind(tmp_path: Path, stored: _Stored) -> None:
    labels = (Label("Cup", 0.9), Label("Maybe", 0.5))
    frames = (
        frame(stored, 1, description="A cup on a table."),
        frame(stored, 2, labels=labels),
        frame(stored, 3),
    )
    said = Transcript("en", (Utterance("u1", "s", 0, 900, "Here is a cup.", 0.9, ()),))
    stored.add("clip", "video/mp4", vision=Vision(frames), transcript=said)
    stored.add("talk", "audio/mpeg", transcript=said)
    stored.add("lost", "video/mp4")
    gone = replace(
        frames[0], keyframe_id="k9", image=replace(frames[0].image, uri="s3://results/frames/9.png")
    )
    stored.add("old", "video/mp4", vision=Vision((gone,)))
    images = run("build", tmp_path / "images", "--from", "assets", "--uri", "s3://pairs/a", "--json")
    assert json.loads(images.stdout)["notes"] == [
        "clip/k3: left out: nothing says what it shows",
        "lost: left out: lost was deleted on 2026-11-29",
        "old/k9: left out: its picture is gone",
    ]
    assert [value["caption"] for value in lines_of(tmp_path / "images" / "all.jsonl")] == [
        "A cup on a table.",
        "Cup",
    ]
    options = ("--for", "titan-image", "--role", "evaluation", "--pictures", tmp_path / "images")
    assert run("check", tmp_path / "images" / "all.jsonl", *options).exit_code == 0
    run("build", tmp_path / "video", "--from", "assets", "--pairs", "video-transcript")
    video = tmp_path / "video" / "all.jsonl"
    (value,) = lines_of(video)
    assert value["messages"][1]["content"] == [{"text": "Here is a cup."}]
    assert run("check", video, "--for", "nova-text", "--allow", "count").exit_code == 0
    run("build", tmp_path / "audio", "--from", "assets", "--pairs", "audio-caption")
    assert lines_of(tmp_path / "audio" / "all.jsonl") == [
        {"audio-ref": "s3://inbox/inbox/talk", "start_ms": 0, "end_ms": 900, "caption": "Here is a cup."}
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "files"], "--table goes with --from files"),
        (["--from", "assets"], "say with --uri"),
        (["--from", "assets", "--uri", "pairs"], "--uri: not an address"),
        (["--from", "reviews", "--for", "titan-image"], "reviews give nova-text or gen-qa"),
    ],
)
def test_misuses_of_build(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run("build", tmp_path / "out", *arguments)
    assert isinstance(done.exception, CommandError)
    assert said in done.exception.message


def test_texts_are_augmented_for_training_alone(tmp_path: Path) -> None:
    file = written(tmp_path / "train.jsonl", many(nova, 20))
    done = run(
        "augment", file, "--for", "nova-text", "--out", tmp_path / "more.jsonl", "--copies", "2", "--json"
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["added"] >= 5
    rows = read_sources(tmp_path / "more.jsonl")
    values = lines_of(tmp_path / "more.jsonl")
    for number in range(21, len(values) + 1):
        plain = rows[number]["of_line"]
        assert rows[number]["asset_id"] == rows[plain]["asset_id"], "a later split keeps them together"
        assert values[number - 1]["messages"][1] == values[plain - 1]["messages"][1], "the label stays"
        assert values[number - 1]["messages"][0] != values[plain - 1]["messages"][0]
    again = run("augment", file, "--for", "nova-text", "--out", tmp_path / "again.jsonl", "--copies", "2")
    assert again.exit_code == 0
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "more.jsonl").read_bytes()
    write_sources(file, [{"line": 1, "split": "test"}])
    refused = run("augment", file, "--for", "nova-text", "--out", tmp_path / "third.jsonl")
    assert isinstance(refused.exception, CommandError)
    assert "is for test; only training data is augmented" in refused.exception.message


def test_pictures_are_augmented_beside_the_plain_ones(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "pictures"
    folder.mkdir(parents=True)
    values = []
    for number in range(6):
        (folder / f"{number}.png").write_bytes(picture(number * 15))
        values.append({"image-ref": f"s3://pairs/data/pictures/{number}.png", "caption": f"line {number}"})
    file = written(tmp_path / "data" / "train.jsonl", values)
    out = tmp_path / "data" / "more.jsonl"
    options = ("--pictures", tmp_path / "data", "--uri", "s3://pairs/data", "--copies", "3")
    done = run("augment", file, "--for", "titan-image", "--out", out, *options)
    assert done.exit_code == 0, done.output
    assert len(lines_of(out)) == 6 * 4
    assert {row["augmented"] for row in read_sources(out).values() if "augmented" in row} == {
        "crop",
        "brightness",
        "noise",
    }
    checked = run(
        "check", out, "--for", "titan-image", "--role", "evaluation", "--pictures", tmp_path / "data"
    )
    assert (checked.exit_code, checked.stdout) == (0, "")
