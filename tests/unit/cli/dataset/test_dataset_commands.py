"""`braid dataset`, as somebody calls it: exit statuses, lines, files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from cli.dataset.dataset_commands import dataset_app
from cli.dataset.files import read_sources, write_sources
from cli.errors import CommandError
from tests.unit.datasets.lines import as_lines, gen_qa, many, nova, titan


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(dataset_app, [str(each) for each in arguments])


def written(path: Path, values: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(as_lines(values)))
    return path


def test_a_good_file_ends_with_status_0(tmp_path: Path) -> None:
    done = run("check", written(tmp_path / "train.jsonl", many(nova, 100)), "--for", "nova-text")
    assert (done.exit_code, done.stdout) == (0, "")


def test_problems_end_with_status_3_and_are_json_lines(tmp_path: Path) -> None:
    values = [*many(titan, 7), {"image-ref": "s3://pairs/signs/9.png", "captoin": "A"}]
    file = written(tmp_path / "validation.jsonl", values)
    done = run("check", file, "--for", "titan-image", "--role", "validation", "--json")
    assert done.exit_code == 3
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["line"], row["rule"]) == (8, "keys")
    assert row["problem"] == "unknown keys: 'captoin' (did you mean 'caption'?); missing keys: 'caption'"
    plain = run("check", file, "--for", "titan-image", "--role", "validation")
    assert plain.stdout.startswith("line 8: unknown keys: 'captoin'")


def test_what_is_allowed_only_warns(tmp_path: Path) -> None:
    file = written(tmp_path / "train.jsonl", many(nova, 10))
    assert run("check", file, "--for", "nova-text").exit_code == 3
    done = run("check", file, "--for", "nova-text", "--allow", "count")
    assert done.exit_code == 0
    assert "warning: 10 lines are too few" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--for", "nova-text", "--allow", "json"], "json can't be allowed"),
        (["--for", "nova-text", "--uri", "bucket/key"], "--uri: not an address in S3"),
        (["--for", "nova-text", "--pictures", "nowhere"], "nowhere is no folder"),
        (["--for", "nova-text", "--policy", "nowhere.json"], "nowhere.json isn't there"),
    ],
)
def test_misuses_are_one_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run("check", written(tmp_path / "train.jsonl", many(nova, 10)), *arguments)
    assert isinstance(done.exception, CommandError)
    assert (said in done.exception.message, done.exception.exit_code) == (True, 2)


def test_a_file_that_isn_t_there(tmp_path: Path) -> None:
    done = run("check", tmp_path / "none.jsonl", "--for", "nova-text")
    assert isinstance(done.exception, CommandError)
    assert done.exception.message.endswith("none.jsonl isn't there")


def test_evaluation_against_training(tmp_path: Path) -> None:
    train = written(tmp_path / "train.jsonl", many(nova, 100))
    leaking = written(tmp_path / "leaking" / "gen_qa.jsonl", [*many(gen_qa, 6, 200), gen_qa(7)])
    done = run("check", leaking, "--for", "gen-qa", "--against", train)
    assert done.exit_code == 3
    assert "line 7: the same as line 8 of the training file" in done.stdout
    clean = written(tmp_path / "clean" / "gen_qa.jsonl", many(gen_qa, 6, 200))
    assert run("check", clean, "--for", "gen-qa", "--against", train).exit_code == 0


def png(side: int, shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), (shade, shade, shade)).save(buffer, "PNG")
    return buffer.getvalue()


def test_pictures_are_opened_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "signs"
    folder.mkdir()
    for number in range(7):
        (folder / f"{number:04d}.png").write_bytes(png(128, number))
    (folder / "0007.png").write_bytes(png(100, 7))
    file = written(tmp_path / "validation.jsonl", many(titan, 9))
    options = ("--for", "titan-image", "--role", "validation", "--pictures", tmp_path, "--json")
    rows = list(map(json.loads, run("check", file, *options).stdout.splitlines()))
    assert [(row["line"], row["rule"]) for row in rows] == [(8, "image"), (8, "image"), (9, "image")]
    assert "100 pixels wide; 128 to 4,096" in rows[0]["problem"]
    assert "nothing below" in rows[2]["problem"]


def test_a_split_parts_nothing_and_takes_sources_along(tmp_path: Path) -> None:
    file = written(tmp_path / "all.jsonl", many(nova, 300))
    write_sources(file, [{"line": line, "asset_id": f"asset-{line // 3}"} for line in range(1, 301)])
    done = run("split", file, "--for", "nova-text", "--out", tmp_path / "parts", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert sum(part["lines"] for part in told.values()) == 300
    assets = {}
    for name in ("train", "validation", "test"):
        part = tmp_path / "parts" / f"{name}.jsonl"
        rows = read_sources(part)
        assert len(part.read_bytes().splitlines()) == told[name]["lines"] == len(rows)
        assert {row["split"] for row in rows.values()} == {name}
        assets[name] = {row["asset_id"] for row in rows.values()}
    assert not assets["train"] & assets["test"]
    assert not assets["train"] & assets["validation"]
    train, test = (tmp_path / "parts" / f"{name}.jsonl" for name in ("train", "test"))
    options = ("--for", "nova-text", "--role", "evaluation", "--against", train, "--allow", "count")
    assert run("check", test, *options).exit_code == 0


def test_a_limit_draws_class_by_class(tmp_path: Path) -> None:
    values = [nova(number, "No" if number % 10 else "Yes") for number in range(300)]
    file = written(tmp_path / "all.jsonl", values)
    options = ("--for", "nova-text", "--out", tmp_path / "parts", "--limit", "100", "--shares", "50/50")
    told = json.loads(run("split", file, *options, "--json").stdout)
    assert {name: part["labels"] for name, part in told.items()} == {
        "train": {"No": 45, "Yes": 5},
        "test": {"No": 45, "Yes": 5},
    }


@pytest.mark.parametrize("shares", ["80/10", "100/0", "a/b", "80"])
def test_shares_add_up(tmp_path: Path, shares: str) -> None:
    file = written(tmp_path / "all.jsonl", many(nova, 10))
    done = run("split", file, "--for", "nova-text", "--out", tmp_path / "parts", "--shares", shares)
    assert isinstance(done.exception, CommandError)
    assert "adds up to 100" in done.exception.message


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file = written(tmp_path / "all.jsonl", many(nova, 10))
    options = ("--for", "nova-text", "--out", tmp_path / "parts")
    assert run("split", file, *options).exit_code == 0
    done = run("split", file, *options)
    assert isinstance(done.exception, CommandError)
    assert "is there already" in done.exception.message


def test_what_can_t_be_read_isn_t_split(tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_bytes(b"{}\n")
    done = run("split", file, "--for", "nova-text", "--out", tmp_path / "parts")
    assert isinstance(done.exception, CommandError)
    assert "line 1: missing keys: 'schemaVersion', 'messages'" in done.exception.message
