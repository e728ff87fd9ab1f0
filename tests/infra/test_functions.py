"""Every function: its limits, its settings, its log, its layers, one code asset."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from braid.media.pictures.decoding_limits import MAX_PIXELS
from braid.runtime.settings import environment_keys
from stacks.config import DeploymentConfig
from stacks.knobs import Knob
from tests.infra.conftest import Synthesis

# Timeout in seconds, memory in MB, whether it decodes media: chosen per step, a change is meant to be seen.
LIMITS = {
    "dispatch": (30, 256, False),
    "intake": (120, 1769, True),
    "transcription-start": (600, 1769, True),
    "transcription-collect": (60, 512, False),
    "keyframes": (900, 3008, True),
    "vision": (600, 1024, False),
    "reading": (600, 1536, True),
    "language": (300, 512, False),
    "fusion": (300, 1024, False),
    "inference": (900, 512, False),
    "publishing": (120, 512, False),
    "recording": (60, 256, False),
    "inference-trial": (900, 512, False),
    "review-ask": (120, 512, False),
    "review-decide": (60, 512, False),
    "posts-admit": (900, 1769, False),
    "posts-judge": (900, 512, False),
    "posts-batch": (900, 1024, False),
    "posts-collect": (900, 1024, False),
    "posts-one": (60, 512, False),
}
# What any step needs at most, which tests/unit/media/test_memory.py measures.
NEEDED_MB = 512
# Every function logs by these.
LOGGING_KEYS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}


def test_there_are_these_functions_and_no_other(for_aws: Synthesis) -> None:
    assert for_aws.functions().keys() == {f"braid-dev-{name}" for name in LIMITS}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_and_layers(for_aws: Synthesis, name: str) -> None:
    properties = for_aws.function(name)
    timeout_seconds, memory_mb, decodes_media = LIMITS[name]

    assert (properties["Timeout"], properties["MemorySize"]) == (timeout_seconds, memory_mb)
    assert properties["Architectures"] == ["arm64"]
    assert properties["Runtime"] == "python3.13"
    assert properties["TracingConfig"] == {"Mode": "Active"}
    layers = [layer["Ref"].removesuffix("Layer")[:4] for layer in properties["Layers"]]
    reads_documents = ["Docu"] if name == "reading" else []
    assert layers == (["Core", *reads_documents, "Medi"] if decodes_media else ["Core"])


def test_no_function_needs_more_room_on_disk_than_lambda_gives(for_aws: Synthesis) -> None:
    sizes = {for_aws.function(name).get("EphemeralStorage", {"Size": 512})["Size"] for name in LIMITS}

    assert sizes == {512}


def test_the_largest_picture_is_the_one_that_the_media_room_decodes() -> None:
    largest = Knob.of(DeploymentConfig.__dataclass_fields__["max_image_pixels"])

    assert largest.accepts(MAX_PIXELS)
    assert not largest.accepts(MAX_PIXELS + 1), "the media room would refuse it whatever the knob says"


@pytest.mark.parametrize("name", [name for name, (_, _, decodes_media) in LIMITS.items() if decodes_media])
def test_what_decodes_media_has_the_memory_for_it(for_aws: Synthesis, name: str) -> None:
    assert for_aws.function(name)["MemorySize"] > NEEDED_MB


def test_a_new_account_may_deploy_it() -> None:
    """Lambda holds new accounts to 3,008 MB a function until they ask for more."""
    assert max(memory_mb for _, memory_mb, _ in LIMITS.values()) <= 3008


@pytest.mark.parametrize("name", LIMITS)
def test_the_log_group_is_its_own_and_forgets(for_aws: Synthesis, name: str) -> None:
    reference = for_aws.function(name)["LoggingConfig"]["LogGroup"]["Ref"]
    log_group = for_aws.of_type("AWS::Logs::LogGroup")[reference]

    assert log_group["Properties"]["LogGroupName"] == f"/aws/lambda/braid-dev-{name}"
    assert log_group["Properties"]["RetentionInDays"] == for_aws.config.log_retention_days
    assert log_group["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize("name", LIMITS)
def test_the_environment_is_what_the_handler_reads(for_aws: Synthesis, name: str) -> None:
    properties = for_aws.function(name)
    module_name, entry = properties["Handler"].rsplit(".", 1)
    module = importlib.import_module(module_name)

    assert entry == "handler"
    assert properties["Environment"]["Variables"].keys() == environment_keys(module.Settings) | LOGGING_KEYS
    assert callable(module.handler)


def test_all_functions_run_one_code_asset(for_aws: Synthesis) -> None:
    codes: list[Any] = [properties["Code"] for properties in for_aws.functions().values()]

    assert all(code == codes[0] for code in codes)


def test_no_function_reserves_concurrency(for_aws: Synthesis) -> None:
    # A new account has ten in all.
    assert not any("ReservedConcurrentExecutions" in function for function in for_aws.functions().values())


def test_the_log_level_is_a_knob(for_aws: Synthesis) -> None:
    levels = {
        function["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"]
        for function in for_aws.functions().values()
    }

    assert levels == {for_aws.config.log_level}


def test_no_function_comes_from_somewhere_else(for_aws: Synthesis) -> None:
    assert for_aws.of_type("AWS::CloudFormation::CustomResource") == {}
    assert not any(kind.startswith("Custom::") for kind in _types(for_aws))


def _types(synthesis: Synthesis) -> set[str]:
    resources = [*synthesis.storage["Resources"].values(), *synthesis.pipeline["Resources"].values()]
    return {resource["Type"] for resource in resources}


def test_no_environment_nears_what_lambda_takes(for_aws: Synthesis) -> None:
    """All variables of a function together may have 4 KB
    (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); what is only known once it is
    deployed, such as an ARN, counts as 120 characters."""
    for name, properties in for_aws.functions().items():
        variables = properties.get("Environment", {}).get("Variables", {})
        length = sum(len(key) + _length(value) for key, value in variables.items())
        assert length < 3_000, f"{name}: {length} characters"


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return sum(len(separator) + _length(part) for part in parts)
    return 120
