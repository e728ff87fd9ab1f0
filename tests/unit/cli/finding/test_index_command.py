"""`braid index`: what a switch means and what a batch costs is said before either begins."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from braid.domain.money.accounting import Usage
from braid.domain.search.manifest import VectorManifest
from cli.errors import CommandError
from cli.finding import deployed_search, embedding_batches, index_commands, switching
from cli.finding.deployed_search import DeployedSearch
from cli.finding.switching import planned_switch
from cli.main import load

OLD, NEW = ("text.old.512", "pictures.old.384"), ("text.new.512", "pictures.old.384")
USED = (Usage("bedrock", "InvokeModel:amazon.titan-embed-text-v2:0", "input_token", 1_000_000),)


def manifest(name: str, *indexes: str, is_complete: bool = True) -> VectorManifest:
    return VectorManifest(name, 1, "d", is_complete, dict.fromkeys(indexes, ("k",)), usage=USED)


def test_a_switch_says_how_much_is_not_there_yet_and_until_when_answers_are_old() -> None:
    switch = planned_switch(
        OLD,
        NEW,
        [
            manifest("both", "text.old.512", "text.new.512", "pictures.old.384"),
            manifest("old", "text.old.512"),
            manifest("half", "text.old.512", "text.new.512", is_complete=False),
            manifest("none"),
        ],
    )

    assert (switch.found, switch.missing, switch.usd_before) == (3, 2, pytest.approx(0.04))
    assert "2 of 3 assets aren't in there yet" in switch.warning
    assert "$0.0400" in switch.warning
    assert "Searches that began before are answered from the old index" in switch.warning
    assert "No model is deployed for pictures" in planned_switch(OLD, OLD[:1], []).warning
    assert "All 0 assets are in there" in planned_switch(OLD, NEW, []).warning


@dataclass
class Deployment:
    """A search whose function says this, and Bedrock's jobs."""

    live: tuple[str, ...] = OLD
    records: int = 150
    jobs: list[dict[str, Any]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    indexed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def call(self, _target: Any, function: str, event: dict[str, Any], **_: Any) -> dict[str, Any]:
        self.asked.append({"function": function, **event})
        if function == "index":
            assets = [{"asset_id": each, **self.indexed.get(each, {})} for each in event["asset_ids"]]
            return {"assets": assets, "live": list(self.live), "built": list(NEW)}
        if event["operation"] == "read":
            self.parts.clear()
            return {"kept": 150, "unanswered": 2, "model_calls": 2, "failed": {}, "usage": []}
        usage = {
            "service": "bedrock",
            "operation": "ModelInvocationJob:amazon.titan-embed-text-v2:0",
            "unit": "input_token",
            "quantity": 1_000_000,
        }
        told = {"index_name": NEW[0], "model_id": "titan", "records": self.records, "usage": [usage]}
        return {"written": [told]}

    def create_model_invocation_job(self, **asked: Any) -> dict[str, str]:
        self.jobs.append({**asked, "jobArn": "arn/abc", "status": "InProgress"})
        return {"jobArn": "arn/abc"}

    def get_paginator(self, name: str) -> Any:
        if name == "list_model_invocation_jobs":
            return SimpleNamespace(paginate=lambda **_: [{"invocationJobSummaries": self.jobs}])

        def listed(**asked: str) -> list[dict[str, Any]]:
            if asked["Prefix"] == "assets/":
                return [{"CommonPrefixes": [{"Prefix": f"assets/a-{number}/"} for number in range(7)]}]
            return [{"Contents": [{"Key": key} for key in self.parts if key.startswith(asked["Prefix"])]}]

        return SimpleNamespace(paginate=listed)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command; the process has no terminal."""

    def run(deployment: Deployment, *arguments: str, role: str = "arn:role") -> Result:
        target: Any = SimpleNamespace(
            batch_jobs=deployment, s3=deployment, results_bucket="results", deployment_name="braid-x"
        )
        target.is_local = True
        found = DeployedSearch(target, "search", "index", "vectors", "batch" if role else "", role)
        monkeypatch.setattr(index_commands, "chosen_target", lambda _stack: target)
        monkeypatch.setattr(deployed_search, "find_search", lambda _target: found)
        monkeypatch.setattr(switching, "_manifests", lambda _deployed: [manifest("a", OLD[0])])
        for module in (deployed_search, embedding_batches):
            monkeypatch.setattr(module, "call", deployment.call)
        app = typer.Typer()
        app.command()(load("index"))
        done = CliRunner().invoke(app, list(arguments))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def test_a_switch_begins_only_once_it_was_meant(run: Any) -> None:
    deployment = Deployment()
    with pytest.raises(CommandError, match="say --yes if you mean it"):
        run(deployment, "--switch")
    assert [each["operation"] for each in deployment.asked] == ["status"]

    run(deployment, "--switch", "--yes")
    assert deployment.asked[-1]["operation"] == "switch"


def test_what_is_not_in_the_index_is_listed_counted_and_fails(run: Any) -> None:
    reason = "titan or its index can't be used (AccessDeniedError)"
    deployment = Deployment(
        indexed={
            "a-1": {"vectors": 5, "missing": [{"operation": "search:pictures", "reason": reason}]},
            "a-2": {"error": "its result.json isn't written yet"},
            "a-3": {"vectors": 8, "left_out": 2},
        }
    )
    done = run(deployment, "--all", "--json")
    said = " ".join(done.stderr.split())

    told = json.loads(done.stdout)
    assert (told["vectors"], told["failed"], told["left_out"]) == (13, 2, 2)
    assert done.exit_code == 1
    assert f"a-1: {reason}" in said
    assert "2 texts or pictures have no vector" in said
    assert run(Deployment(), "--all").exit_code == 0


def test_a_switch_to_what_is_searched_already_asks_nobody(run: Any) -> None:
    assert run(Deployment(live=NEW), "--switch").exit_code == 0


def test_a_batch_is_priced_submitted_followed_and_read(run: Any) -> None:
    deployment = Deployment()
    with pytest.raises(CommandError, match=r"this would cost \$0\.0200"):
        run(deployment, "--all", "--batch")
    assert deployment.jobs == []

    told = json.loads(run(deployment, "--all", "--batch", "--yes", "--json").stdout)
    (job,) = deployment.jobs
    assert told["batch"] == {"submitted": 300, "usd": 0.02}
    assert job["jobName"].startswith("braid-x.embed.")
    assert len(job["jobName"]) <= 63
    folder = job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"].removesuffix("/input/")

    told = json.loads(run(deployment, "--all", "--batch", "--json").stdout)
    assert told["batch"] == {"running": 1}
    assert len(deployment.jobs) == 1, "what runs isn't submitted again"

    job["status"] = "Completed"
    prefix = folder.removeprefix("s3://results/")
    deployment.parts = [f"{prefix}/parts/00000.json", f"{prefix}/input/00000.jsonl"]
    told = json.loads(run(deployment, "--all", "--batch", "--json").stdout)
    assert told["batch"] == {"vectors": 150, "unanswered": 2, "model_calls": 2, "usd": 0.0}
    read = next(each for each in deployment.asked if each["operation"] == "read")
    assert (read["name"], read["outputs"]) == ("00000", {NEW[0]: f"{prefix}/output/abc/00000.jsonl.out"})


def test_a_job_that_failed_is_read_as_unanswered(run: Any) -> None:
    deployment = Deployment()
    run(deployment, "--all", "--batch", "--yes")
    (job,) = deployment.jobs
    job.update(status="Failed", message="no access")
    prefix = job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"].removesuffix("/input/")[
        len("s3://results/") :
    ]
    deployment.parts = [f"{prefix}/parts/00001.json"]

    run(deployment, "--all", "--batch")

    assert deployment.asked[-2]["outputs"] == {NEW[0]: ""}


def test_too_few_for_a_job_are_left_to_indexing(run: Any) -> None:
    deployment = Deployment(records=20)
    told = json.loads(run(deployment, "--all", "--batch", "--json").stdout)
    assert (told["batch"]["submitted"], deployment.jobs) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "role", "said"),
    [
        (("--batch",), "arn:role", "--batch goes with --all"),
        (("--all", "--switch"), "arn:role", "one of --all, --switch and --drop"),
        (("--all", "--batch"), "", "knob batch_inference"),
    ],
)
def test_a_misuse_is_one_sentence(run: Any, arguments: tuple[str, ...], role: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(Deployment(), *arguments, role=role)
