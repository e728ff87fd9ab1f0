"""Grants name what an action can be limited to, and nothing that it doesn't apply to.

What each action applies to is AWS's Service Authorization Reference, as cfn-lint carries it: an action that
it lists without resource types takes ``*`` alone.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_"
# Actions on "*" although the reference lists resource types: those are optional, and of things that Braid
# doesn't have, so that no ARN would let the call pass. By action the page, and which things.
ON_ANYTHING: Mapping[str, tuple[str, str]] = {
    "comprehend:DetectEntities": (f"{_REFERENCE}amazoncomprehend.html", "endpoints of custom recognisers"),
    "polly:SynthesizeSpeech": (f"{_REFERENCE}amazonpolly.html", "lexicons"),
    "rekognition:DetectModerationLabels": (f"{_REFERENCE}amazonrekognition.html", "custom adapters"),
    "translate:TranslateText": (f"{_REFERENCE}amazontranslate.html", "terminologies and parallel data"),
}
# Grants on something that the reference doesn't list for the action, and who says that it holds all the same.
BESIDE_THE_REFERENCE: Mapping[tuple[str, str], str] = {
    # What the CDK's StateMachine.grant_task_response grants: a denial names the machine as the resource.
    **{
        (f"states:SendTask{ending}", ":stateMachine:"): "https://docs.aws.amazon.com/cdk/api/v2/docs/"
        "aws-cdk-lib.aws_stepfunctions.StateMachine.html#grantwbrtaskresponseidentity"
        for ending in ("Success", "Failure")
    },
    ("bedrock:CreateModelInvocationJob", ":inference-profile/"): "https://docs.aws.amazon.com/bedrock/latest/"
    "userguide/batch-inference-permissions.html",
}


@pytest.fixture(scope="module")
def reference() -> Mapping[str, Any]:
    """By service its actions with the types that each applies to, and the types' ARNs."""
    import cfnlint

    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def granted(every_stack: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Every action on every resource that a role of a deployment with every knob has."""
    return [
        (f"{stack}/{name}", action, resource)
        for stack, template in every_stack.items()
        for name, role in template["Resources"].items()
        if role["Type"] == "AWS::IAM::Role"
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in _listed(statement["Action"])
        for resource in map(_shown, _listed(statement["Resource"]))
    ]


def types_of(reference: Mapping[str, Any], action: str) -> list[str]:
    service, _, name = action.partition(":")
    types: list[str] = reference[service]["Actions"][name.lower()].get("Resources", [])
    return types


def misplaced(reference: Mapping[str, Any], grants: list[tuple[str, str, str]]) -> Iterator[str]:
    """Grants on what their action doesn't apply to, or on all although there is something to name."""
    for role, action, resource in grants:
        types = types_of(reference, action)
        if resource == "*":
            if types and action not in ON_ANYTHING:
                yield f"{role}: {action} on *, where it can be limited to {', '.join(types)}"
        elif any(action == known and part in resource for known, part in BESIDE_THE_REFERENCE):
            continue
        elif resource.startswith("arn:") and not _is_of(reference, action, types, resource):
            yield f"{role}: {action} doesn't apply to {resource}"


def test_a_grant_names_what_its_action_applies_to(
    reference: Mapping[str, Any], granted: list[tuple[str, str, str]]
) -> None:
    assert list(misplaced(reference, granted)) == []


def test_what_needs_no_reason_any_more_has_none(granted: list[tuple[str, str, str]]) -> None:
    assert {action for _, action, resource in granted if resource == "*"} >= ON_ANYTHING.keys()
    for known, part in BESIDE_THE_REFERENCE:
        assert any(action == known and part in resource for _, action, resource in granted)


def test_a_grant_on_too_much_is_found(reference: Mapping[str, Any]) -> None:
    arn = "arn:X:states:X:X"
    wrong = [("r", "s3:GetObject", "*"), ("r", "states:StartExecution", f"{arn}:execution:a:b")]
    right = [("r", "states:StartExecution", f"{arn}:stateMachine:a"), ("r", "xray:PutTraceSegments", "*")]
    assert len(list(misplaced(reference, wrong))) == len(wrong)
    assert list(misplaced(reference, right)) == []


def _is_of(reference: Mapping[str, Any], action: str, types: list[str], resource: str) -> bool:
    # An action may apply to another service's resource, such as a job's to its key.
    service = action.partition(":")[0]
    known = reference[service].get("Resources", {})
    formats = [form for kind in types for form in _listed(known.get(kind, {}).get("ARNFormats", []))]
    return any(_pattern(form).fullmatch(resource) for form in formats)


def _pattern(form: str) -> re.Pattern[str]:
    """The reference's ARN, in which variables and names are any text."""
    parts = re.split(r"\$\{\w+\}|\.\*", form)
    return re.compile(".*".join(map(re.escape, parts)))


def _shown(node: Any) -> str:
    """A resource as far as the template knows it; what is only known at deployment is an X."""
    match node:
        case str():
            return re.sub(r"\$\{[^}]+\}", "X", node)
        case {"Fn::Join": [str(delimiter), list(items)]}:
            return delimiter.join(map(_shown, items))
    return "X"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
