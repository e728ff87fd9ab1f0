"""What machines know about good templates: cfn-lint and cdk-nag, and that the latter really looks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import compose

# W3005: CDK adds DependsOn on a function's role. W6001: the pipeline's outputs repeat what storage exports,
# because whoever has one stack's name should find everything.
IGNORED = ["W3005", "W6001"]
# What CloudFormation takes and cfn-lint's schemas don't know yet, and where that stands.
AHEAD_OF_SCHEMAS = {
    "braid-dev-search E3002 Additional properties are not allowed ('TextSearchConfigurations'": (
        "AWS::S3Vectors::Index TextSearchConfiguration in CloudFormation's template reference, November 2026"
    ),
}


def test_cfn_lint_finds_nothing(every_stack: Mapping[str, Any]) -> None:
    from cfnlint.api import ManualArgs, lint

    config = ManualArgs(regions=["us-east-1"], ignore_checks=IGNORED)
    found = [
        f"{stack} {match.rule.id} {match.message}"
        for stack, template in every_stack.items()
        for match in lint(json.dumps(template), config=config)
    ]
    assert [each for each in found if not any(known in each for known in AHEAD_OF_SCHEMAS)] == []


def test_a_finding_of_cdk_nag_fails_the_synth(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sqs as sqs

    app, deployment = compose(tmp_path, {})
    s3.Bucket(deployment.storage, "Careless")
    sqs.Queue(deployment.storage, "Endless", enforce_ssl=True)

    with pytest.raises(RuntimeError):
        app.synth()

    report = (tmp_path / "validation-report.json").read_text("utf-8")
    assert "AwsSolutions-S10" in report, "a bucket that takes plain http"
    assert "Serverless-SQSRedrivePolicy" in report, "a queue whose failures go nowhere"


def test_a_wildcard_needs_its_reason() -> None:
    import aws_cdk as cdk

    from stacks.constructs.grants import Grant, granted_role

    stack = cdk.Stack(cdk.App(), "Stack")

    with pytest.raises(ValueError, match=r"the grant on \* needs a reason for its wildcard"):
        granted_role(
            stack,
            "Role",
            service="lambda.amazonaws.com",
            description="too much",
            grants=[Grant(("s3:GetObject",), ("*",))],
        )


def test_every_acknowledgement_gives_a_reason(tmp_path: Path) -> None:
    import aws_cdk as cdk

    app, _ = compose(tmp_path, {})
    key = cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
    reasons = [
        (construct.node.path, rule, reason)
        for construct in app.node.find_all()
        for entry in construct.node.metadata
        if entry.type == key
        for rule, reason in entry.data.items()
    ]

    assert reasons
    assert [where for *where, reason in reasons if len(str(reason)) < 20] == []


@pytest.mark.parametrize(("python_version", "warned"), [("3.11", 1), ("3.13", 0)])
def test_a_python_whose_c_library_is_too_old_on_aws_gives_a_warning(
    tmp_path: Path, python_version: str, warned: int
) -> None:
    from aws_cdk.assertions import Annotations, Match

    _, deployment = compose(tmp_path, {"python_version": python_version})
    found = Annotations.from_stack(deployment.pipeline).find_warning(
        "*", Match.string_like_regexp("glibc 2.28.*python_version to 3.12")
    )

    assert len(found) == warned


def test_a_model_that_ends_soon_gives_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aws_cdk.assertions import Annotations, Match

    from braid.domain.model_registry import read_model_registry
    from stacks import models

    registry = (models.REPOSITORY / "registry" / "models.toml").read_text("utf-8")
    first = 'tier = "micro"\n'
    ending = read_model_registry(registry.replace(first, first + "end_of_life = 2027-01-31\n", 1))
    monkeypatch.setattr(models, "model_registry", lambda: ending)
    _, deployment = compose(tmp_path, {})
    warnings = Annotations.from_stack(deployment.pipeline).find_warning(
        "*", Match.string_like_regexp("nova-micro.*2027-01-31")
    )

    assert len(warnings) == 1


def test_a_model_that_has_ended_is_refused_with_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from braid.domain.errors import ConfigError
    from braid.domain.model_registry import read_model_registry
    from stacks import models

    registry = (models.REPOSITORY / "registry" / "models.toml").read_text("utf-8")
    first = 'tier = "micro"\n'
    ended = read_model_registry(registry.replace(first, first + "end_of_life = 2026-11-20\n", 1))
    monkeypatch.setattr(models, "model_registry", lambda: ended)

    with pytest.raises(ConfigError, match=r"amazon.nova-micro-v1:0 on 2026-11-20"):
        compose(tmp_path, {})
