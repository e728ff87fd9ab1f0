"""The real AWS CLI against the embedded AWS, in a shell that read `braid env` and nothing else."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
BIN = Path(sys.executable).parent


def in_shell(deployed: Deployed, script: str) -> str:
    """What a script prints that finds `braid` and `aws` on its path, among a user's own settings."""
    strangers = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "old", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    environment = {
        **os.environ,
        **strangers,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "BRAID_HOME": str(deployed.home),
    }
    done = subprocess.run(
        ["bash", "-euc", f'eval "$(braid env)"\n{script}'],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def asset_id(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that the AWS CLI put into the inbox, once its asset has ended."""
    path = tmp_path_factory.mktemp("files") / "harbour.txt"
    path.write_text("The harbour master opens the lock at six. It closes at nine in the evening.\n")
    in_shell(deployed, f"aws s3 cp {shlex.quote(str(path))} s3://$BRAID_INPUT_BUCKET/inbox/general/")
    found = []
    while not found:
        listed = json.loads(deployed.braid("status", "--json").stdout)
        found = [item["asset_id"] for item in listed if item["asset_id"].startswith("harbour-")]
    (outcome,) = deployed.wait(found)
    assert outcome.status == "SUCCEEDED"
    return outcome.asset_id


def test_a_file_that_it_copies_becomes_an_asset_and_its_results_come_back(
    deployed: Deployed, asset_id: str
) -> None:
    got = in_shell(deployed, f"aws s3 cp s3://$BRAID_RESULTS_BUCKET/assets/{asset_id}/result.json -")

    assert json.loads(got)["asset_id"] == asset_id


def test_it_reads_an_executions_history(deployed: Deployed, asset_id: str) -> None:
    execution = "${BRAID_STATE_MACHINE_ARN/:stateMachine:/:execution:}"

    history = in_shell(
        deployed,
        f'aws stepfunctions get-execution-history --output json --execution-arn "{execution}:{asset_id}-1"',
    )

    types = [event["type"] for event in json.loads(history)["events"]]
    assert types[0] == "ExecutionStarted"
    assert types[-1] == "ExecutionSucceeded"


def test_it_finds_the_log_lines_of_an_asset(deployed: Deployed, asset_id: str) -> None:
    found = in_shell(
        deployed,
        "aws logs filter-log-events --output json --log-group-name /aws/lambda/braid-dev-intake"
        f" --filter-pattern '\"{asset_id}\"'",
    )

    messages = [json.loads(event["message"])["message"] for event in json.loads(found)["events"]]
    assert "started" in messages


def test_unset_takes_every_variable_away_again(deployed: Deployed) -> None:
    left = in_shell(deployed, 'eval "$(braid env --unset)"\nenv')

    assert not [line for line in left.splitlines() if line.startswith(("AWS_", "BRAID_INPUT", "BRAID_STATE"))]


def test_the_logs_of_an_asset_are_those_of_every_function_in_order(deployed: Deployed, asset_id: str) -> None:
    shown = deployed.braid("logs", asset_id)
    data = [json.loads(line) for line in deployed.braid("logs", asset_id, "--json").stdout.splitlines()]

    assert shown.returncode == 0, shown.stderr
    assert max(map(len, shown.stdout.splitlines())) <= 80
    started = [line["function"] for line in data if line["message"] == "started"]
    assert started == ["intake", "reading", "language", "fusion", "inference", "publishing"]
    assert [line["at"] for line in data] == sorted(line["at"] for line in data)
    assert {line["function"] for line in data if line["level"] == "REPORT"} >= set(started)


def test_following_the_logs_ends_with_the_asset(deployed: Deployed, tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text("The pier is sixty metres long and was built in 1904.\n")
    dropped = json.loads(deployed.braid("drop", str(tmp_path / "pier.txt"), "--json").stdout)

    done = deployed.braid("logs", dropped["asset_id"], "--follow", "--json")

    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert "publishing" in {line["function"] for line in lines}
    seen = [json.dumps(line) for line in lines]
    assert len(seen) == len(set(seen)), "no line comes twice"
