"""The example of somebody else's app: Braid in a stage, and stacks that know it by names alone."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import REPOSITORY

pytestmark = pytest.mark.slow


README = REPOSITORY / "examples" / "own_app" / "README.md"
CDK = REPOSITORY / "node_modules" / ".bin" / "cdk"


@pytest.fixture(scope="module")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The assembly of the app."""
    import aws_cdk as cdk

    from examples.own_app.app import build

    folder: Path = tmp_path_factory.mktemp("own-app")
    app = cdk.App(outdir=str(folder), context={"aws:cdk:bundling-stacks": []})
    build(app)
    return app.synth()


@pytest.fixture(scope="module")
def templates(synthesised: Any) -> Mapping[str, Any]:
    """The templates by the names of their stacks."""
    assembly = synthesised
    stacks = [*assembly.stacks, *(each for nested in assembly.nested_assemblies for each in _of(nested))]
    return {stack.stack_name: stack.template for stack in stacks}


def _of(nested: Any) -> list[Any]:
    return list(nested.nested_assembly.stacks)


def _of_type(template: Any, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == kind]


def test_all_stacks_stand_side_by_side(templates: Mapping[str, Any]) -> None:
    assert sorted(templates) == [
        "Braid-braid-shop-pipeline",
        "Braid-braid-shop-storage",
        "shop-answers",
        "shop-upload",
    ]


def test_the_documented_command_deploys_all_of_them(synthesised: Any, templates: Mapping[str, Any]) -> None:
    (command,) = re.findall(r"^npx cdk deploy --app '[^']+' (.+)$", README.read_text("utf-8"), re.MULTILINE)
    # `ls` chooses by names as `deploy` does, but has no `--all`, with which `deploy` leaves out stages.
    listed = subprocess.run(
        [CDK, "ls", "--long", "--json", "--app", synthesised.directory, *shlex.split(command)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert sorted(stack["name"] for stack in json.loads(listed.stdout)) == sorted(templates)


def test_commands_are_told_how_names_begin_that_the_stage_leaves_alone(templates: Mapping[str, Any]) -> None:
    pipeline = templates["Braid-braid-shop-pipeline"]
    assert pipeline["Outputs"]["DeploymentName"]["Value"] == "braid-shop"
    names = [each["FunctionName"] for each in _of_type(pipeline, "AWS::Lambda::Function")]
    assert all(name.startswith("braid-shop-") for name in names)


@pytest.mark.parametrize("name", ["shop-answers", "shop-upload"])
def test_tags_of_braid_stay_with_it(templates: Mapping[str, Any], name: str) -> None:
    (function,) = _of_type(templates[name], "AWS::Lambda::Function")
    assert "Tags" not in function
    machines = _of_type(templates["Braid-braid-shop-pipeline"], "AWS::StepFunctions::StateMachine")
    assert {"Key": "project", "Value": "braid"} in machines[0]["Tags"]


@pytest.mark.parametrize(
    ("name", "action", "keys"),
    [("shop-answers", "s3:GetObject", "/assets/*"), ("shop-upload", "s3:PutObject", "/inbox/general/*")],
)
def test_functions_reach_what_they_need_of_a_bucket(
    templates: Mapping[str, Any], name: str, action: str, keys: str
) -> None:
    statements = [
        statement
        for policy in _of_type(templates[name], "AWS::IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == action
    ]
    (statement,) = statements
    assert json.dumps(statement["Resource"]).count(keys) == 1


def test_only_known_callers_see_the_page(templates: Mapping[str, Any]) -> None:
    (address,) = _of_type(templates["shop-upload"], "AWS::Lambda::Url")
    assert address["AuthType"] == "AWS_IAM"
