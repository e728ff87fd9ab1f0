"""The tuning stack: off unless asked for, with what its functions need and no more."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from braid.runtime.settings import environment_keys
from stacks.config import DeploymentConfig
from tests.infra.conftest import Synthesis, compose
from tests.infra.granted import EVERY_FUNCTION, allowed
from tests.infra.test_functions import LOGGING_KEYS

MACHINE = Path(__file__).resolve().parents[3] / "statemachines" / "customize_model.asl.json"
BASES = [
    "foundation-model/amazon.nova-lite-v1:0",
    "foundation-model/amazon.titan-embed-image-v1",
    "foundation-model/amazon.titan-embed-image-v1:0",
]
ANSWERING = ["custom-model-deployment/*", *BASES, "provisioned-model/*"]
DOCUMENTS = {
    **EVERY_FUNCTION,
    "s3:GetObject": ["tuning/*", "work/tuning/*"],
    "s3:PutObject": ["tuning/*", "work/tuning/*"],
    "s3:ListBucket": ["ResultsBucket"],
}
LOOKING = {
    "bedrock:GetModelCustomizationJob": ["model-customization-job/*"],
    "bedrock:GetCustomModel": ["custom-model/*"],
    "bedrock:GetCustomModelDeployment": ["custom-model-deployment/*"],
    "bedrock:GetProvisionedModelThroughput": ["provisioned-model/*"],
    "bedrock:ListModelInvocationJobs": ["*"],
    "sagemaker:DescribeTrainingJob": ["training-job/*"],
}
# What a step does beside reading and writing its run's documents.
BEYOND: dict[str, set[str]] = {
    "check": set(),
    "estimate": set(),
    "ask": {"states:SendTaskFailure"},
    "decide": {"states:SendTaskSuccess"},
    "submit": {"bedrock:CreateModelCustomizationJob", "sagemaker:CreateTrainingJob", "iam:PassRole"},
    "await": set(),
    "import": {"bedrock:CreateCustomModel", "sagemaker:DescribeModelPackage", "iam:PassRole"},
    "open": {
        *("bedrock:CreateCustomModelDeployment", "bedrock:CreateProvisionedModelThroughput"),
        *("bedrock:CreateModelInvocationJob", "iam:PassRole"),
    },
    "evaluate": {"bedrock:InvokeModel"},
    "deploy": {"bedrock:CreateCustomModelDeployment", "bedrock:CreateProvisionedModelThroughput"},
    "smoke": {"bedrock:InvokeModel"},
    "register": {
        *("scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
        "iam:PassRole",
    },
    "teardown": {
        "scheduler:DeleteSchedule",
        *("bedrock:StopModelCustomizationJob", "bedrock:StopModelInvocationJob"),
        *("bedrock:DeleteProvisionedModelThroughput", "bedrock:DeleteCustomModelDeployment"),
        *("bedrock:DeleteCustomModel", "sagemaker:StopTrainingJob", "sagemaker:DeleteEndpoint"),
        *("sagemaker:DeleteEndpointConfig", "sagemaker:DeleteModel", "sagemaker:DeleteModelPackage"),
    },
}
LOOKS = ("submit", "await", "import", "open", "evaluate", "deploy", "smoke", "teardown")


@pytest.fixture(scope="module")
def tuning(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The tuning stack, read as if it were the pipeline's."""
    app, deployment = compose(tmp_path_factory.mktemp("tuning"), {"tuning": True})
    assert deployment.tuning is not None
    return Synthesis(
        DeploymentConfig.from_context(app.node.get_all_context()),
        {"Resources": {}},
        app.synth().get_stack_by_name(deployment.tuning.stack_name).template,
    )


def grants(tuning: Synthesis, verb: str) -> dict[str, Any]:
    return allowed(tuning.statements_of(tuning.function(f"tuning-{verb}")))


def test_it_is_deployed_only_where_the_knob_says_so(tmp_path: Path) -> None:
    _, deployment = compose(tmp_path, {})

    assert deployment.tuning is None


@pytest.mark.parametrize("verb", BEYOND)
def test_a_step_may_do_this_and_nothing_else(tuning: Synthesis, verb: str) -> None:
    found = grants(tuning, verb)

    expected = {**DOCUMENTS, **(LOOKING if verb in LOOKS else {})}
    assert {action: found[action] for action in expected} == expected
    assert found.keys() - expected.keys() == BEYOND[verb]


def test_the_switch_is_all_that_arming_touches(tuning: Synthesis) -> None:
    found = grants(tuning, "arm")

    assert found.keys() - EVERY_FUNCTION.keys() == {
        *("scheduler:CreateSchedule", "scheduler:UpdateSchedule", "scheduler:DeleteSchedule"),
        "iam:PassRole",
    }
    assert found["scheduler:CreateSchedule"] == ["schedule/braid-dev-tuning/*"]


@pytest.mark.parametrize("verb", ["evaluate", "smoke"])
def test_only_base_models_and_tuned_ones_are_asked(tuning: Synthesis, verb: str) -> None:
    assert grants(tuning, verb)["bedrock:InvokeModel"] == ANSWERING


def test_there_are_these_functions_with_their_settings(tuning: Synthesis) -> None:
    verbs = {*BEYOND, "arm"}
    assert tuning.functions().keys() == {f"braid-dev-tuning-{verb}" for verb in verbs}
    for verb in verbs:
        properties = tuning.function(f"tuning-{verb}")
        module = importlib.import_module(properties["Handler"].rsplit(".", 1)[0])
        variables = properties["Environment"]["Variables"]
        assert variables.keys() == environment_keys(module.Settings) | LOGGING_KEYS
        assert len(properties["Layers"]) == 1, "the core layer alone"


def test_every_state_outlives_its_function(tuning: Synthesis) -> None:
    for name, state in json.loads(MACHINE.read_text("utf-8"))["States"].items():
        if state["Type"] == "Task":
            word = state["Parameters"]["FunctionName"].removeprefix("${Tuning").removesuffix("FunctionArn}")
            timeout = tuning.function(f"tuning-{word.lower()}")["Timeout"]
            assert state["TimeoutSeconds"] >= timeout + 20, name


def test_services_train_as_a_role_that_sees_runs_alone(tuning: Synthesis) -> None:
    roles = [
        role
        for role in tuning.properties_of_type("AWS::IAM::Role")
        if "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    ]
    (role,) = roles
    (policy,) = role["Policies"]
    found = allowed(policy["PolicyDocument"]["Statement"])
    assert found["s3:GetObject"] == ["work/tuning/*"]
    assert found["s3:PutObject"] == ["work/tuning/*"]


def test_runs_that_died_outside_the_machine_are_torn_down(tuning: Synthesis) -> None:
    (rule,) = tuning.properties_of_type("AWS::Events::Rule")

    assert rule["EventPattern"]["detail"]["status"] == ["TIMED_OUT", "ABORTED"]
    assert "TuningTeardown" in json.dumps(rule["Targets"])
