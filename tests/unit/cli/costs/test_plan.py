"""`braid plan`: what would come of files, without asking anybody."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from cli.costs.plan_commands import plan
from cli.costs.planning import knobs_of
from tests.infra.conftest import REPOSITORY

SAMPLES = REPOSITORY / "samples"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection fails the test."""

    def refuse(*_: object) -> None:
        raise AssertionError("a plan asks nobody")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def planned(capsys: pytest.CaptureFixture[str], *files: Path, **options: Any) -> list[dict[str, Any]]:
    plan(list(files), as_json=True, **options)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_talk_is_heard_and_seen(capsys: pytest.CaptureFixture[str]) -> None:
    (talk,) = planned(capsys, SAMPLES / "talk.mp4")

    assert (talk["is_admitted"], talk["reason"], talk["pattern"]) == (True, None, "hybrid")
    assert talk["modalities"] == ["speech", "vision"]
    assert talk["steps"][:2] == ["Admit Asset", "Start Transcription"]
    assert {"transcribe", "rekognition", "comprehend", "bedrock", "lambda"} <= set(talk["services"])
    assert 0.02 < talk["expected_usd"] < talk["bound_usd"] < 5
    assert sum(talk["expected_usd_by_service"].values()) == pytest.approx(talk["expected_usd"], abs=1e-4)
    assert {"type", "size"} <= {gate["name"] for gate in talk["gates"]}


def test_one_modality_is_sequential(capsys: pytest.CaptureFixture[str]) -> None:
    (photo,) = planned(capsys, SAMPLES / "portrait.jpg")

    assert photo["pattern"] == "sequential"
    assert "Start Transcription" not in photo["steps"]


def test_a_bundle_has_its_members_in_their_roles(capsys: pytest.CaptureFixture[str]) -> None:
    (mug,) = planned(capsys, SAMPLES / "mug.bundle")
    names = {member["name"] for member in mug["members"]}

    assert mug["media_type"] == "multipart/mixed"
    assert names == {path.name for path in (SAMPLES / "mug.bundle").iterdir()} - {"manifest.json"}


def test_several_files_are_several_assets_unless_they_are_bundled(capsys: pytest.CaptureFixture[str]) -> None:
    files = (SAMPLES / "portrait.jpg", SAMPLES / "rental.pdf")

    assert [item["name"] for item in planned(capsys, *files)] == ["portrait.jpg", "rental.pdf"]
    (together,) = planned(capsys, *files, bundle="both")
    assert len(together["members"]) == 2


def test_what_would_be_rejected_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")

    with pytest.raises(Exception) as raised:  # noqa: PT011  # Typer's way to end with a status
        plan([empty], as_json=True)
    assert getattr(raised.value, "exit_code", None) == 3
    (told,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert told["is_admitted"] is False
    assert "empty" in told["reason"]
    assert told["steps"] == ["Admit Asset", "Record Rejection"]


def test_what_is_planned_is_what_the_definition_does() -> None:
    from cli.costs.planning import _AFTER, _BEFORE, _BRANCHES, _REJECTED

    definition = (REPOSITORY / "statemachines" / "analyze_asset.asl.json").read_text("utf-8")
    for step in (*_BEFORE, *_AFTER, *_REJECTED, *(name for names in _BRANCHES.values() for name in names)):
        assert f'"{step}": {{' in definition, step


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "portrait.jpg", tmp_path)

    with pytest.raises(Exception, match="is a folder"):
        plan([tmp_path])


def test_a_plan_asks_the_models_that_a_deployment_in_that_region_would() -> None:
    committed = json.loads((REPOSITORY / "cdk.json").read_text("utf-8"))["context"]

    there = knobs_of({**committed, "region": "ca-central-1"})

    assert set(there.spending.model_ids.values()) == {"us.amazon.nova-2-lite-v1:0"}, "it stands in for all"
