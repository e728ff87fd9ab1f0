"""The deployment as templates: once for AWS and once as a laptop makes it, without building layers."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.config import DeploymentConfig

if TYPE_CHECKING:
    from aws_cdk import App

    from stacks.assembly import Deployment

REPOSITORY = Path(__file__).resolve().parents[2]
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
# A second environment whose name begins as the other's, with every knob on that makes more resources.
EVERYTHING = {
    "environment_name": "dev-review",
    "batch_inference": True,
    "caption_languages": "de",
    "spoken_descriptions": True,
    "embedding_model": "amazon.titan-embed-text-v2:0",
    "source_key_arns": KEY_ARN,
    "review_email": "ann@example.com",
}
# Every stack, with every knob on that grants or keeps something.
EVERY_STACK = {
    "search": True,
    "tuning": True,
    "generation": True,
    "generation_regions": "us-west-2",
    "data_catalog": True,
    "delete_with_source": True,
    "processing": True,
    "operations": True,
    "batch_inference": True,
    "caption_languages": "de",
    "spoken_descriptions": True,
    "embedding_model": "amazon.titan-embed-text-v2:0",
    "source_key_arns": KEY_ARN,
    "data_key_arn": KEY_ARN,
}
# The knobs that `braid up` turns for a machine like this: its processor, system and Python.
ON_A_LAPTOP = {"architecture": "x86_64", "python_version": "3.11", "layer_system": "linux"}


@dataclass(frozen=True)
class Synthesis:
    """The templates of one deployment."""

    config: DeploymentConfig
    storage: Mapping[str, Any]
    pipeline: Mapping[str, Any]

    def of_type(self, kind: str) -> dict[str, Any]:
        """Resources of one CloudFormation type in both stacks, by logical id."""
        both = {**self.storage["Resources"], **self.pipeline["Resources"]}
        return {name: resource for name, resource in both.items() if resource["Type"] == kind}

    def properties_of_type(self, kind: str) -> list[dict[str, Any]]:
        """Only their properties."""
        return [resource["Properties"] for resource in self.of_type(kind).values()]

    def function(self, name: str) -> dict[str, Any]:
        """The properties of the function ``<deployment>-<name>``."""
        return self.functions()[f"{self.config.deployment_name}-{name}"]

    def functions(self) -> dict[str, dict[str, Any]]:
        """Every function's properties by its name."""
        return {
            properties["FunctionName"]: properties
            for properties in self.properties_of_type("AWS::Lambda::Function")
        }

    def machine(self, name: str = "analyze-asset") -> dict[str, Any]:
        """The properties of the state machine ``<deployment>-<name>``."""
        (found,) = (
            properties
            for properties in self.properties_of_type("AWS::StepFunctions::StateMachine")
            if properties["StateMachineName"] == f"{self.config.deployment_name}-{name}"
        )
        return found

    def role_of(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of the role that a function or state machine assumes."""
        reference = properties.get("Role") or properties["RoleArn"]
        role: dict[str, Any] = self.of_type("AWS::IAM::Role")[reference["Fn::GetAtt"][0]]["Properties"]
        return role

    def statements_of(self, properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The policy statements of that role."""
        for policy in self.role_of(properties)["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


def committed_context() -> dict[str, Any]:
    """The context of cdk.json."""
    context: dict[str, Any] = json.loads((REPOSITORY / "cdk.json").read_text("utf-8"))["context"]
    return context


def compose(folder: Path, knobs: Mapping[str, Any]) -> tuple[App, Deployment]:
    """The app with ``knobs`` over those of cdk.json, to be synthesised into ``folder`` without layers."""
    # Here, not above: it starts the CDK's Node process, which collecting tests has no use for.
    import aws_cdk as cdk

    from stacks.assembly import add_rules, add_stacks

    app = cdk.App(outdir=str(folder), context={**committed_context(), **knobs, "aws:cdk:bundling-stacks": []})
    config = DeploymentConfig.from_context(app.node.get_all_context())
    deployment = add_stacks(app, config, today=date(2026, 11, 20))
    add_rules(app)
    return app, deployment


def synthesize(folder: Path, knobs: Mapping[str, Any]) -> Synthesis:
    """Synthesises into ``folder`` with ``knobs`` over those of cdk.json, without building the layers."""
    app, deployment = compose(folder, knobs)
    assembly = app.synth()
    return Synthesis(
        config=DeploymentConfig.from_context(app.node.get_all_context()),
        storage=assembly.get_stack_by_name(deployment.storage.stack_name).template,
        pipeline=assembly.get_stack_by_name(deployment.pipeline.stack_name).template,
    )


@pytest.fixture(scope="session")
def for_aws(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The deployment with the knobs of cdk.json."""
    return _synthesized_once(tmp_path_factory, "aws", {})


@pytest.fixture(scope="session")
def for_laptop(for_aws: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The deployment as the embedded AWS gets it, made after AWS's: both see the same files."""
    return _synthesized_once(tmp_path_factory, "laptop", ON_A_LAPTOP)


@pytest.fixture(scope="session")
def everything(for_aws: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """A second deployment beside AWS's, made after it: both see the same files."""
    return _synthesized_once(tmp_path_factory, "everything", EVERYTHING)


@pytest.fixture(scope="session")
def every_stack(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    """The templates of ``EVERY_STACK`` by the stack's name."""
    app, _ = compose(tmp_path_factory.mktemp("every"), EVERY_STACK)
    return {stack.stack_name: stack.template for stack in app.synth().stacks}


def _synthesized_once(folders: pytest.TempPathFactory, name: str, knobs: Mapping[str, Any]) -> Synthesis:
    """What ``synthesize`` gives, by the first worker process that asks; the others wait and read it."""
    of_run = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_run = of_run.parent  # of all workers
    kept = of_run / f"synthesis-{name}.json"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = synthesize(folders.mktemp(name), knobs)
            kept.write_text(json.dumps([made.storage, made.pipeline]), "utf-8")
    storage, pipeline = json.loads(kept.read_text("utf-8"))
    return Synthesis(DeploymentConfig.from_context({**committed_context(), **knobs}), storage, pipeline)
