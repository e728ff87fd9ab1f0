"""`braid try`: what it sends is the profile that a deployment would have."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import typer
from typer.testing import CliRunner

from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result
from braid.domain.profile.profile import read_profile
from braid.runtime.library import CODE_ROOT, profile, profile_names
from cli.answers import trial_commands, trials
from cli.errors import CommandError
from cli.showing.records import Record
from cli.target import Target


class Deployment:
    """Answers nothing, and keeps what it was asked."""

    trial_function = "trial"

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []


class Analysed:
    """As much of a result as a trial needs."""

    asset_id, attempt, profile = "shoe-1", 1, "general"


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    found = Deployment()

    def call(_target: Any, _function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        found.asked.append(event)
        return {"answer": None, "reason": "nothing", "evidence": [], "usage": []}

    monkeypatch.setattr(trials, "call", call)
    return found


def attempt(deployment: Deployment, folder: str) -> None:
    trials.try_profile(cast(Target, deployment), cast(Result, Analysed()), folder)


@pytest.mark.parametrize("name", profile_names())
def test_an_unchanged_profile_has_the_hash_of_the_deployed_one(deployment: Deployment, name: str) -> None:
    attempt(deployment, name)

    (event,) = deployment.asked
    files = {path: text.encode() for path, text in event["files"].items()}
    assert read_profile(name, files, event["rules"]).content_hash == profile(name).content_hash


def test_a_file_that_is_no_text_is_named_before_anything_is_asked(
    deployment: Deployment, tmp_path: Path
) -> None:
    folder = shutil.copytree(CODE_ROOT / "profiles" / "general", tmp_path / "general")
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff")

    with pytest.raises(CommandError, match=r"cover\.jpg: isn't UTF-8 text"):
        attempt(deployment, str(folder))

    assert deployment.asked == []


def test_examples_and_hidden_files_change_nothing_that_is_asked(
    deployment: Deployment, tmp_path: Path
) -> None:
    folder = shutil.copytree(CODE_ROOT / "profiles" / "general", tmp_path / "general")
    (folder / "examples").mkdir(exist_ok=True)
    (folder / "examples" / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / ".DS_Store").write_bytes(b"\x00\xff")

    attempt(deployment, str(folder))

    assert not [path for path in deployment.asked[0]["files"] if "picture" in path or "DS_Store" in path]


def test_an_unanswered_question_shows_in_json_and_exit_status(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_commands, "chosen_target", lambda _stack: deployment)
    monkeypatch.setattr(
        trial_commands, "find_asset", lambda _target, given: Record(given, 1, AssetStatus.SUCCEEDED)
    )
    monkeypatch.setattr(trial_commands, "read_result", lambda _target, _asset_id: Analysed())
    app = typer.Typer()
    app.command()(trial_commands.ask)

    done = CliRunner().invoke(app, ["shoe-1", "Who made it?", "--json"])

    assert done.exit_code == 3
    assert json.loads(done.stdout) == {"answer": None, "reason": "nothing", "cost_usd": 0.0}
