"""An execution goes on by the definition that it began with, for a month if it awaits a person.

Functions have today's code by then: they read what that definition gives them, and return what it takes.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.infra.conftest import Synthesis
from tests.infra.templates.template_goldens import read_golden
from tests.infra.templates.test_nothing_stateful_is_replaced import RELEASED

State = Mapping[str, Any]


def calls(states: Mapping[str, State]) -> Iterator[tuple[str, State]]:
    """The states of a definition that call a function, those of branches too."""
    for name, state in states.items():
        if "FunctionName" in state.get("Parameters", {}):
            yield name, state
        for branch in state.get("Branches", []):
            yield from calls(branch["States"])


def machine(template: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of the machine that analyses assets."""
    found: Mapping[str, Any] = template["Resources"]["WorkflowStateMachine8F1B1C15"]["Properties"]
    return found


def released(version: str) -> Mapping[str, Any]:
    """The same of a release."""
    return machine(read_golden(version)["pipeline"])


def handler_of(state: State, released_machine: Mapping[str, Any], for_aws: Synthesis) -> str:
    """The module of the function that a state calls, as it is today."""
    placeholder = state["Parameters"]["FunctionName"].strip("${}")
    logical_id, _ = released_machine["DefinitionSubstitutions"][placeholder]["Fn::GetAtt"]
    handler: str = for_aws.pipeline["Resources"][logical_id]["Properties"]["Handler"]
    return handler.rpartition(".")[0]


def names(members: Mapping[str, Any]) -> set[str]:
    """What a payload or a selector names, given as such or by a path."""
    return {name.removesuffix(".$") for name in members}


@pytest.mark.parametrize("version", RELEASED)
def test_todays_steps_read_what_a_released_definition_gives(version: str, for_aws: Synthesis) -> None:
    before = released(version)
    found = list(calls(before["DefinitionString"]["States"]))
    assert len(found) > 10
    for name, state in found:
        request = importlib.import_module(handler_of(state, before, for_aws)).Request
        needed = {
            member.name
            for member in dataclasses.fields(request)
            if member.default is member.default_factory is dataclasses.MISSING
        }
        assert needed <= names(state["Parameters"]["Payload"]), name


@pytest.mark.parametrize("version", RELEASED)
def test_todays_steps_return_what_a_released_definition_takes(version: str, for_aws: Synthesis) -> None:
    now = dict(calls(json.loads(machine(for_aws.pipeline)["DefinitionString"])["States"]))
    taken = {
        name: set(state.get("ResultSelector", {}).items())
        for name, state in calls(released(version)["DefinitionString"]["States"])
    }
    assert sum(map(len, taken.values())) > 20
    for name, members in taken.items():
        assert members <= set(now[name].get("ResultSelector", {}).items()), name
