"""Promise 1: a laptop runs the templates that AWS gets."""

from __future__ import annotations

from typing import Any

from tests.infra.conftest import Synthesis
from tests.infra.templates.template_goldens import differences

# What public knobs may change between both, as the last member of a difference's path.
ALLOWED = {
    "Runtime": "python_version",
    "Architectures": "architecture",
    "CompatibleRuntimes": "python_version",
    "CompatibleArchitectures": "architecture",
}


def is_allowed(path: tuple[str, ...], resources: dict[str, Any]) -> bool:
    """Whether a difference is one of those that the knobs make."""
    _, logical_id, *inner = path
    is_layer = resources[logical_id]["Type"] == "AWS::Lambda::LayerVersion"
    if is_layer and inner in (["Properties", "Content", "S3Key"], ["Metadata", "aws:asset:path"]):
        return True
    return any(member in ALLOWED for member in inner)


def test_the_storage_stacks_are_equal(for_aws: Synthesis, for_laptop: Synthesis) -> None:
    assert for_laptop.storage == for_aws.storage


def test_the_pipeline_stacks_differ_only_where_knobs_say_so(
    for_aws: Synthesis, for_laptop: Synthesis
) -> None:
    found = [difference.path for difference in differences(for_aws.pipeline, for_laptop.pipeline)]
    resources = dict(for_aws.pipeline["Resources"])

    assert [path for path in found if not is_allowed(path, resources)] == []
    # The comparison sees differences at all: every function's runtime and processor differ.
    assert {path[-1] for path in found} >= {"Runtime", "S3Key"}


def test_the_code_is_the_same_asset(for_aws: Synthesis, for_laptop: Synthesis) -> None:
    def keys(synthesis: Synthesis) -> set[str]:
        return {properties["Code"]["S3Key"] for properties in synthesis.functions().values()}

    assert len(keys(for_aws)) == 1
    assert keys(for_aws) == keys(for_laptop)


def test_an_unallowed_difference_is_told() -> None:
    one = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 3}}}}
    other = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 4}}}}

    (found,) = differences(one, other)

    assert found.path == ("Resources", "F", "Properties", "Timeout")
    assert not is_allowed(found.path, one["Resources"])
