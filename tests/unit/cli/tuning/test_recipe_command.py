"""`braid tune recipe` and `braid tune metrics`, as a shell calls them."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from braid.domain.datasets.writers import gen_qa_line, nova_line
from cli.main import main
from tests.contract import service_model

Tune = Callable[..., "Told"]
ROLE = "arn:aws:iam::111122223333:role/nova"


def texts(part: str, count: int) -> list[tuple[str, str]]:
    """Posts and their verdicts; no two alike, in no other part either."""
    letters = str.maketrans("0123456789", "ghijklmnop")  # a row of digits may pass for a card's number
    found = []
    for at in range(count):
        digest = hashlib.sha256(f"{part} {at}".encode()).hexdigest().translate(letters)
        words = " ".join(digest[start : start + 8] for start in range(0, 64, 8))
        found.append((words, "No" if at % 2 else "Yes"))
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "my data"
    folder.mkdir()
    for part, count in (("train", 200), ("validation", 20)):
        lines = [nova_line(text, verdict, system="judge") for text, verdict in texts(part, count)]
        (folder / f"{part}.jsonl").write_bytes(b"".join(lines))
    lines = [gen_qa_line(text, verdict, system="judge") for text, verdict in texts("evaluation", 30)]
    (folder / "gen_qa.jsonl").write_bytes(b"".join(lines))
    return folder


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str


@pytest.fixture
def tune(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tune:
    """`braid tune` in this process."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str | Path) -> Told:
        monkeypatch.setattr(sys, "argv", ["braid", "tune", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Told(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def recipe(tune: Tune, data: Path, tmp_path: Path) -> Tune:
    """`braid tune recipe` for the data, into the folder ``job``; a later option replaces an earlier one."""
    usual = ("--data", data, "--to", "s3://bucket/nova/", "--role", ROLE, "--out", tmp_path / "job")
    return lambda *more: tune("recipe", "posts", *usual, *more)


def test_a_job_comes_with_its_files_its_price_and_its_commands(
    recipe: Tune, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "job"

    told = recipe()

    assert told.status == 0, told.err
    request: dict[str, Any] = json.loads((out / "job.json").read_text("utf-8"))
    service_model.assert_shape(request, service_model.operation("sagemaker", "CreateTrainingJob").input_shape)
    assert 'name: "posts"' in (out / "recipe.yaml").read_text("utf-8")
    assert "220.16" in told.out, "an hour of four instances"
    assert f"aws s3 cp '{data / 'train.jsonl'}' s3://bucket/nova/data/train.jsonl" in told.out
    assert f"--cli-input-json file://{out / 'job.json'}" in told.out


def test_scripts_read_the_commands_and_the_price(recipe: Tune) -> None:
    told = json.loads(recipe("--instances", "8", "--json").out)

    assert told["estimated_usd"] == pytest.approx(8 * 55.04)
    assert [command.split()[1] for command in told["commands"]] == ["s3", "s3", "s3", "sagemaker"]


def test_a_tuned_model_is_evaluated_on_one_instance(recipe: Tune, tmp_path: Path) -> None:
    out = tmp_path / "job"

    told = recipe("--evaluate", "s3://bucket/nova/output/posts/checkpoint")

    assert told.status == 0, told.err
    request = json.loads((out / "job.json").read_text("utf-8"))
    assert request["ResourceConfig"]["InstanceCount"] == 1
    assert request["HyperParameters"]["base_model_location"] == "s3://bucket/nova/output/posts/checkpoint"
    assert "gen_qa.jsonl" in told.out
    assert "train.jsonl" not in told.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--instances", "5"), "4, 8, 16"),
        (("--to", "bucket/folder"), "s3://BUCKET/FOLDER"),
        (("--role", "nova"), "arn:aws:iam::ACCOUNT:role/NAME"),
        (("--evaluate", "here"), "--evaluate takes"),
    ],
)
def test_what_no_job_takes_is_refused_and_nothing_written(
    recipe: Tune, tmp_path: Path, more: tuple[str, str], said: str
) -> None:
    told = recipe(*more)

    assert told.status == 2
    assert said in told.err
    assert not (tmp_path / "job").exists()


def test_data_with_problems_is_refused(recipe: Tune, data: Path, tmp_path: Path) -> None:
    training = (data / "train.jsonl").read_bytes()
    (data / "validation.jsonl").write_bytes(b"".join(training.splitlines(keepends=True)[:20]))

    told = recipe()

    assert told.status == 3
    assert "validation" in told.err
    assert not (tmp_path / "job").exists()


def test_a_second_job_doesnt_overwrite_the_first(recipe: Tune) -> None:
    recipe()

    told = recipe()

    assert told.status == 2
    assert "is there already" in told.err


def test_metrics_of_an_archive(tune: Tune, tmp_path: Path) -> None:
    body = json.dumps({"results": {"custom|gen_qa|0": {"f1": 0.83}}}).encode()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        info = tarfile.TarInfo("eval/results.json")
        info.size = len(body)
        archive.addfile(info, io.BytesIO(body))
    path = tmp_path / "output.tar.gz"
    path.write_bytes(made.getvalue())

    assert "0.8300" in tune("metrics", path).out
    assert json.loads(tune("metrics", path, "--json").out)["metrics"] == {"f1": 0.83}


def test_what_is_no_archive_is_refused_by_name(tune: Tune, tmp_path: Path) -> None:
    (tmp_path / "no.tar.gz").write_bytes(b"no archive")

    for name in ("no.tar.gz", "nothing.tar.gz"):
        told = tune("metrics", tmp_path / name)
        assert told.status == 2
        assert name in told.err
