"""The generation stack: off unless asked for, and one identity alone may put anything into what is public."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from braid.domain.errors import ConfigError
from braid.runtime.settings import environment_keys
from lambdas.refreshing import handler_refresh
from stacks.config import DeploymentConfig
from tests.infra.conftest import REPOSITORY, Synthesis, compose
from tests.infra.granted import EVERY_FUNCTION, allowed
from tests.infra.test_functions import LOGGING_KEYS

_KNOBS = {
    "generation": True,
    "generation_regions": "us-west-2",
    "generation_stand_ins": "braid.palette-transfer-v1",
    "generation_video_bucket": "our-videos",
}
_DRAFTS = {"s3:GetObject": ["assets/*", "work/*"], "s3:PutObject": ["assets/*", "work/*"]}
_EDITS = [
    *("stability.stable-image-control-sketch-v1:0", "stability.stable-image-control-structure-v1:0"),
    *("stability.stable-image-inpaint-v1:0", "stability.stable-image-remove-background-v1:0"),
    *("stability.stable-image-search-replace-v1:0", "stability.stable-outpaint-v1:0"),
    "stability.stable-style-transfer-v1:0",
]
# The layer that each function has beside the core one.
LAYERS = {
    "check": "Medi",
    "estimate": None,
    "generate": None,
    "collect": None,
    "process": "Medi",
    "mark": "Mark",
    "inspect": "Medi",
    "publish": "Mark",
}
LIBRARIES = {
    "Medi": {"av", "PIL", "pypdfium2"},
    "Mark": {"c2pa", "cryptography", "numpy", "PIL"},
    None: set(),
}


def synthesized(folder: Path, **knobs: Any) -> Synthesis:
    """The generation stack, read as if it were the pipeline's."""
    app, deployment = compose(folder, {**_KNOBS, **knobs})
    assert deployment.generation is not None
    assembly = app.synth()
    return Synthesis(
        DeploymentConfig.from_context(app.node.get_all_context()),
        {"Resources": {}},
        assembly.get_stack_by_name(deployment.generation.stack_name).template,
    )


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesized(tmp_path_factory.mktemp("generation"))


def test_it_is_deployed_only_where_the_knob_says_so(for_aws: Synthesis) -> None:
    assert not for_aws.of_type("AWS::KMS::Key")
    assert for_aws.function("dispatch")["Environment"]["Variables"]["OF_FOLDER"] == "{}"


def test_only_the_publishing_functions_role_may_write_what_is_public(generation: Synthesis) -> None:
    (bucket,) = generation.of_type("AWS::S3::Bucket")
    (policy,) = generation.properties_of_type("AWS::S3::BucketPolicy")
    (only,) = [
        item for item in policy["PolicyDocument"]["Statement"] if item.get("Sid") == "OnlyPublishingWrites"
    ]
    role = generation.function("generation-publish")["Role"]
    assert (only["Effect"], only["Principal"]) == ("Deny", {"AWS": "*"})
    assert "s3:PutObject" in only["Action"]
    assert only["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": role}}

    writers = [
        name
        for name, properties in generation.functions().items()
        for statement in generation.statements_of(properties)
        if bucket in str(statement["Resource"]) and "s3:PutObject" in statement["Action"]
    ]
    assert writers == ["braid-dev-generation-publish"]


def test_what_is_public_is_private_too(generation: Synthesis) -> None:
    (bucket,) = generation.properties_of_type("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize("name", LAYERS)
def test_a_function_has_its_settings_and_its_layers(generation: Synthesis, name: str) -> None:
    properties = generation.function(f"generation-{name}")
    module = importlib.import_module(properties["Handler"].rsplit(".", 1)[0])
    assert properties["Environment"]["Variables"].keys() == environment_keys(module.Settings) | LOGGING_KEYS
    layers = [layer["Ref"].removesuffix("Layer")[:4] for layer in properties["Layers"]]
    assert layers == ["Core", *([LAYERS[name]] if LAYERS[name] else [])]


@pytest.mark.parametrize("name", LAYERS)
def test_a_function_imports_what_its_layer_brings(name: str) -> None:
    heavy = sorted(set().union(*LIBRARIES.values()))
    code = f"import sys, lambdas.generation.handler_{name}; print(*({heavy!r} & sys.modules.keys()))"
    code = code.replace(f"{heavy!r}", f"set({heavy!r})")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert set(done.stdout.split()) <= LIBRARIES[LAYERS[name]]


def test_models_are_asked_where_they_are(generation: Synthesis) -> None:
    statements = list(generation.statements_of(generation.function("generation-generate")))
    invoking = [item for item in statements if item["Action"] == "bedrock:InvokeModel"]
    asked = str([item["Resource"] for item in invoking])
    for model_id in _EDITS:
        assert f"inference-profile/us.{model_id}" in asked
        for region in ("us-east-1", "us-east-2", "us-west-2"):
            assert f":bedrock:{region}::foundation-model/{model_id}" in asked
    for model_id in ("stability.stable-image-core-v1:1", "luma.ray-v2:0", "stability.sd3-5-large-v1:0"):
        assert f":bedrock:us-west-2::foundation-model/{model_id}" in asked
        assert f":bedrock:us-east-1::foundation-model/{model_id}" not in asked
    assert "nova-canvas" not in asked
    assert "nova-reel" not in asked


def test_a_function_may_do_no_more_than_its_step(generation: Synthesis) -> None:
    grants = {
        name: allowed(generation.statements_of(generation.function(f"generation-{name}"))) for name in LAYERS
    }
    for name, found in grants.items():
        assert found.items() >= EVERY_FUNCTION.items(), name
    assert {name for name, found in grants.items() if "kms:Sign" in found} == {"mark"}
    assert {name for name, found in grants.items() if "rekognition:DetectModerationLabels" in found} == {
        "inspect"
    }
    assert {name for name, found in grants.items() if "bedrock:InvokeModel" in found} == {"generate"}
    assert {name for name, found in grants.items() if "dynamodb:UpdateItem" in found} == {
        "check",
        "estimate",
        "publish",
    }
    assert grants["process"] == {**EVERY_FUNCTION, **_DRAFTS}


def test_the_library_is_refreshed_once_a_day(generation: Synthesis) -> None:
    properties = generation.function("generation-refresh")
    assert (
        properties["Environment"]["Variables"].keys()
        == environment_keys(handler_refresh.Settings) | LOGGING_KEYS
    )
    assert allowed(generation.statements_of(properties)) == {
        **EVERY_FUNCTION,
        "dynamodb:Query": ["index/by-status"],
        "s3:GetObject": ["assets/*", "generation/*"],
        "s3:PutObject": ["generation/*", "inbox/generate/*.refresh.toml"],
        "s3:ListBucket": ["ResultsBucket"],
    }
    (schedule,) = generation.properties_of_type("AWS::Scheduler::Schedule")
    assert schedule["ScheduleExpression"] == "rate(1 day)"
    assert properties["FunctionName"].rpartition("-")[2] == "refresh"
    assert "GenerationRefresh" in str(schedule["Target"]["Arn"])


def test_the_machine_is_named_as_the_pipeline_expects(generation: Synthesis, tmp_path: Path) -> None:
    app, deployment = compose(tmp_path, _KNOBS)
    pipeline = app.synth().get_stack_by_name(deployment.pipeline.stack_name).template
    name = f"{generation.config.deployment_name}-generate-content"
    (machine,) = generation.properties_of_type("AWS::StepFunctions::StateMachine")
    assert machine["StateMachineName"] == name
    functions = {
        item["Properties"]["FunctionName"]: item["Properties"]
        for item in pipeline["Resources"].values()
        if item["Type"] == "AWS::Lambda::Function"
    }
    assert name in str(functions["braid-dev-dispatch"]["Environment"]["Variables"]["OF_FOLDER"])
    roles = str([item for item in pipeline["Resources"].values() if item["Type"] == "AWS::IAM::Role"])
    # StartExecution, SendTaskSuccess, SendTaskFailure.
    assert roles.count(f":stateMachine:{name}") == 3
    rules = str([item for item in pipeline["Resources"].values() if item["Type"] == "AWS::Events::Rule"])
    assert name in rules
    called = str(machine["DefinitionSubstitutions"])
    assert "function:braid-dev-review-ask" in called
    assert "function:braid-dev-recording" in called
    assert {"braid-dev-review-ask", "braid-dev-recording"} <= functions.keys()


@pytest.mark.parametrize(
    ("knobs", "sentence"),
    [
        (
            {"region": "eu-central-1", "generation_regions": ""},
            r"in us-west-2, edited in us-east-1, us-east-2 too, and eu-central-1 has neither",
        ),
        ({"generation_regions": ""}, "generation_regions"),
        ({"generation_stand_ins": "braid.none"}, "braid.none isn't a stand-in"),
    ],
)
def test_what_cant_be_made_from_here_is_said_at_synth(
    tmp_path: Path, knobs: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        compose(tmp_path, {**_KNOBS, **knobs})
