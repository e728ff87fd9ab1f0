"""What each state passes to its function is what the function's ``Request`` reads, member by member."""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_type_hints

import pytest

from tests.infra.conftest import REPOSITORY, Synthesis

DEFINITION = json.loads((REPOSITORY / "statemachines" / "analyze_asset.asl.json").read_text("utf-8"))


def task_states(states: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every state that calls a function, by name, also in branches."""
    for name, state in states.items():
        if "FunctionName" in state.get("Parameters", {}):
            yield name, state["Parameters"]
        for branch in state.get("Branches", []):
            yield from task_states(branch["States"])


CALLS = dict(task_states(DEFINITION["States"]))


# What only executions of an earlier definition pass, which may still wait for a reviewer.
OF_EARLIER_DEFINITIONS = {
    "retries.count": "retries were counted",
    "retries.throttled_limit": "retries were counted",
    "retries.unavailable_limit": "retries were counted",
}


def disagreements(payload: Mapping[str, Any], request: type, path: str = "") -> Iterator[str]:
    """Members that only one side has, at any depth that the payload spells out."""
    passed = {name.removesuffix(".$"): value for name, value in payload.items()}
    read = {field.name for field in dataclasses.fields(request)}
    yield from (f"{path}{name} is passed, and nobody reads it" for name in sorted(passed.keys() - read))
    yield from (
        f"{path}{name} is read, and nobody passes it"
        for name in sorted(read - passed.keys())
        if f"{path}{name}" not in OF_EARLIER_DEFINITIONS
    )
    hints = get_type_hints(request)
    for name in sorted(passed.keys() & read):
        if isinstance(passed[name], Mapping):
            hint = next((each for each in get_args(hints[name]) if each is not type(None)), hints[name])
            if dataclasses.is_dataclass(hint):
                yield from disagreements(passed[name], hint, f"{path}{name}.")


@pytest.mark.parametrize("state", CALLS)
def test_the_payload_is_what_the_handler_reads(for_aws: Synthesis, state: str) -> None:
    machine = for_aws.machine()
    placeholder = CALLS[state]["FunctionName"].removeprefix("${").removesuffix("}")
    logical_id = machine["DefinitionSubstitutions"][placeholder]["Fn::GetAtt"][0]
    handler = for_aws.pipeline["Resources"][logical_id]["Properties"]["Handler"]
    module = importlib.import_module(handler.rsplit(".", 1)[0])

    assert list(disagreements(CALLS[state]["Payload"], module.Request)) == []


def test_a_disagreement_is_named_on_either_side() -> None:
    @dataclasses.dataclass(frozen=True)
    class Inner:
        count: int
        limit: int

    request = dataclasses.make_dataclass("Request", [("asset", str), ("retries", Inner), ("job", str)])
    payload = {"asset.$": "$.asset", "retries": {"count.$": "$.count", "most": 3}, "extra": 1}

    assert list(disagreements(payload, request)) == [
        "extra is passed, and nobody reads it",
        "job is read, and nobody passes it",
        "retries.most is passed, and nobody reads it",
        "retries.limit is read, and nobody passes it",
    ]
