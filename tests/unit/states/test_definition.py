"""What is wrong with a definition is said before it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.states.language.definition import problems
from tests.unit.states.world import done, machine, task

STATELINT = "peer-asl-statelint/statelint"
REPOSITORY = Path(__file__).resolve().parents[3]


def test_our_own_machines_are_right() -> None:
    for path in (REPOSITORY / "statemachines").glob("*.asl.json"):
        assert problems(path.read_text("utf-8")) == []


def test_as_statelint_judges(shared_data: Path) -> None:
    """As many of statelint's definitions are found right, and as many wrong."""
    folder = shared_data / STATELINT
    rows = [line.split("\t") for line in (folder / "EXPECTED.tsv").read_text("utf-8").splitlines()]
    judged = {name: int(what) for name, what in rows if what.isdigit()}
    ours = {name: problems((folder / name).read_text("utf-8")) for name in judged if (folder / name).exists()}
    assert len(ours) > 50
    differing = {name: found for name, found in ours.items() if bool(found) != bool(judged[name])}
    assert differing == {}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({}, "has no States"),
        ({"StartAt": "B", "States": {"A": done()}}, "StartAt names 'B'"),
        (machine(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Next": "A"}), "no state that ends it"),
        (machine(A=task(Next="C"), B=done()), "leads to 'C', which isn't there"),
        (machine(A=done(), B=done()), "Nothing leads to the state 'B'"),
        (machine(A=done(ResultPath="$.a[")), '"ResultPath" is no path'),
        (machine(A=done(Parameters={"x.$": "States.Nothing()"})), "not a JSONPath or intrinsic function"),
        (
            machine(A=task(Catch=[{"ErrorEquals": ["States.ALL", "X"], "Next": "B"}]), B=done()),
            "must stand alone",
        ),
        (
            machine(A=task(Retry=[{"ErrorEquals": ["X"], "BackoffRate": 0.5}])),
            "BackoffRate must be at least 1",
        ),
        (machine(A={"Type": "Map", "End": True}), "has no ItemProcessor"),
        (machine(A={"Type": "Wait", "End": True}), "needs one of"),
        ({**machine(A=done()), "QueryLanguage": "JSONata"}, "JSONPath alone"),
    ],
)
def test_problems(definition: Any, said: str) -> None:
    assert any(said in problem for problem in problems(json.dumps(definition))), problems(
        json.dumps(definition)
    )


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert isinstance(problems(text), list)


FIELDS = st.sampled_from(
    ["Type", "Retry", "Catch", "Choices", "Branches", "Parameters", "InputPath", "Next", "End"]
)
VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["Task", "Choice", "Map", "Parallel", "$.a", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
)


@given(st.dictionaries(FIELDS, VALUES))
def test_any_state_is_judged(state: Any) -> None:
    assert isinstance(problems(json.dumps(machine(A=state))), list)
