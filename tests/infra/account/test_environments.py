"""Two environments in one account: nothing of one is named like, or open to, anything of the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef, Source, execution_name
from lambdas.review.asking import schedule_name
from lambdas.transcription.sound_plan import job_name_of
from tests.infra.conftest import Synthesis

ASSET = AssetRef("talk-0123456789abcdef0123", 1, "general", Source("bucket", "inbox/talk.mp4", "v1"))
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "111122223333"}
# The property that names a resource, and its ARN after the service.
_NAMED = {
    "AWS::Lambda::Function": ("FunctionName", "lambda:us-east-1:111122223333:function:{}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs:us-east-1:111122223333:log-group:{}:*"),
    "AWS::StepFunctions::StateMachine": (
        "StateMachineName",
        "states:us-east-1:111122223333:stateMachine:{}",
    ),
    "AWS::SNS::Topic": ("TopicName", "sns:us-east-1:111122223333:{}"),
    "AWS::Scheduler::ScheduleGroup": ("Name", "scheduler:us-east-1:111122223333:schedule-group/{}"),
    "AWS::Bedrock::Guardrail": ("Name", "bedrock:us-east-1:111122223333:guardrail/{}"),
}
# Of AWS, or of nobody: what is the same for every deployment.
_SHARED = re.compile(
    r"\*|arn:aws:(events:.*:event-bus/default|bedrock:.*(foundation-model|inference-profile)/.*)"
)


@pytest.fixture(params=["one", "other"])
def pair(request: pytest.FixtureRequest, for_aws: Synthesis, everything: Synthesis) -> list[Synthesis]:
    """Both deployments, each once as the one whose policies are looked at."""
    both = [for_aws, everything]
    return both if request.param == "one" else both[::-1]


def test_no_policy_of_one_matches_a_resource_of_the_other(pair: list[Synthesis]) -> None:
    mine, theirs = pair
    patterns = set(policy_resources(mine))
    arns = [*deployed_arns(theirs), *run_time_arns(theirs)]

    assert any("*" in pattern for pattern in patterns)
    assert [(pattern, arn) for pattern in patterns for arn in arns if matches(pattern, arn)] == []


def test_what_is_made_at_run_time_is_open_to_its_own(for_aws: Synthesis) -> None:
    patterns = set(policy_resources(for_aws))

    for arn in run_time_arns(for_aws):
        assert any(matches(pattern, arn) for pattern in patterns), arn


def test_no_two_resources_have_one_name(for_aws: Synthesis, everything: Synthesis) -> None:
    names = [*deployed_arns(for_aws), *deployed_arns(everything)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("pattern", "arn", "is_match"),
    [
        ("arn:aws:transcribe:::transcription-job/braid-dev-*", "…", False),
        ("arn:x/braid-dev-*", "arn:x/braid-dev-two-talk", True),
        ("arn:x/braid.dev.*", "arn:x/braid.dev-two.talk", False),
        ("arn:x/[a]", "arn:x/a", False),
    ],
)
def test_matching_is_iams(pattern: str, arn: str, is_match: bool) -> None:
    assert matches(pattern, arn) is is_match


def matches(pattern: str, arn: str) -> bool:
    """As IAM compares: ``*`` is any characters, ``?`` one, everything else itself."""
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(expression, arn) is not None


def policy_resources(synthesis: Synthesis) -> Iterator[str]:
    """The resources of every role's policies, but those that are everybody's."""
    for role in synthesis.properties_of_type("AWS::IAM::Role"):
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    shown = resolved(synthesis, resource)
                    if not _SHARED.fullmatch(shown):
                        yield shown


def deployed_arns(synthesis: Synthesis) -> Iterator[str]:
    """The ARNs of what has a name of ours."""
    for kind, (member, shape) in _NAMED.items():
        for properties in synthesis.properties_of_type(kind):
            yield "arn:aws:" + shape.format(resolved(synthesis, properties[member]))


def run_time_arns(synthesis: Synthesis) -> Iterator[str]:
    """The ARNs of what steps make for an asset."""
    asking = synthesis.function("review-ask")["Environment"]["Variables"]
    group = resolved(synthesis, asking["SCHEDULE_GROUP"])
    yield f"arn:aws:scheduler:us-east-1:111122223333:schedule/{group}/{schedule_name(ASSET)}"
    starting = synthesis.function("transcription-start")["Environment"]["Variables"]
    first = starting["JOB_PREFIX"] + execution_name(ASSET.asset_id, ASSET.attempt)
    for number in (1, 2):
        yield f"arn:aws:transcribe:us-east-1:111122223333:transcription-job/{job_name_of(first, number)}"


def resolved(synthesis: Synthesis, value: Any) -> str:
    """The text that CloudFormation makes of ``value``; what has no name of ours by its deployment and id."""
    match value:
        case str():
            return value
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(resolved(synthesis, part) for part in parts)
        case {"Ref": str(name)} if name in _PSEUDO:
            return _PSEUDO[name]
        case {"Ref": str(name)} if name in synthesis.of_type("AWS::Scheduler::ScheduleGroup"):
            return str(synthesis.of_type("AWS::Scheduler::ScheduleGroup")[name]["Properties"]["Name"])
    return f"{synthesis.config.deployment_name}:{json.dumps(value)}"
