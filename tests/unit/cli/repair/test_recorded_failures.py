"""A failure that a workflow caught can't be redriven; what is done with such assets instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.rerun import StartAt
from cli.errors import CommandError
from cli.repair import redrive_commands
from cli.repair.recorded_failures import RecordedFailure, recorded_failure, start_of_new_attempt
from cli.showing.records import Record
from tests.unit.states.world import INVOKE, World, ended, failing, machine, task, types

DEFINITION = Path(__file__).parents[4] / "statemachines" / "analyze_asset.asl.json"
CATCH = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Recorded"}]


@dataclass
class StatesClient:
    """As much of the client as is asked, over the interpreter's own API."""

    world: World

    def get_paginator(self, operation: str) -> StatesClient:
        assert operation == "get_execution_history"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            page = self.world.api.get_execution_history({**request, **token, "maxResults": 2})
            yield page
            if "nextToken" not in page:
                return
            token = {"nextToken": page["nextToken"]}


def test_a_redrive_of_a_recorded_failure_fails_again() -> None:
    world = World({INVOKE: failing("Odd", times=1)})
    definition = machine(Work=task(INVOKE, Catch=CATCH), Recorded={"Type": "Fail", "Error": "Odd"})
    execution = world.run(definition)
    found = recorded_failure(StatesClient(world), execution.arn)
    assert found == RecordedFailure(frozenset({"Work", "Recorded"}))
    world.api.redrive_execution({"executionArn": execution.arn})
    ended(execution)
    assert (execution.status, execution.error) == ("FAILED", "Odd"), "the cause is gone, and it fails"
    assert types(execution)[-3:] == ["ExecutionRedriven", "FailStateEntered", "ExecutionFailed"]


@dataclass
class Failed(StatesClient):
    """A client that also describes and redrives."""

    def describe_execution(self, **request: Any) -> dict[str, Any]:
        return dict(self.world.api.describe_execution(request))

    def redrive_execution(self, **request: Any) -> None:
        raise AssertionError(f"{request} would fail again")


@pytest.mark.parametrize("is_there", [True, False])
def test_such_an_asset_is_asked_for_again(monkeypatch: pytest.MonkeyPatch, is_there: bool) -> None:
    world = World({INVOKE: failing("Odd")})
    execution = world.run(machine(Work=task(INVOKE, Catch=CATCH), Recorded={"Type": "Fail", "Error": "Odd"}))
    asked: list[tuple[str, StartAt]] = []

    def result(*_: Any) -> Any:
        if not is_there:
            raise CommandError("a-1 has no result yet")
        return SimpleNamespace(results={})

    monkeypatch.setattr(redrive_commands, "read_result", result)
    monkeypatch.setattr(
        redrive_commands,
        "ask_again",
        lambda _target, records, start_at: asked.extend((each.asset_id, start_at) for each in records),
    )
    target: Any = SimpleNamespace(stepfunctions=Failed(world))
    record = Record("a-1", 1, AssetStatus.FAILED, execution_arn=execution.arn)

    said, is_done = redrive_commands.redrive_execution(target, record, dry_run=False)

    assert is_done is is_there
    assert asked == ([("a-1", StartAt.ANALYSIS)] if is_there else [])
    assert ("is asked for again, from analysis" if is_there else "a-1 has no result yet") in said


def test_what_was_cut_off_goes_on() -> None:
    world = World({INVOKE: failing("Odd", times=1)})
    execution = world.run(machine(First={"Type": "Pass", "Next": "Work"}, Work=task(INVOKE)))
    assert recorded_failure(StatesClient(world), execution.arn) is None


@pytest.mark.parametrize(
    ("entered", "results", "start_at"),
    [
        ({"Admit Asset"}, (), StartAt.ANALYSIS),
        ({"Admit Asset", "Analyze Modalities"}, ("admission",), StartAt.ANALYSIS),
        ({"Analyze Modalities", "Fuse Evidence"}, ("admission",), StartAt.FUSION),
        ({"Fuse Evidence", "Enough Evidence?"}, ("admission", "timeline"), StartAt.ANALYSIS),
        ({"Fuse Evidence", "Enough Evidence?", "Infer Answer"}, ("timeline",), StartAt.INFERENCE),
        ({"Fuse Evidence", "Enough Evidence?", "Infer Answer"}, (), StartAt.ANALYSIS),
        ({"Admit Posts", "Judge Posts", "Publish Result"}, ("admission",), StartAt.ANALYSIS),
    ],
)
def test_a_new_attempt_takes_over_what_stands(
    entered: set[str], results: tuple[str, ...], start_at: StartAt
) -> None:
    assert start_of_new_attempt(RecordedFailure(frozenset(entered)), results) is start_at


def test_the_states_that_decide_are_those_of_the_workflow() -> None:
    states = json.loads(DEFINITION.read_text("utf-8"))["States"]
    assert {"Fuse Evidence", "Enough Evidence?", "Infer Answer"} <= set(states)
