"""The processing stack: off unless asked for, a role that may read sources and write features, no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from braid.runtime.prices import price_book
from cli.costs.idle import idle_lines
from cli.processing.planning import INSTANCES
from stacks.packaging.code import CODE_FOLDERS
from tests.infra.conftest import compose
from tests.infra.granted import allowed

REPOSITORY = Path(__file__).resolve().parents[3]
KNOBS = {"processing": True, "processing_sources": "s3://archive/photos/, s3://other"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app, deployment = compose(tmp_path_factory.mktemp("processing"), KNOBS)
    assert deployment.processing is not None
    made: dict[str, Any] = app.synth().get_stack_by_name(deployment.processing.stack_name).template
    return made


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [each for each in template["Resources"].values() if each["Type"] == kind]
    properties: dict[str, Any] = found["Properties"]
    return properties


def test_it_is_off_unless_somebody_asks_for_it(tmp_path: Path) -> None:
    assert compose(tmp_path, {})[1].processing is None


def test_the_role_may_do_this_and_nothing_else(template: dict[str, Any]) -> None:
    role = of_type(template, "AWS::IAM::Role")
    (policy,) = role["Policies"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    found = allowed(policy["PolicyDocument"]["Statement"])
    assert found.keys() == {
        *("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:ListBucket"),
        *("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
        *("ecr:GetAuthorizationToken", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    }
    assert found["s3:PutObject"] == ["features/*", "work/processing/*"]
    assert found["s3:ListBucket"] == ["ResultsBucket"]
    sources = str(policy["PolicyDocument"]["Statement"])
    assert ":s3:::archive/photos/*" in sources
    assert ":s3:::other/*" in sources
    assert found["ecr:GetAuthorizationToken"] == ["*"]


def test_the_repository_is_named_as_the_embedded_sagemaker_knows_it(template: dict[str, Any]) -> None:
    images = of_type(template, "AWS::ECR::Repository")

    assert images["RepositoryName"] == "braid-dev-processing"
    assert images["EmptyOnDelete"] is True


def test_idle_it_costs_nothing(template: dict[str, Any]) -> None:
    assert sum(line.usd_per_month for line in idle_lines([template], price_book())) == 0


@pytest.mark.parametrize("given", ["s3://", "archive/photos", "s3://archive/*", "s3://archive/a b"])
def test_a_source_is_a_prefix_of_a_bucket(given: str) -> None:
    from stacks.optional_stacks import OptionalStacks

    field = {each.name: each for each in OptionalStacks.__dataclass_fields__.values()}["processing_sources"]
    assert not field.metadata["knob"].accepts(given)


def test_the_image_holds_what_the_functions_of_both_steps_have() -> None:
    lines = (REPOSITORY / "processing" / "Dockerfile").read_text("utf-8").splitlines()
    copied = {found[1] for line in lines if (found := re.fullmatch(r"COPY (\w+) \1/", line))}
    required = set(re.findall(r"requirements/[a-z]+-layer\.txt", "\n".join(lines)))

    assert copied == {*CODE_FOLDERS, "processing"}
    assert required == {f"requirements/{name}-layer.txt" for name in ("core", "media", "documents")}
    assert 'ENTRYPOINT ["python3", "-m", "processing"]' in lines


@pytest.mark.parametrize("instance_type", INSTANCES)
def test_every_instance_type_has_a_price(instance_type: str) -> None:
    assert price_book().find("sagemaker", f"ProcessingJob:{instance_type}", "instance_hour")
