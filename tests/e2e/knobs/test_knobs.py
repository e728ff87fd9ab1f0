"""Knobs turned: features in a job, posts and vectors in a batch, what is kept goes with its source."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.asset import AssetStatus
from braid.domain.claim_check import Claim
from braid.domain.datasets.features import Features
from braid.domain.wire import decode_json
from cli.finding.deployed_search import find_search
from cli.showing.records import read_record
from cli.target import find_target
from evaluation.load.stub_model import StubModel, stub_model
from local import deploy, lifecycle
from tests.e2e.after_run.role_usage import Usage
from tests.e2e.conftest import ROOT, Deployed, free_port, usage_so_far
from tests.unit.media.synthetic import pdf

# What a deployment is made of, beside `build`, which every copy shares.
APP = ("app.py", "cdk.json", "braid", "lambdas", "profiles", "prompts", "registry", "requirements", "schemas")
KNOBS = {"processing": "true", "batch_inference": "true", "delete_with_source": "true"}
POSTS = 120
BATCH_SECONDS = 120.0
ERASING_SECONDS = 120.0
WORDS = " ".join(("harbour", "lantern", "orchard", "compass", "meadow", "granite", "thimble") * 8)


@dataclass
class Turned:
    """The deployment, and the stub that answers as its model."""

    deployed: Deployed
    model: StubModel


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory, usages: list[Usage]) -> Iterator[Turned]:
    """Deployed from a copy whose profile wants its posts judged in a batch."""
    home, app = tmp_path_factory.mktemp("braid-home"), tmp_path_factory.mktemp("app")
    for name in (*APP, "stacks", "statemachines"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, app / name)
    for name in (".venv", "build"):
        (app / name).symlink_to(ROOT / name)
    wishes = app / "profiles" / "moderation" / "profile.toml"
    asked_for = wishes.read_text("utf-8").replace("\nbatch = false\n", "\nbatch = true\n")
    assert asked_for != wishes.read_text("utf-8")
    wishes.write_text(asked_for, "utf-8")
    with stub_model() as model:
        aws = lifecycle.up(home, free_port(), wait_scale=0.05, parent_pid=os.getpid())
        try:
            outputs = deploy.deploy(aws, home=home, app_folder=app, context=KNOBS)
            aws = lifecycle.remember_stacks(home, tuple(sorted(outputs)))
            deployed = Deployed(home, aws, find_target(None, home=home))
            yield Turned(deployed, model)
            usages.append(usage_so_far(deployed))
        finally:
            lifecycle.down(home)


def printed(deployed: Deployed, *arguments: str) -> dict[str, Any]:
    """What the command prints as JSON, once it has ended well."""
    done = deployed.braid(*arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def stored(deployed: Deployed, key: str) -> bytes:
    body: bytes = deployed.target.s3.get_object(Bucket=deployed.target.results_bucket, Key=key)["Body"].read()
    return body


def below(deployed: Deployed, folder: str) -> dict[str, bytes]:
    """Every object of a folder, by what follows its name."""
    found = deployed.target.s3.list_objects_v2(Bucket=deployed.target.results_bucket, Prefix=f"{folder}/")
    keys = [item["Key"] for item in found.get("Contents", [])]
    return {key.removeprefix(f"{folder}/"): stored(deployed, key) for key in keys}


@pytest.fixture(scope="module")
def assets(turned: Turned, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The ids of a picture, a text and a document that went through the pipeline, by their names."""
    folder = tmp_path_factory.mktemp("archive")
    paths = [ROOT / "samples" / "mug.bundle" / name for name in ("mug.jpg", "mug.md")]
    # Pages with words of their own: a job asks nobody to read pictures of pages.
    paths.append(folder / "two.pdf")
    paths[-1].write_bytes(pdf([[(40, 200, "One page says so")], [(40, 90, "and the other too")]]))
    ids = turned.deployed.send(paths)
    turned.deployed.wait(ids)
    return dict(zip((path.name for path in paths), ids, strict=True))


@pytest.fixture(scope="module")
def job(turned: Turned, assets: dict[str, str]) -> dict[str, Any]:
    """The job over the inbox once it has ended; its price was asked before, and nothing had begun."""
    place = f"s3://{turned.deployed.target.input_bucket}/inbox/"
    price = printed(turned.deployed, "process", place)
    assert price["objects"] == len(assets)
    assert 0 < price["expected_usd"] <= price["bound_usd"]
    assert turned.deployed.braid("process").stdout == ""
    return printed(turned.deployed, "process", place, "--yes", "--wait")


def test_a_job_makes_features_of_everything_below_a_prefix(
    job: dict[str, Any], assets: dict[str, str]
) -> None:
    assert job["status"] == "Completed"
    assert (job["made"], job["rejected"], job["failed"]) == (len(assets), 0, 0)
    assert job["cost_usd"] > 0


@pytest.mark.parametrize("name", ["mug.jpg", "mug.md", "two.pdf"])
@pytest.mark.usefixtures("job")
def test_its_bytes_are_those_that_the_functions_wrote(
    turned: Turned, assets: dict[str, str], name: str
) -> None:
    """The same object through the deployed functions and through the deployed job."""
    asset_id, deployed = assets[name], turned.deployed
    here = f"features/{asset_id}"
    made = decode_json(Features, stored(deployed, f"{here}/features.json"), source=name)
    results, work = (below(deployed, f"{kind}/{asset_id}/1") for kind in ("assets", "work"))

    def of_the_job(claim: Claim) -> bytes:
        body = stored(deployed, claim.key)
        return body.replace(f"{here}/keyframes".encode(), f"assets/{asset_id}/1/keyframes".encode())

    compared = 0
    if made.keyframes is not None:
        assert of_the_job(made.keyframes) == work["keyframes.json"]
        stills = {key: body for key, body in below(deployed, here).items() if key.startswith("keyframes/")}
        assert stills
        assert stills == {key: results[key] for key in stills}
        compared += 1
    if made.passages is not None:
        assert of_the_job(made.passages) == results["passages.json"]
        compared += 1
    assert made.reason is None
    assert compared == (2 if name == "two.pdf" else 1)


def test_a_second_job_has_nothing_left_to_do(turned: Turned, job: dict[str, Any]) -> None:
    place = f"s3://{turned.deployed.target.input_bucket}/inbox/"

    again = printed(turned.deployed, "process", place, "--yes", "--wait")

    assert (again["made"], again["kept"]) == (0, job["made"])


def test_a_file_is_judged_in_a_batch_at_half_the_price(turned: Turned, tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    rows = [{"id": number, "text": f"The bread of bakery {number} is good"} for number in range(POSTS)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    before = turned.model.calls()

    found = printed(turned.deployed, "posts", str(path), "--wait")

    lines = turned.deployed.bytes_of(found["asset_id"], "decisions").splitlines()
    decisions = [json.loads(line) for line in lines]
    assert [(item["line"], item["id"]) for item in decisions] == [(n + 1, n) for n in range(POSTS)]
    assert {item["judged_by"] for item in decisions} == {"us.amazon.nova-micro-v1:0"}
    assert found["usd_per_thousand"] <= 0.015
    # Each was asked about once, in the batch job: the chunks found the verdicts.
    assert turned.model.calls() - before == POSTS
    jobs = turned.deployed.target.client("bedrock").list_model_invocation_jobs()["invocationJobSummaries"]
    assert [item["status"] for item in jobs] == ["Completed"]


def test_the_same_bytes_again_ask_nobody(turned: Turned, tmp_path: Path) -> None:
    path = tmp_path / "again.jsonl"
    path.write_text('{"id":1,"text":"The bread of bakery 7 is good"}\n', "utf-8")
    before = turned.model.calls()

    found = printed(turned.deployed, "posts", str(path), "--wait")

    assert (found["lines"], found["decisions"]["allow"]) == (1, 1)
    assert turned.model.calls() == before


def test_what_nobody_embedded_is_embedded_in_a_batch_and_found(turned: Turned, tmp_path: Path) -> None:
    deployed, until = turned.deployed, time.monotonic() + BATCH_SECONDS
    path = tmp_path / "ledger.txt"
    rows = [f"Paragraph {number} of the ledger, entry QV-{number:05}: {WORDS}." for number in range(POSTS)]
    path.write_text("\n\n".join(rows), "utf-8")
    (done,) = deployed.drop([path])
    search = find_search(deployed.target)
    while not search.index("index", [done.asset_id])["assets"][0].get("is_unchanged"):
        assert time.monotonic() < until
    (before,) = search.index("index", [done.asset_id])["assets"]
    search.index("forget", [done.asset_id])  # as under a model that it was never embedded with

    submitted = printed(deployed, "index", "--all", "--batch", "--yes")["batch"]
    told = printed(deployed, "index", "--all", "--batch")["batch"]
    while "running" in told:
        assert time.monotonic() < until, told
        time.sleep(1)
        told = printed(deployed, "index", "--all", "--batch")["batch"]

    assert submitted["submitted"] >= 100
    assert (told["vectors"], told["unanswered"], told["model_calls"]) == (submitted["submitted"], 0, 0)
    (after,) = search.index("index", [done.asset_id])["assets"]
    assert (after["is_unchanged"], after["vectors"]) == (True, before["vectors"])
    assert [hit["asset_id"] for hit in search.find(text="QV-00077")["hits"]][:1] == [done.asset_id]


def kept_of(deployed: Deployed, asset_id: str) -> list[str]:
    """The keys below the folders of an asset."""
    bucket = deployed.target.results_bucket
    return [
        item["Key"]
        for kind in ("assets", "work", "features")
        for item in deployed.target.s3.list_objects_v2(Bucket=bucket, Prefix=f"{kind}/{asset_id}/").get(
            "Contents", []
        )
    ]


@pytest.mark.usefixtures("job")
def test_all_that_is_kept_goes_with_the_version_that_it_came_from(
    turned: Turned, assets: dict[str, str]
) -> None:
    deployed, asset_id = turned.deployed, assets["mug.md"]
    source = deployed.result(asset_id).source
    assert {key.partition("/")[0] for key in kept_of(deployed, asset_id)} == {"assets", "work", "features"}

    deployed.target.s3.delete_object(Bucket=source.bucket, Key=source.key, VersionId=source.version_id)

    until = time.monotonic() + ERASING_SECONDS
    while kept_of(deployed, asset_id):
        assert time.monotonic() < until, "something of it is still there"
        time.sleep(0.5)
    record = read_record(deployed.target, asset_id)
    assert record is not None
    assert record.status is AssetStatus.DELETED
    letters = (deployed.target.outputs_beside("erasing") or {})["ErasingDeadLetterQueueUrl"]
    assert "Messages" not in deployed.target.sqs.receive_message(QueueUrl=letters)
