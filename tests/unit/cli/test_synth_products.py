"""`braid dataset synth products`: described, asked for, collected; called again it goes on, paying once."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from braid.domain.asset.asset import AssetStatus
from braid.domain.claim_check import Claim
from braid.domain.generation.draft import Draft
from braid.domain.wire import encode
from cli.dataset.dataset_commands import dataset_app
from cli.dropping.drop import PlannedAsset
from cli.dropping.outcomes import DropOutcome
from cli.errors import CommandError
from cli.showing.records import Record
from local.services.protocol import ServiceError
from tests.contract.document_goldens import filled
from tests.doubles.service_clients import answered_by

URI = "s3://bucket/made"


class Deployment:
    """What the command asks of a deployment."""

    generation_machine_arn = "arn:generation"
    trial_function = "try"
    results_bucket = "results"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.requests: list[str] = []
        self.ends: dict[str, AssetStatus] = {}
        self.lambda_ = self
        self.s3 = self
        self.model_fails = False

    def get_function_configuration(self, **_: Any) -> dict[str, Any]:
        return {
            "Environment": {"Variables": {"MODEL_IDS": json.dumps({"micro": "us.amazon.nova-micro-v1:0"})}}
        }

    def client(self, service: str) -> Any:
        return answered_by(service, {"Converse": self._converse})

    def _converse(self, members: dict[str, Any]) -> Mapping[str, Any]:
        text = members["messages"][0]["content"][0]["text"]
        self.asked.append(text)
        if self.model_fails:
            raise ServiceError("AccessDeniedException", "no access to this model", status=403)
        kind, _, colour = (line.partition(": ")[2] for line in text.splitlines())
        entry = {"title": f"The {colour} {kind}", "description": f"A {colour} {kind} for every day."}
        use = {"toolUseId": "t", "name": "write_entry", "input": entry}
        return {
            "output": {"message": {"role": "assistant", "content": [{"toolUse": use}]}},
            "stopReason": "tool_use",
            "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
            "metrics": {"latencyMs": 1},
        }

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  boto3's name
        if Key.endswith("draft.json"):
            drawn = self._drawn(f"{Key}.png")
            uri = f"s3://{Bucket}/{Key}.png"
            claim = Claim(uri, "image/png", len(drawn), sha256(drawn).hexdigest())
            draft = replace(filled(Draft), file=claim)
            return {"Body": io.BytesIO(json.dumps(encode(draft)).encode())}
        return {"Body": io.BytesIO(self._drawn(Key))}

    def _drawn(self, key: str) -> bytes:
        saved = io.BytesIO()
        Image.new("RGB", (200, 160), f"#{sha256(key.encode()).hexdigest()[:6]}").save(saved, "PNG")
        return saved.getvalue()

    def upload(self, _target: Any, planned: PlannedAsset) -> str:
        (request,) = planned.uploads
        self.requests.append(request.body.decode())
        return f"asset-{len(self.requests)}"

    def follow(self, _target: Any, assets: Any, **_: Any) -> list[DropOutcome]:
        return [
            DropOutcome(asset_id, self.ends.get(asset_id, AssetStatus.AWAITING_REVIEW), "generate", "why")
            for _, asset_id, _ in assets
        ]


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    made = Deployment()
    monkeypatch.setattr("cli.dataset.synth_command.chosen_target", lambda _: made)
    monkeypatch.setattr("cli.dropping.drop.upload", made.upload)
    monkeypatch.setattr("cli.dropping.progress.follow", made.follow)
    monkeypatch.setattr(
        "cli.showing.asset_ids.find_asset",
        lambda _, asset_id: Record(asset_id, 1, AssetStatus.AWAITING_REVIEW),
    )
    return made


def run(*arguments: str) -> Any:
    return CliRunner().invoke(dataset_app, arguments, catch_exceptions=False)


def made_in(folder: Path, *more: str) -> Any:
    return run("synth", "products", str(folder), "--uri", URI, "--json", *more)


def test_what_is_made_is_accepted(deployment: Deployment, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    done = made_in(folder, "--count", "20")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["lines"], told["notes"]) == (20, [])
    products = [json.loads(line) for line in (folder / "products.jsonl").read_text().splitlines()]
    assert all(product["is_written_by_model"] for product in products)
    assert len({product["title"].lower() for product in products}) == 20
    places = ("--pictures", str(folder), "--uri", f"{URI}/all.jsonl")
    checked = run("check", str(folder / "all.jsonl"), "--for", "titan-image", "--role", "validation", *places)
    assert checked.exit_code == 0, checked.output
    assert all("text_to_image" in request for request in deployment.requests)


def test_called_again_it_goes_on(deployment: Deployment, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    deployment.ends = {"asset-2": AssetStatus.PROCESSING}
    first = made_in(folder, "--count", "3")
    assert first.exit_code == 3
    assert json.loads(first.stdout)["lines"] == 2
    deployment.ends = {}
    again = made_in(folder, "--count", "4")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["lines"] == 4
    assert (len(deployment.asked), len(deployment.requests)) == (4, 4)


def test_without_a_model_the_descriptions_are_ours_and_it_says_so(
    deployment: Deployment, tmp_path: Path
) -> None:
    deployment.model_fails = True
    done = made_in(tmp_path / "made", "--count", "3")
    (note,) = json.loads(done.stdout)["notes"]
    assert note.startswith("3 descriptions are put together")
    assert "no access to this model" in note
    assert len(deployment.asked) == 1, "a model that can't be asked isn't asked again"


def test_what_costs_more_is_refused_before_anything_is_asked(deployment: Deployment, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"20 pictures would cost \$0\.80, more than \$0\.50"):
        made_in(tmp_path / "made", "--max-usd", "0.5")
    assert not (tmp_path / "made").exists()
    assert not deployment.asked


def test_another_seed_and_other_files_are_refused(deployment: Deployment, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    made_in(folder, "--count", "2")
    with pytest.raises(CommandError, match="another --seed"):
        made_in(folder, "--count", "2", "--seed", "9")
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(CommandError, match="isn't empty"):
        made_in(tmp_path, "--count", "2")
    assert len(deployment.requests) == 2


def test_a_deployment_that_makes_nothing_says_so(deployment: Deployment, tmp_path: Path) -> None:
    deployment.generation_machine_arn = ""
    with pytest.raises(CommandError, match="knob generation is off"):
        made_in(tmp_path / "made")
