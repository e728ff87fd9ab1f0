"""Executions that the version before began: they go on by its definition, with today's functions."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

import pytest

from braid.domain.asset.asset import AssetRef
from braid.domain.wire import decode, encode
from tests.contract.document_goldens import filled
from tests.infra.conftest import Synthesis
from tests.infra.templates.template_goldens import read_golden

BEFORE = "0.2.0"


def _tasks(states: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in states.items():
        if ":lambda:invoke" in str(state.get("Resource")):
            yield name, state
        for branch in state.get("Branches", []):
            yield from _tasks(branch["States"])


def _definition(resources: Mapping[str, Any]) -> dict[str, Any]:
    (machine,) = (each for each in resources.values() if each["Type"] == "AWS::StepFunctions::StateMachine")
    definition: dict[str, Any] = machine["Properties"]["DefinitionString"]
    return definition


RESOURCES = read_golden(BEFORE)["pipeline"]["Resources"]
OLD_TASKS = dict(_tasks(_definition(RESOURCES)["States"]))
SUBSTITUTIONS = next(
    each["Properties"]["DefinitionSubstitutions"]
    for each in RESOURCES.values()
    if each["Type"] == "AWS::StepFunctions::StateMachine"
)


def _handler_of(state: Mapping[str, Any]) -> Any:
    """The module of the function that a state calls, which has kept its name."""
    placeholder = state["Parameters"]["FunctionName"].strip("${}")
    function = RESOURCES[SUBSTITUTIONS[placeholder]["Fn::GetAtt"][0]]["Properties"]
    return importlib.import_module(function["Handler"].rpartition(".")[0])


def _given(payload: Mapping[str, Any], hints: Mapping[str, Any]) -> dict[str, Any]:
    """What the state hands over: literals as they stand, and where a path stands a value of its kind."""
    event: dict[str, Any] = {}
    for name, value in payload.items():
        member = name.removesuffix(".$")
        if isinstance(value, dict):  # how often the state was tried, and what it may be
            event[member] = {
                key.removesuffix(".$"): 3 if ".$" in key else item for key, item in value.items()
            }
        elif member == "state":
            event[member] = {"asset": encode(filled(AssetRef))}
        else:
            event[member] = encode(filled(hints[member])) if ".$" in name else value
    return event


@pytest.mark.parametrize("name", OLD_TASKS)
def test_a_function_understands_the_state_of_the_version_before(name: str) -> None:
    request = _handler_of(OLD_TASKS[name]).Request
    payload = OLD_TASKS[name]["Parameters"]["Payload"]

    read = decode(request, _given(payload, get_type_hints(request)))

    assert dataclasses.is_dataclass(read)


def test_a_running_execution_calls_todays_functions(for_aws: Synthesis) -> None:
    """Under the names that they had, and unqualified: no version or alias keeps yesterday's code."""
    for substitution in SUBSTITUTIONS.values():
        logical_id, attribute = substitution["Fn::GetAtt"]
        before = RESOURCES[logical_id]["Properties"]["FunctionName"]
        now = for_aws.of_type("AWS::Lambda::Function")[logical_id]["Properties"]["FunctionName"]
        assert (now, attribute) == (before, "Arn")
    assert for_aws.of_type("AWS::Lambda::Version") == for_aws.of_type("AWS::Lambda::Alias") == {}
    machine = for_aws.machine()
    called = machine["DefinitionSubstitutions"].values()
    assert {function["Fn::GetAtt"][1] for function in called} == {"Arn"}
