"""The command's contract for scripts, with the real command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
FIELDS = [
    *("asset_id", "status", "profile", "reason", "missing"),
    *("result_uri", "states_executed", "duration_seconds", "cost_usd"),
]


@pytest.fixture(scope="module")
def two_files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "good.txt").write_text("The ferry leaves at noon. It carries forty cars.\n")
    (folder / "bad.mp4").write_bytes(b"")
    return [str(folder / "good.txt"), str(folder / "bad.mp4")]


def test_drop_prints_a_json_line_per_asset_in_order_and_says_rejected(
    deployed: Deployed, two_files: list[str]
) -> None:
    done = deployed.braid("drop", *two_files, "--wait", "--json")
    assert done.returncode == 3, done.stderr
    good, bad = map(json.loads, done.stdout.splitlines())
    assert list(good) == FIELDS
    assert (good["status"], bad["status"]) == ("SUCCEEDED", "REJECTED")
    assert good["states_executed"] > 5
    assert good["duration_seconds"] > 0
    assert good["cost_usd"] >= 0
    assert good["result_uri"].startswith("s3://")
    assert bad["reason"]


def test_drop_without_wait_returns_at_once(deployed: Deployed, two_files: list[str]) -> None:
    done = deployed.braid("drop", two_files[0], "--json")
    assert done.returncode == 0
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["status"] == "RECEIVED"
    assert {line[name] for name in FIELDS[3:4] + FIELDS[5:]} == {None}


def test_drop_refuses_before_upload(deployed: Deployed, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("x")
    for argument in (str(tmp_path / ".env"), str(tmp_path), str(tmp_path / "gone")):
        assert deployed.braid("drop", argument).returncode == 2


def test_a_timeout_has_its_own_status(deployed: Deployed, samples: Path) -> None:
    done = deployed.braid("drop", str(samples / "talk.mp4"), "--wait", "--timeout", "0.1", "--json")
    assert done.returncode == 5
    deployed.wait([json.loads(done.stdout)["asset_id"]])


def test_show_status_and_get_fit_80_columns(deployed: Deployed, two_files: list[str]) -> None:
    dropped = deployed.braid("drop", two_files[0], "--wait", "--json")
    asset_id = json.loads(dropped.stdout)["asset_id"]
    shown = deployed.braid("show", asset_id)
    assert shown.returncode == 0, shown.stderr
    assert "Answer" in shown.stdout
    for text in (shown.stdout, deployed.braid("status").stdout):
        assert max(map(len, text.splitlines())) <= 80
    answer = json.loads(deployed.braid("get", asset_id, "answer").stdout)
    assert answer["profile"] == "general"


def test_the_same_command_finds_a_stack_as_in_aws(deployed: Deployed, two_files: list[str]) -> None:
    elsewhere = {
        "BRAID_HOME": str(deployed.home / "nowhere"),
        "AWS_ENDPOINT_URL": deployed.aws.endpoint,
        "AWS_REGION": deployed.aws.region,
        "AWS_ACCESS_KEY_ID": deployed.aws.access_key_id,
        "AWS_SECRET_ACCESS_KEY": deployed.aws.secret_access_key,
    }
    stack = deployed.target.stack_name
    done = deployed.braid("drop", two_files[0], "--wait", "--stack", stack, environment=elsewhere)
    assert done.returncode == 0, done.stderr
    asset_id = json.loads(done.stdout)["asset_id"]
    assert asset_id in deployed.braid("status", "--stack", stack, environment=elsewhere).stdout
    wrong = deployed.braid("status", "--stack", "braid-prod-pipeline", environment=elsewhere)
    assert (wrong.returncode, "there is no stack" in wrong.stderr) == (1, True), wrong.stderr
    storage = deployed.braid("status", "--stack", "braid-dev-storage", environment=elsewhere)
    assert (storage.returncode, "name the pipeline's stack" in storage.stderr) == (1, True), storage.stderr
    nothing = deployed.braid("status", environment=elsewhere)
    assert (nothing.returncode, "braid up" in nothing.stderr) == (1, True), nothing.stderr


def test_a_profile_of_the_users_does_not_matter_here(deployed: Deployed) -> None:
    done = deployed.braid("status", "--json", environment={"AWS_PROFILE": "no-such-profile"})
    assert done.returncode == 0, done.stderr


def test_a_second_port_is_refused_while_it_runs(deployed: Deployed) -> None:
    done = deployed.braid("up", "--port", str(deployed.aws.port + 1))
    assert done.returncode == 1
    assert f"already running on port {deployed.aws.port}" in done.stderr


def test_the_start_of_an_id_finds_its_asset_and_no_id_the_newest(deployed: Deployed, tmp_path: Path) -> None:
    (tmp_path / "zebra.txt").write_text("The zebra sleeps standing up. It lives for thirty years.\n")
    dropped = deployed.braid("drop", str(tmp_path / "zebra.txt"), "--json")
    asset_id = json.loads(dropped.stdout)["asset_id"]
    deployed.wait([asset_id])

    (standing,) = json.loads(deployed.braid("status", "zeb", "--json").stdout)
    newest = json.loads(deployed.braid("show", "--json").stdout)
    sheet = deployed.braid("status", asset_id[:-3]).stdout

    assert (standing["asset_id"], newest["asset_id"]) == (asset_id, asset_id)
    assert standing["profile"] == "general"
    assert standing["duration_seconds"] > 0
    assert standing["states_executed"] > 5
    assert f"${standing['cost_usd']:.4f}" in sheet
    assert f"braid show {asset_id} --open" in sheet
    assert max(map(len, sheet.splitlines())) <= 80


def test_a_member_has_one_type_in_every_command(deployed: Deployed, two_files: list[str]) -> None:
    dropped = [json.loads(line) for line in deployed.braid("drop", *two_files, "--wait").stdout.splitlines()]
    listed = json.loads(deployed.braid("status", "--json").stdout)
    single = [json.loads(deployed.braid("status", item["asset_id"], "--json").stdout)[0] for item in dropped]

    found: dict[str, set[type]] = {}
    for item in (*dropped, *listed, *single):
        for member, value in item.items():
            if value is not None:
                found.setdefault(member, set()).add(type(value))
    assert {member: types for member, types in found.items() if not types <= {int, float}} == {
        member: types for member, types in found.items() if len(types) == 1 and not types <= {int, float}
    }
    assert all(type(item["cost_usd"]) is float for item in (*dropped, *listed) if item.get("cost_usd"))
