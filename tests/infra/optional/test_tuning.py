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
READ, WRITE = {"s3:GetObject": ["tuning/*"]}, {"s3:PutObject": ["tuning/*"]}
READ_BOTH = {"s3:GetObject": ["tuning/*", "work/tuning/*"]}
WRITE_BOTH = {"s3:PutObject": ["tuning/*", "work/tuning/*"]}
LIST = {"s3:ListBucket": ["ResultsBucket"]}
JOBS = {
    "bedrock:GetModelCustomizationJob": ["model-customization-job/*"],
    "sagemaker:DescribeTrainingJob": ["training-job/*"],
}
BATCHES = {"bedrock:ListModelInvocationJobs": ["*"]}
DEPLOYMENT = {"bedrock:GetCustomModelDeployment": ["custom-model-deployment/*"]}
THROUGHPUT = {"bedrock:GetProvisionedModelThroughput": ["provisioned-model/*"]}
ON_DEMAND = {"bedrock:CreateCustomModelDeployment": ["custom-model/*"]}
TRAINING = {"iam:PassRole": ["TrainingRole"]}
SWITCH = ["schedule/braid-dev-tuning/*"]
SETTING = {
    "scheduler:CreateSchedule": SWITCH,
    "scheduler:UpdateSchedule": SWITCH,
    "iam:PassRole": ["SwitchRole"],
}
# What each step may do, and nothing else.
GRANTED: dict[str, dict[str, list[str]]] = {
    "check": {**READ_BOTH, **WRITE},
    "estimate": {**READ, **WRITE},
    "ask": {
        "s3:PutObject": ["work/tuning/*"],
        "states:SendTaskFailure": ["stateMachine:braid-dev-customize-model"],
    },
    "decide": {
        **READ_BOTH,
        **WRITE,
        **LIST,
        "states:SendTaskSuccess": ["stateMachine:braid-dev-customize-model"],
    },
    "arm": SETTING,
    "submit": {
        **READ,
        **WRITE,
        **LIST,
        **JOBS,
        **TRAINING,
        "bedrock:CreateModelCustomizationJob": [
            "custom-model/*",
            "foundation-model/amazon.titan-embed-image-v1:0",
        ],
        "sagemaker:CreateTrainingJob": ["training-job/*"],
    },
    "await": {**READ, **JOBS},
    "import": {
        **READ,
        **TRAINING,
        "bedrock:GetCustomModel": ["custom-model/*"],
        "bedrock:CreateCustomModel": ["*"],
        "sagemaker:DescribeModelPackage": ["model-package/*"],
    },
    "open": {
        **READ_BOTH,
        **WRITE_BOTH,
        **LIST,
        **TRAINING,
        **DEPLOYMENT,
        **BATCHES,
        **ON_DEMAND,
        "bedrock:CreateModelInvocationJob": [
            "custom-model/*",
            "foundation-model/amazon.titan-embed-image-v1",
            "model-invocation-job/*",
        ],
    },
    "evaluate": {
        **READ_BOTH,
        **WRITE_BOTH,
        **LIST,
        **DEPLOYMENT,
        **BATCHES,
        "bedrock:InvokeModel": ["custom-model-deployment/*", "foundation-model/amazon.nova-lite-v1:0"],
    },
    "deploy": {
        **READ,
        **DEPLOYMENT,
        **THROUGHPUT,
        **ON_DEMAND,
        "bedrock:CreateProvisionedModelThroughput": ["custom-model/*"],
    },
    "smoke": {**READ_BOTH, **THROUGHPUT, "bedrock:InvokeModel": ["custom-model-deployment/*"]},
    "register": {**READ, **WRITE, **LIST, **SETTING, "scheduler:DeleteSchedule": SWITCH},
    "teardown": {
        **READ,
        **WRITE,
        **LIST,
        **JOBS,
        **BATCHES,
        "scheduler:DeleteSchedule": SWITCH,
        "bedrock:StopModelCustomizationJob": ["model-customization-job/*"],
        "bedrock:StopModelInvocationJob": ["model-invocation-job/*"],
        "bedrock:DeleteProvisionedModelThroughput": ["provisioned-model/*"],
        "bedrock:DeleteCustomModelDeployment": ["custom-model-deployment/*"],
        "bedrock:DeleteCustomModel": ["custom-model/*"],
        "sagemaker:StopTrainingJob": ["training-job/*"],
        "sagemaker:DeleteEndpoint": ["endpoint/*"],
        "sagemaker:DeleteEndpointConfig": ["endpoint-config/*"],
        "sagemaker:DeleteModel": ["model/*"],
        "sagemaker:DeleteModelPackage": ["model-package/*"],
    },
}


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


@pytest.mark.parametrize("verb", GRANTED)
def test_a_step_may_do_this_and_nothing_else(tuning: Synthesis, verb: str) -> None:
    assert grants(tuning, verb) == {**EVERY_FUNCTION, **GRANTED[verb]}


def test_there_are_these_functions_with_their_settings(tuning: Synthesis) -> None:
    verbs = GRANTED.keys()
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
    assert found.keys() == {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}


def test_runs_that_died_outside_the_machine_are_torn_down(tuning: Synthesis) -> None:
    (rule,) = tuning.properties_of_type("AWS::Events::Rule")

    assert rule["EventPattern"]["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    assert "TuningTeardown" in json.dumps(rule["Targets"])
