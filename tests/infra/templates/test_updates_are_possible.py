"""An update in place isn't refused by CloudFormation, and leaves to what waits the functions that it calls.

What would be replaced is looked for in ``test_nothing_stateful_is_replaced``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.conftest import Synthesis
from tests.infra.templates.template_goldens import read_golden, shape_of
from tests.infra.templates.test_nothing_stateful_is_replaced import RELEASED

# How a type calls the property that names it: two of a name can't stand at once.
NAMES: Mapping[str, str] = {
    "AWS::Bedrock::Guardrail": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}

Template = Mapping[str, Any]


def indexes(resource: Template) -> set[str]:
    """The names of a table's indexes."""
    found = resource.get("Properties", {}).get("GlobalSecondaryIndexes", [])
    return {index["IndexName"] for index in found}


def named(template: Template) -> dict[tuple[str, str], str]:
    """Logical ids by type and name of what has one."""
    return {
        (resource["Type"], json.dumps(resource["Properties"][NAMES[resource["Type"]]])): name
        for name, resource in template["Resources"].items()
        if NAMES.get(resource["Type"]) in resource.get("Properties", {})
    }


def imported(template: Template) -> set[str]:
    """The exports of other stacks that a template refers to by literal names."""
    return set(re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(template)))


def exported(template: Template) -> set[str]:
    """The names of a template's exports."""
    return {output["Export"]["Name"] for output in template["Outputs"].values() if "Export" in output}


def called(template: Template) -> dict[str, str]:
    """The functions that the template's state machines call: logical ids to names."""
    resources = template["Resources"]
    machines = (each for each in resources.values() if each["Type"] == "AWS::StepFunctions::StateMachine")
    return {
        name: resources[name]["Properties"]["FunctionName"]
        for machine in machines
        for name, _attribute in (
            value["Fn::GetAtt"]
            for value in machine["Properties"]["DefinitionSubstitutions"].values()
            if "Fn::GetAtt" in value
        )
        if resources[name]["Type"] == "AWS::Lambda::Function"
    }


def refusals(before: Template, now: Template) -> Iterator[str]:
    """Why CloudFormation would refuse an update of a stack from one template to the other, or fail in it."""
    for name, old in before["Resources"].items():
        new = now["Resources"].get(name)
        if new is not None and old["Type"] == "AWS::DynamoDB::Table" and len(indexes(old) ^ indexes(new)) > 1:
            yield f"{name}: one index at a time, {sorted(indexes(old) ^ indexes(new))}"
    names = named(now)
    for key, name in named(before).items():
        if names.get(key, name) != name:
            yield f"{names[key]}: {key[1]} is the name of {name} until that is deleted, which comes last"


@pytest.mark.parametrize("stack", ["storage", "pipeline"])
@pytest.mark.parametrize("version", RELEASED)
def test_an_update_is_not_refused(version: str, stack: str, for_aws: Synthesis) -> None:
    assert list(refusals(read_golden(version)[stack], shape_of(getattr(for_aws, stack)))) == []


@pytest.mark.parametrize("version", RELEASED)
def test_what_the_pipeline_imports_is_exported_until_it_is_updated(version: str, for_aws: Synthesis) -> None:
    """The storage stack is updated first: an export that is in use can't go."""
    needed = imported(read_golden(version)["pipeline"])
    assert needed
    assert needed <= exported(for_aws.storage)


@pytest.mark.parametrize("version", RELEASED)
def test_an_execution_that_waits_finds_its_functions(version: str, for_aws: Synthesis) -> None:
    """It goes on by the definition it began with, a month later, and calls functions by their names."""
    before, now = called(read_golden(version)["pipeline"]), called(for_aws.pipeline)
    assert before.items() <= now.items()
    assert len(before) > 10


def test_every_refusal_is_found(for_aws: Synthesis) -> None:
    storage, pipeline = shape_of(for_aws.storage), shape_of(for_aws.pipeline)
    indexed, moved = copy.deepcopy(storage), copy.deepcopy(pipeline)
    (table,) = (n for n, r in storage["Resources"].items() if r["Type"] == "AWS::DynamoDB::Table")
    indexed["Resources"][table]["Properties"]["GlobalSecondaryIndexes"] = []
    function = next(n for n, r in pipeline["Resources"].items() if r["Type"] == "AWS::Lambda::Function")
    moved["Resources"]["Other"] = moved["Resources"].pop(function)
    assert [line.partition(":")[0] for line in refusals(indexed, storage)] == [table]
    assert [line.partition(":")[0] for line in refusals(pipeline, moved)] == ["Other"]
