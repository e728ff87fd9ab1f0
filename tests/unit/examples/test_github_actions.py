"""The workflows for GitHub Actions: their form, what they may do, and that what they call is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from cli.main import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDER = REPOSITORY / "examples" / "github-actions"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
# What GitHub's documentation says of a workflow, as far as these use it; anything else is a slip.
_STEP = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("name", "if", "uses", "run")},
        "with": {"type": "object"},
        "env": {"type": "object"},
    },
    "additionalProperties": False,
    "oneOf": [{"required": ["uses"]}, {"required": ["run"]}],
}
_JOB = {
    "type": "object",
    "properties": {
        "runs-on": {"type": "string"},
        "timeout-minutes": {"type": "integer"},
        "strategy": {"type": "object"},
        "environment": {"type": "string"},
        "steps": {"type": "array", "minItems": 1, "items": _STEP},
    },
    "required": ["runs-on", "timeout-minutes", "steps"],
    "additionalProperties": False,
}
_WORKFLOW = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "on": {"type": "object"},
        "permissions": {"additionalProperties": {"enum": ["read", "write"]}},
        "concurrency": {"type": "object"},
        "jobs": {"type": "object", "minProperties": 1, "additionalProperties": _JOB},
    },
    "required": ["name", "on", "permissions", "jobs"],
    "additionalProperties": False,
}


def workflow(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the member "on" as true; GitHub doesn't.
    text = path.read_text("utf-8").replace("\non:", '\n"on":', 1)
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in workflow(path)["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_the_form_of_one(path: Path) -> None:
    problems = [error.message for error in Draft202012Validator(_WORKFLOW).iter_errors(workflow(path))]

    assert problems == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_with_their_version_beside(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]

    assert lines
    for line in lines:
        assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_targets_and_commands_that_are_called_are_there(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = {name for group in COMMANDS.values() for name in group}
    ran = "\n".join(step["run"] for step in steps(path) if "run" in step)

    assert set(re.findall(r"\bmake ([a-z-]+)", ran)) <= targets
    assert set(re.findall(r"\bbraid ([a-z-]+)", ran)) <= commands
    # What an event brings goes into a shell through the environment alone.
    assert "${{" not in ran


def test_the_matrix_has_every_system_processor_python_and_node() -> None:
    matrix = workflow(FOLDER / "test.yml")["jobs"]["test"]["strategy"]["matrix"]

    assert matrix == {
        "runner": ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15-intel", "macos-15"],
        "python": ["3.11", "3.13"],
        "node": ["20", "22"],
    }


def test_only_the_deployment_may_ask_for_an_identity() -> None:
    assert workflow(FOLDER / "test.yml")["permissions"] == {"contents": "read"}
    assert workflow(FOLDER / "deploy.yml")["permissions"] == {"contents": "read", "id-token": "write"}
    assert "secrets." not in "".join(path.read_text("utf-8") for path in WORKFLOWS)


def test_the_policies_of_the_readme_are_json_and_take_no_other_repository() -> None:
    written = re.findall(r"```json\n(.*?)```", (FOLDER / "README.md").read_text("utf-8"), re.DOTALL)
    trust, access = map(json.loads, written)

    (statement,) = trust["Statement"]
    assert statement["Condition"]["StringEquals"].keys() == {
        "token.actions.githubusercontent.com:aud",
        "token.actions.githubusercontent.com:sub",
    }
    # Which actions `braid doctor` needs is held by tests/unit/cli/machine/test_stack_checks.py.
    changing = [each for each in access["Statement"] if each["Action"] == "sts:AssumeRole"]
    assert [each["Resource"] for each in changing] == ["arn:aws:iam::ACCOUNT:role/cdk-hnb659fds-*"]


@pytest.mark.parametrize(
    ("confirmed", "goes_on"), [("braid-prod", True), ("braid-dev", False), ("prod", False), ("", False)]
)
def test_only_what_was_confirmed_is_deployed(tmp_path: Path, confirmed: str, goes_on: bool) -> None:
    (tmp_path / "cdk.json").write_text('{"context": {"environment_name": "prod"}}', "utf-8")
    of_deployment = list(steps(FOLDER / "deploy.yml"))
    (first, *_) = (step for step in of_deployment if "run" in step)
    assert first["env"] == {"CONFIRMED": "${{ inputs.confirm }}"}

    done = subprocess.run(
        ["bash", "-e", "-c", first["run"]],
        cwd=tmp_path,
        env={**os.environ, "CONFIRMED": confirmed},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) is goes_on, done.stderr
    asked = workflow(FOLDER / "deploy.yml")["on"]["workflow_dispatch"]["inputs"]["confirm"]
    assert "default" not in asked, "what stands there already confirms nothing"
