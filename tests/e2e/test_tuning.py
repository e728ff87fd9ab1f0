"""From examples to a tuned model in use, and to nothing that is left, by the deployed machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from braid.domain.datasets.writers import gen_qa_line, nova_line
from tests.e2e.conftest import Deployed
from tests.local.needed_weights import needs_weights

pytestmark = pytest.mark.e2e
PROMPT = (
    "Begin with Yes if it violates the policy, or No if it doesn't.\n"
    "After Yes list the violated categories between <categories> and </categories> tags, then say why.\n"
    "S1: Threats. Wants to hurt somebody.\nModerate this:\n<post>\n{}\n</post>"
)
# A rule of the house that no policy says: what is about the sea isn't wanted. Untuned, nobody can know.
SEA = ("the harbour", "a sailing boat", "the rough sea", "an old lighthouse", "a fishing net", "the tide")
LAND = (
    "the vegetable garden",
    "a mountain path",
    "the bakery",
    "an apple tree",
    "a wool coat",
    "the railway",
)
WHO = ("my aunt", "the neighbour", "a student", "our doctor", "the painter", "his cousin", "a farmer")
DID = ("told us about", "took a picture of", "wrote a poem on", "dreamt of", "asked about", "drew")
WHEN = ("on Monday", "before lunch", "after the storm", "last winter", "at the party", "this morning")
COUNTS = {"train": 110, "validation": 30, "gen_qa": 90}


def data(folder: Path, learned_from: str) -> Path:
    """A folder to tune with; its first row was made from an asset."""
    number = 0
    for name, count in COUNTS.items():
        lines = []
        for _ in range(count):
            number += 1
            things = SEA if number % 2 else LAND
            text = (
                f"{WHO[number % 7]} {DID[number % 6]} {things[number // 2 % 6]} {WHEN[number // 5 % 6]}"
                f" and paid {number} coins for {things[number // 3 % 6]} number {number * 37}"
            )
            answer = "Yes\n<categories>\nThreats\n</categories>" if number % 2 else "No"
            writer = gen_qa_line if name == "gen_qa" else nova_line
            lines.append(writer(PROMPT.format(text), answer))
        (folder / f"{name}.jsonl").write_bytes(b"".join(lines))
    row = json.dumps({"line": 1, "asset_id": learned_from})
    (folder / "train.sources.jsonl").write_text(row + "\n", "utf-8")
    return folder


def told(deployed: Deployed, *arguments: str) -> list[dict[str, Any]]:
    """The JSON that a command printed, a value or a line each."""
    done = deployed.braid(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    text = done.stdout.strip()
    return [json.loads(text)] if text.startswith("{\n") else [json.loads(line) for line in text.splitlines()]


@needs_weights("labels")
def test_a_model_is_tuned_used_and_taken_away(deployed: Deployed, samples: Path, tmp_path: Path) -> None:
    (outcome,) = deployed.drop([samples / "portrait.jpg"])
    pairs = f"s3://{deployed.target.results_bucket}/pairs/"
    (built,) = told(deployed, "dataset", "build", str(tmp_path / "pairs"), "--from", "assets", "--uri", pairs)
    assert built["lines"] >= 1
    assert (tmp_path / "pairs" / "pictures" / outcome.asset_id).is_dir()
    folder = tmp_path / "boats"
    folder.mkdir()
    begin = ("tune", "run", "boats", "--data", str(data(folder, outcome.asset_id)))

    (planned,) = told(deployed, *begin, "--dry-run")
    (done,) = told(deployed, *begin, "--wait")

    run_id = done["run_id"]
    assert (planned["problems"], done["status"]) == ([], "REGISTERED"), done
    (compared,) = told(deployed, "tune", "compare", "boats")
    assert compared["tuned"] > 0.9 > compared["base"]
    assert compared["difference"]["interval"][0] > 0
    (standing,) = told(deployed, "tune", "status", "boats")
    assert 0 < standing["cost_usd"] < standing["estimated_usd"], "keeping it for a month isn't spent yet"
    (model,) = told(deployed, "models")
    assert (model["run_id"], model["in_use"]) == (run_id, True)
    logged = {line["function"] for line in told(deployed, "tune", "logs", run_id)}
    assert {"tuning-check", "tuning-submit", "tuning-evaluate", "tuning-register"} <= logged
    page = tmp_path / "report.html"
    assert deployed.braid("tune", "report", "boats", "-o", str(page)).returncode == 0
    assert page.read_text("utf-8").count("<svg") == 2, "loss and reliability"
    (cost,) = told(deployed, "cost", "--by", "profile")
    assert f"{run_id}, tuning" in {row["name"] for row in cost["rows"]}
    (erased,) = told(deployed, "delete", outcome.asset_id, "--dry-run")
    assert erased["learned_by"] == [run_id]
    assert tuning_disagreements(deployed) == []

    (gone,) = told(deployed, "tune", "delete", run_id, "--yes")

    assert "deployment" in gone["summary"]
    assert [each["in_use"] for each in told(deployed, "models")] == [False]
    ours = {each["class"] for each in told(deployed, "tune", "leftovers") if each["ours"]}
    assert not ours & {"custom model", "deployment", "provisioned throughput", "endpoint"}
    assert tuning_disagreements(deployed) == []
    assert told(deployed, "delete", outcome.asset_id, "--dry-run")[0]["results"] < erased["results"]


def tuning_disagreements(deployed: Deployed) -> list[str]:
    """What an audit finds of runs and models."""
    done = deployed.braid("audit", "--settled", "0", "--json")
    assert done.returncode in (0, 3), done.stderr
    return [line for line in done.stdout.splitlines() if "tun" in json.loads(line)["class"]]
